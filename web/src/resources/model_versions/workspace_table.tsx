/** Runs as rows with their numbers, and how far each is from the baseline's. */
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { duration } from "../../ui/dates";
import { Muted } from "../../ui/layout";
import { count, general, signed } from "../../ui/numbers";
import { cellLink, CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { strokesOf } from "../../ui/plot_data";
import { Said } from "../../ui/text";
import type { LogNumbersList } from "../../wire/types";
import { VersionState } from "../models/list";
import styles from "./workspace.module.css";
import { percentFrom } from "./workspace_runs";
import type { Run } from "./workspace_runs";
import type { WorkspaceSearch } from "./workspace_search";

/** More columns than that are in the file only. */
const MOST_COLUMNS = 12;

interface RunTableProps {
  runs: readonly Run[];
  numbers: LogNumbersList;
  search: WorkspaceSearch;
}

export function RunTable({ runs, numbers, search }: RunTableProps): ReactElement {
  const values = new Map(numbers.model_versions.map((row) => [row.model_version_id, row.values]));
  const base = search.baseline === undefined ? undefined : values.get(search.baseline);
  const keys = numbers.logged_keys.map((key, place): TableColumn<Run> => {
    const value = (run: Run): number | null => values.get(run.version.id)?.[place] ?? null;
    return { name: key, title: <Said>{key}</Said>, right: true, value, show: (run) => <Cell value={value(run)} percent={run.version.id === search.baseline ? null : percentFrom(base?.[place], value(run))} /> };
  });
  const hidden = keys.length - MOST_COLUMNS;
  return (
    <>
      <div className={styles.tableHead}>
        <span className={styles.note}>
          The {search.value ?? "last"} number of each key.{base !== undefined && " Per cent are of the baseline's."}
          {hidden > 0 && ` ${count(hidden)} more keys are in the CSV file.`}
        </span>
        <CsvButton columns={[...ABOUT, ...keys]} rows={runs} filename="runs.csv" />
      </div>
      <Table caption="Runs" rows={runs} rowKey={(run) => run.version.id} columns={[...ABOUT, ...keys.slice(0, MOST_COLUMNS)]} dense />
    </>
  );
}

function Cell({ value, percent }: { value: number | null; percent: number | null }): ReactElement {
  return (
    <>
      {general(value)} {percent !== null && <Muted>{signed(percent, 1)} %</Muted>}
    </>
  );
}

const ABOUT: TableColumn<Run>[] = [
  {
    name: "run",
    title: "Run",
    value: (run) => run.name,
    show: (run) => (
      <Link to="/model-versions/$versionId" params={{ versionId: run.version.id }} className={cellLink}>
        <span className={styles.stroke} data-stroke style={{ background: strokesOf(run) }} /> <Said>{run.name}</Said>
      </Link>
    ),
  },
  { name: "state", title: "State", value: (run) => run.version.state, show: (run) => <VersionState version={run.version} /> },
  { name: "step", title: "Last step", right: true, value: (run) => run.version.last_step, show: (run) => count(run.version.last_step) },
  { name: "trained", title: "Trained for", right: true, show: ({ version }) => (version.finished_date === null ? "–" : duration(version.created_date, version.finished_date)) },
];
