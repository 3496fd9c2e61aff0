/** A table with one row a label; it sorts, and saves as CSV. */
import type { ReactElement } from "react";

import { LabelChip } from "../ui/badge";
import type { Colours } from "../ui/colours";
import { count, share } from "../ui/numbers";
import { CsvButton, ShareCell, Table } from "../ui/table";
import type { TableColumn } from "../ui/table";
import type { PerLabel } from "../wire/types";
import styles from "./blocks.module.css";

type Row = PerLabel["rows"][number];

interface PerLabelProps {
  block: PerLabel;
  colours: Colours;
  onLabel: (label: string) => void;
}

export function Render({ block, colours, onLabel }: PerLabelProps): ReactElement {
  return <Table caption={block.title} rows={block.rows} rowKey={({ label }) => label} columns={columnsOf(block, colours, onLabel)} dense />;
}

/** The button that saves the table. */
export function Save({ block, colours }: { block: PerLabel; colours: Colours }): ReactElement {
  return <CsvButton columns={columnsOf(block, colours)} rows={block.rows} filename={`${block.name}.csv`} />;
}

function columnsOf(block: PerLabel, colours: Colours, onLabel?: (label: string) => void): TableColumn<Row>[] {
  return [
    {
      name: "label",
      title: "Label",
      value: ({ label }) => label,
      show: ({ label }) => (
        <button type="button" className={styles.label} title="Show its examples" onClick={() => onLabel?.(label)}>
          <LabelChip name={label} colour={colours(label)} />
        </button>
      ),
    },
    ...block.columns.map(({ name, title, count: counts }, place): TableColumn<Row> => ({
      name,
      title,
      right: true,
      value: ({ values }) => values[place] ?? null,
      show: ({ values }) => (counts ? count(values[place]) : <ShareCell value={values[place] ?? null} text={share(values[place])} />),
    })),
  ];
}
