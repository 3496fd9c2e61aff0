/** What each key of the configs is worth for a number, with how far that can be trusted. */
import { Checkbox } from "@mantine/core";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Muted } from "../../ui/layout";
import { share, signed } from "../../ui/numbers";
import { Range } from "../../ui/range";
import { CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Importances } from "../../wire/types";
import styles from "./configs_view.module.css";

type KeyImportance = Importances["config_keys"][number];

interface ImportanceTableProps {
  found: Importances;
  drawn: ReadonlySet<string>;
  toggle: (key: string) => void;
}

export function ImportanceTable({ found, drawn, toggle }: ImportanceTableProps): ReactElement {
  if (found.explained === null) return <Muted>Importances need eight runs whose configs differ and whose numbers do. {found.model_versions.length} have this number.</Muted>;
  const most = Math.max(0.01, ...found.config_keys.map(({ high }) => high));
  const columns: TableColumn<KeyImportance>[] = [
    { name: "key", title: "Key", value: (row) => row.key, show: (row) => <Checkbox size="xs" checked={drawn.has(row.key)} onChange={() => toggle(row.key)} label={<Said>{row.key}</Said>} aria-label={`Draw ${row.key}`} /> },
    { name: "importance", title: "Importance", right: true, value: (row) => row.importance, show: (row) => share(row.importance), hint: "Share of the number's variance over the runs that follows from the key" },
    { name: "interval", title: "90 % interval", grows: true, show: (row) => <Range value={Math.max(0, row.importance)} low={Math.max(0, row.low)} high={Math.max(0, row.high)} span={[0, most]} tone={row.low > 0 ? "accent" : "neutral"} label={`${row.key}: ${share(row.low)} to ${share(row.high)}`} /> },
    { name: "evidence", title: "Evidence", value: (row) => (row.low > 0 ? "yes" : "none"), show: (row) => (row.low > 0 ? <Badge tone="good">matters</Badge> : <Muted>none</Muted>) },
    { name: "correlation", title: "Correlation", right: true, value: (row) => row.correlation, show: (row) => signed(row.correlation, 2), hint: "Spearman's rank correlation, where the values are numbers" },
  ];
  const file = [...columns.filter(({ name }) => name !== "interval"), numberColumn("low"), numberColumn("high")];
  return (
    <>
      <div className={styles.tableHead}>
        <span className={styles.told}>{explanation(found.explained, found.model_versions.length)}</span>
        <CsvButton columns={file} rows={found.config_keys} filename="importances.csv" />
      </div>
      <Table caption="Importances" rows={found.config_keys} rowKey={(row) => row.key} columns={columns} dense />
    </>
  );
}

function numberColumn(name: "low" | "high"): TableColumn<KeyImportance> {
  return { name, title: name, value: (row) => row[name], show: (row) => share(row[name]) };
}

function explanation(explained: number, runs: number): string {
  if (explained <= 0) return `The configs tell nothing of this number in runs that were not looked at (${runs} runs).`;
  return `The configs tell ${Math.round(explained * 100)} % of this number's variance in runs that were not looked at (${runs} runs).`;
}
