/** A table with one row a slice, all tasks together first; it sorts, and saves as CSV. */
import type { ReactElement } from "react";

import { count, share } from "../ui/numbers";
import { CsvButton, ShareCell, Table } from "../ui/table";
import type { TableColumn } from "../ui/table";
import type { PerSlice } from "../wire/types";
import type { BlockContext, BlockProps, BlockView } from "./_protocol";

type Row = PerSlice["rows"][number];

/** More shares than these are shown without a bar each: their table would not fit. */
const MOST_TRACKS = 5;

export const per_slice: BlockView<PerSlice> = { type: "per_slice", Render, Tools: Save, room: () => "page" };

function Render({ block, context }: BlockProps<PerSlice>): ReactElement {
  return <Table caption={block.title} rows={block.rows} rowKey={({ slice_id }) => slice_id ?? "all"} columns={columnsOf(block, context)} dense />;
}

function Save({ block, context }: BlockProps<PerSlice>): ReactElement {
  return <CsvButton columns={columnsOf(block, context)} rows={block.rows} filename={`${block.name}.csv`} />;
}

function columnsOf(block: PerSlice, context: BlockContext): TableColumn<Row>[] {
  const many = block.columns.filter(({ count: counts }) => !counts).length > MOST_TRACKS;
  return [
    { name: "name", title: "Slice", value: ({ name }) => name, show: ({ slice_id: id, name }) => context.drawSlice(id, name) },
    { name: "tasks", title: "Tasks", right: true, value: ({ tasks }) => tasks, show: ({ tasks }) => count(tasks) },
    ...block.columns.map(({ name, title, count: counts }, place): TableColumn<Row> => ({
      name,
      title,
      right: true,
      value: ({ values }) => values[place] ?? null,
      show: ({ values }) => (counts ? count(values[place]) : many ? share(values[place]) : <ShareCell value={values[place] ?? null} text={share(values[place])} />),
    })),
  ];
}
