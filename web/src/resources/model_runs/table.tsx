/** Model runs: how much of a dataset a version looked at, and how well it did. */
import { Button, Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Bar } from "../../ui/bar";
import { Muted } from "../../ui/layout";
import { count, counted, percent, reported } from "../../ui/numbers";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import { useChange } from "../../ui/use_change";
import type { Coverage, Evaluation, ModelRun } from "../../wire/types";
import { evaluate } from "../evaluations/queries";
import { useMay } from "../sessions/queries";
import { useOfRunQuery } from "./queries";

export interface RunRow {
  run: ModelRun;
  /** The newest evaluation of it, if any. */
  evaluation: Evaluation | undefined;
}

/** Runs with the newest evaluation of each; evaluations come newest first. */
export function runRows(runs: readonly ModelRun[], evaluations: readonly Evaluation[]): RunRow[] {
  return runs.map((run) => ({ run, evaluation: evaluations.find(({ model_run_id: id }) => id === run.id) }));
}

interface RunsTableProps {
  rows: readonly RunRow[];
  /** Which side is the same for all and need not be said. */
  of: "dataset" | "version";
  picked?: readonly string[];
  pick?: (evaluationId: string) => void;
}

const NONE: readonly string[] = [];

export function RunsTable({ rows, of, picked = NONE, pick }: RunsTableProps): ReactElement {
  const columns = [...(pick === undefined ? [] : [pickColumn(picked, pick)]), of === "dataset" ? VERSION : DATASET, ...SHARED];
  return <Table caption="Model runs" file="model_runs.csv" rows={rows} rowKey={({ run }) => run.id} columns={columns} dense={of === "dataset"} />;
}

/** How much of a dataset has predictions, as a bar and in words. */
export function CoverageBar({ coverage }: { coverage: Coverage }): ReactElement {
  const { tasks, predicted, missing } = coverage;
  return (
    <span style={{ display: "inline-flex", alignItems: "center", gap: 10, minWidth: 110 }} title={missing === 0 ? "Every task has predictions." : `${count(missing)} tasks have no predictions.`}>
      <Bar whole={tasks} label={`${count(predicted)} of ${count(tasks)} tasks have predictions`} parts={[{ name: "predicted", value: predicted, colour: missing === 0 ? "var(--accent)" : "var(--warn)" }]} />
      <span style={{ flex: "none", width: 44, textAlign: "right" }}>{percent(predicted, tasks)}</span>
    </span>
  );
}

/** The one number that ranks model runs, or how far its evaluation is. */
export function Headline({ evaluation }: { evaluation: Evaluation | undefined }): ReactElement {
  if (evaluation === undefined) return <Muted>not evaluated</Muted>;
  if (evaluation.state === "failed") return <Badge tone="bad">failed</Badge>;
  if (evaluation.state !== "finished" || evaluation.headline === null) {
    return (
      <Badge tone="info" live>
        {evaluation.state === "running" ? `evaluating, ${Math.round(100 * evaluation.progress)} %` : "queued"}
      </Badge>
    );
  }
  return (
    <span>
      <Muted>{headlineTitle(evaluation.headline)}</Muted> <strong>{reported(evaluation.scalars[evaluation.headline] ?? null, true)}</strong>
    </span>
  );
}

/** The headline as the way to its report. */
export function ReportLink({ evaluation }: { evaluation: Evaluation | undefined }): ReactElement {
  if (evaluation === undefined) return <Headline evaluation={evaluation} />;
  return (
    <Link to="/evaluations/$evaluationId" params={{ evaluationId: evaluation.id }} className={cellLink}>
      <Headline evaluation={evaluation} />
      <span className="visually-hidden">{`: report of ${evaluation.model_version_name} on ${evaluation.dataset_name}`}</span>
    </Link>
  );
}

const TITLES: Record<string, string> = { map: "mAP", ap50: "AP50", accuracy: "Accuracy", f1: "F1", f1_macro: "F1, macro" };

export function headlineTitle(name: string): string {
  return TITLES[name] ?? name;
}

/** The value by which evaluations are ranked. */
export function headlineValue(evaluation: Evaluation | undefined): number | null {
  return evaluation?.headline ? (evaluation.scalars[evaluation.headline] ?? null) : null;
}

function pickColumn(picked: readonly string[], pick: (evaluationId: string) => void): TableColumn<RunRow> {
  return {
    name: "pick",
    fits: true,
    title: <span className="visually-hidden">Pick</span>,
    show: ({ run, evaluation }) => (
      <Checkbox
        size="xs"
        aria-label={`Compare ${run.model_name} ${run.model_version_name}`}
        disabled={evaluation?.state !== "finished"}
        checked={evaluation !== undefined && picked.includes(evaluation.id)}
        onChange={() => evaluation !== undefined && pick(evaluation.id)}
      />
    ),
  };
}

/** What was looked at: a dataset, or the tasks of a project. */
function On({ run: { dataset_id: datasetId, dataset_name: name, project_id: projectId, project_title: title } }: { run: ModelRun }): ReactElement {
  if (datasetId !== null) {
    return (
      <Link to="/datasets/$datasetId" params={{ datasetId }} className={cellLink}>
        <Said>{name ?? datasetId}</Said>
      </Link>
    );
  }
  return (
    <Link to="/projects/$projectId" params={{ projectId: projectId ?? "" }} className={cellLink}>
      <Said>{title ?? ""}</Said> <Muted>· tasks to label</Muted>
    </Link>
  );
}

/** The report of a run on a dataset; of one on a project, how much of what it said was accepted. */
function Outcome({ run, evaluation }: RunRow): ReactElement {
  const manager = useMay("manager");
  if (run.project_id !== null) return <Used run={run} />;
  return manager && evaluation === undefined ? <Evaluate run={run} /> : <ReportLink evaluation={evaluation} />;
}

function Evaluate({ run }: { run: ModelRun }): ReactElement {
  const change = useChange(["evaluations"]);
  return (
    <Button size="compact-xs" variant="default" loading={change.isPending} onClick={() => change.mutate(() => evaluate(run.id))} aria-label={`Evaluate ${run.model_version_name} on ${run.dataset_name}`}>
      Evaluate
    </Button>
  );
}

function Used({ run }: { run: ModelRun }): ReactElement {
  const { data: use } = useQuery(useOfRunQuery(run.id));
  if (use === undefined) return <Muted>…</Muted>;
  const all = use.accepted + use.edited + use.drawn;
  if (all === 0) return <Muted>nothing labelled yet</Muted>;
  const title = `Of ${counted(all, "annotation")} on ${counted(use.tasks, "complete task")}: ${count(use.accepted)} accepted as they were, ${count(use.edited)} edited, ${count(use.drawn)} drawn.`;
  return (
    <span title={title}>
      <Muted>accepted unchanged</Muted> <strong>{percent(use.accepted, all)}</strong>
    </span>
  );
}

const VERSION: TableColumn<RunRow> = {
  name: "model_version",
  title: "Model version",
  value: ({ run }) => `${run.model_name} ${run.model_version_name}`,
  show: ({ run }) => (
    <Link to="/model-versions/$versionId" params={{ versionId: run.model_version_id }} className={cellLink}>
      <Said>{run.model_name}</Said> · <Said>{run.model_version_name}</Said>
    </Link>
  ),
};
const DATASET: TableColumn<RunRow> = {
  name: "dataset",
  title: "On",
  value: ({ run }) => run.dataset_name ?? run.project_title,
  show: ({ run }) => <On run={run} />,
};
const SHARED: TableColumn<RunRow>[] = [
  { name: "coverage", title: "Coverage", value: ({ run }) => run.coverage.predicted / Math.max(1, run.coverage.tasks), show: ({ run }) => <CoverageBar coverage={run.coverage} />, hint: "Tasks that have predictions" },
  { name: "predictions", title: "Predictions", right: true, value: ({ run }) => run.prediction_count, show: ({ run }) => count(run.prediction_count) },
  { name: "headline", title: "Report", right: true, value: ({ evaluation }) => headlineValue(evaluation), show: (row) => <Outcome {...row} /> },
  { name: "created", title: "Created", value: ({ run }) => run.created_date, show: ({ run }) => <When date={run.created_date} /> },
];
