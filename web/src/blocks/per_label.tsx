/** A table with one row a label, or a pair of labels; it sorts, and downloads as CSV. */
import type { ReactElement } from "react";

import { LabelChip } from "../ui/badge";
import { Muted } from "../ui/layout";
import { CsvButton, Table } from "../ui/table";
import type { TableColumn } from "../ui/table";
import { UNDEFINED } from "../ui/numbers";
import { valueColumns } from "../ui/value_columns";
import type { PerLabel } from "../wire/types";
import type { BlockContext, BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";
import { Opener } from "../ui/opener";
import { pairOf } from "./pairs";

type Row = PerLabel["rows"][number];

const FEW_COLUMNS = 2;
const ROW = 34;
const MOST = 390;

export const per_label: BlockView<PerLabel> = {
  type: "per_label",
  Render,
  Tools: Download,
  room: (block) => (isNarrow(block) ? "card" : "page"),
  height: ({ rows }) => Math.min(MOST, ROW * (rows.length + 1)),
};

function isNarrow({ columns }: PerLabel): boolean {
  return columns.length <= FEW_COLUMNS;
}

function Render({ block, context }: BlockProps<PerLabel>): ReactElement {
  if (block.rows.length === 0) return <Muted>There are none.</Muted>;
  return <Table caption={block.title} rows={block.rows} rowKey={({ label }) => label} columns={columnsOf(block, context)} dense inset={isNarrow(block)} />;
}

function Download({ block, context }: BlockProps<PerLabel>): ReactElement | null {
  if (block.rows.length === 0) return null;
  return <CsvButton columns={columnsOf(block, context)} rows={block.rows} filename={`${block.name}.csv`} />;
}

function columnsOf(block: PerLabel, context: BlockContext): TableColumn<Row>[] {
  return [
    { name: "label", title: "Label", value: ({ label }) => label, show: ({ label }) => <Name label={label} block={block} context={context} /> },
    ...valueColumns<Row>(block.columns, ({ label }, { name, title }, text, shown) => (
      <Opener opens={text === UNDEFINED ? null : context.opens(block, { of: "label", label, column: name })} said={`${label}, ${title} ${text}`}>
        {shown}
      </Opener>
    )),
  ];
}

function Name({ label, block, context }: { label: string; block: PerLabel; context: BlockContext }): ReactElement {
  const pair = pairOf(label, context.isLabel);
  if (pair === null && !context.isLabel(label)) return <bdi>{label}</bdi>;
  const chip = (name: string): ReactElement => <LabelChip name={name} colour={context.colours(name)} />;
  const opens = context.opens(block, { of: "label", label });
  const shown =
    pair === null ? (
      chip(label)
    ) : (
      <>
        {chip(pair[0])}
        <span className={styles.between}>→</span>
        {chip(pair[1])}
      </>
    );
  if (opens === null) return <span className={styles.label}>{shown}</span>;
  return (
    <button type="button" className={styles.label} title={`Open: ${opens.title}`} onClick={opens.run}>
      {shown}
    </button>
  );
}
