/** A table of anything that is neither labels nor slices; it sorts, and downloads as CSV. */
import type { ReactElement } from "react";

import { count, share, signed } from "../ui/numbers";
import { CsvButton, Table as Grid } from "../ui/table";
import type { TableColumn } from "../ui/table";
import type { Table } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";

type Row = Table["rows"][number];

export const table: BlockView<Table> = { type: "table", Render, Tools: Download, room: () => "page" };

function Render({ block }: BlockProps<Table>): ReactElement {
  return <Grid caption={block.title} rows={block.rows} rowKey={({ name }) => name} columns={columnsOf(block)} dense />;
}

function Download({ block }: BlockProps<Table>): ReactElement {
  return <CsvButton columns={columnsOf(block)} rows={block.rows} filename={`${block.name}.csv`} />;
}

function columnsOf(block: Table): TableColumn<Row>[] {
  const shown = block.signed ? (value: number | null | undefined) => signed(value, 4) : share;
  return [
    { name: "title", title: block.row_title, value: ({ title }) => title, show: ({ title }) => title },
    ...block.columns.map(({ name, title, count: counts }, place): TableColumn<Row> => ({
      name,
      title,
      right: true,
      value: ({ values }) => values[place] ?? null,
      show: ({ values }) => (counts ? count(values[place]) : shown(values[place])),
    })),
  ];
}
