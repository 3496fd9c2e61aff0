/** A table of anything that is neither labels nor slices; it sorts, and downloads as CSV. */
import type { ReactElement } from "react";

import { count, share, signed, UNDEFINED } from "../ui/numbers";
import { CsvButton, Table as Grid } from "../ui/table";
import type { TableColumn } from "../ui/table";
import type { Table } from "../wire/types";
import type { BlockContext, BlockProps, BlockView } from "./_protocol";
import { Opener } from "../ui/opener";

type Row = Table["rows"][number];

export const table: BlockView<Table> = { type: "table", Render, Tools: Download, room: () => "page" };

function Render({ block, context }: BlockProps<Table>): ReactElement {
  return <Grid caption={block.title} rows={block.rows} rowKey={({ name }) => name} columns={columnsOf(block, context)} dense />;
}

function Download({ block, context }: BlockProps<Table>): ReactElement {
  return <CsvButton columns={columnsOf(block, context)} rows={block.rows} filename={`${block.name}.csv`} />;
}

function columnsOf(block: Table, context: BlockContext): TableColumn<Row>[] {
  const shown = block.signed ? (value: number | null | undefined) => signed(value, 4) : share;
  return [
    { name: "title", title: block.row_title, value: ({ title }) => title, show: ({ title }) => title },
    ...block.columns.map(({ name, title, count: counts }, place): TableColumn<Row> => ({
      name,
      title,
      right: true,
      value: ({ values }) => values[place] ?? null,
      show: ({ name: row, title: said, values }) => {
        const text = counts ? count(values[place]) : shown(values[place]);
        return (
          <Opener opens={text === UNDEFINED ? null : context.opens(block, { of: "row", name: row })} said={`${said}, ${title} ${text}`}>
            {text}
          </Opener>
        );
      },
    })),
  ];
}
