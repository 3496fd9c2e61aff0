/** A table with one row a slice, all tasks together first; it sorts, and downloads as CSV. */
import type { ReactElement } from "react";

import { count } from "../ui/numbers";
import { CsvButton, Table } from "../ui/table";
import type { TableColumn } from "../ui/table";
import { valueColumns } from "../ui/value_columns";
import type { PerSlice } from "../wire/types";
import type { BlockContext, BlockProps, BlockView } from "./_protocol";

type Row = PerSlice["rows"][number];

export const per_slice: BlockView<PerSlice> = { type: "per_slice", Render, Tools: Download, room: () => "page" };

function Render({ block, context }: BlockProps<PerSlice>): ReactElement {
  return <Table caption={block.title} rows={block.rows} rowKey={({ slice_id }) => slice_id ?? "all"} columns={columnsOf(block, context)} dense />;
}

function Download({ block, context }: BlockProps<PerSlice>): ReactElement {
  return <CsvButton columns={columnsOf(block, context)} rows={block.rows} filename={`${block.name}.csv`} />;
}

function columnsOf(block: PerSlice, context: BlockContext): TableColumn<Row>[] {
  return [
    { name: "name", title: "Slice", value: ({ name }) => name, show: ({ slice_id: id, name }) => context.drawSlice(id, name) },
    { name: "tasks", title: "Tasks", right: true, value: ({ tasks }) => tasks, show: ({ tasks }) => count(tasks) },
    ...valueColumns<Row>(block.columns),
  ];
}
