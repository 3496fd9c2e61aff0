/** What a dataset holds: its labels, the model runs on it, and its tasks with the truth. */
import { Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { useCallback, useMemo, useState } from "react";
import type { ReactElement } from "react";

import { Empty, Section } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import type { Dataset, ModelRun, Task } from "../../wire/types";
import { ComparePicked, ticked } from "../evaluations/compare_picked";
import { evaluationsQuery } from "../evaluations/queries";
import { useEvaluationNames } from "../evaluations/use_words_apart";
import { useDatasetColours } from "../labels/queries";
import { modelRunsQuery } from "../model_runs/queries";
import { RunsTable, runRows } from "../model_runs/table";
import { kindName } from "../projects/words";
import { Bulk } from "../tasks/bulk";
import { Explorer } from "../tasks/explorer";
import type { TaskSearch } from "../tasks/search";
import { useDrawnRun } from "./drawn_run";
import styles from "./overview.module.css";
import { LabelCounts } from "./labels";
import { datasetQuery } from "./queries";

const FROM = "/inside/datasets/$datasetId/";

const fill = (datasetId: string): string => `from linlog import LinLogClient, ModelTrainer

client = LinLogClient()
trainer = ModelTrainer(client)
model = client.get_models()[0]
version = trainer.init(model.id, "v1", labels=["red cell"], config={})
dataset_id = "${datasetId}"
for task in client.get_dataset_tasks(dataset_id):
    box = {"left": 4, "top": 8, "width": 30, "height": 30}
    guess = {"label": "red cell", "type": "bounding-box", **box}
    client.create_model_run(dataset_id, version.id, task.id, guess, 0.9)
trainer.finish(wait=True)`;

const addTasks = (datasetId: string): string => `from linlog import LinLogClient

client = LinLogClient()
tasks = client.get_project_tasks("project_id", complete=True)
task_ids = [task.id for task in tasks]
client.add_dataset_tasks("${datasetId}", task_ids)`;

export function DatasetPart(): ReactElement {
  const { datasetId } = useParams({ from: FROM });
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const colours = useDatasetColours(datasetId);
  return (
    <>
      <div className={styles.columns}>
        <Section title="Labels" note={count(dataset?.labels.length)}>
          {dataset === undefined ? <Skeleton height={160} radius={8} /> : <LabelCounts dataset={dataset} colours={colours} />}
        </Section>
        <Runs datasetId={datasetId} />
      </div>
      <Tasks datasetId={datasetId} dataset={dataset} />
    </>
  );
}

function Runs({ datasetId }: { datasetId: string }): ReactElement {
  const { data: runs } = useQuery(modelRunsQuery({ dataset_id: datasetId }));
  const { data: evaluations } = useQuery(evaluationsQuery({ dataset_id: datasetId }));
  const [picked, setPicked] = useState<readonly string[]>([]);
  const pick = (id: string): void => setPicked(ticked(picked, id));
  const chosen = picked.flatMap((id) => evaluations?.results.find((evaluation) => evaluation.id === id) ?? []);
  return (
    <Section title="Model runs" note={count(runs?.count)} actions={(runs?.count ?? 0) > 1 && <ComparePicked picked={chosen} />}>
      {runs === undefined ? (
        <Skeleton height={160} radius={8} />
      ) : runs.count === 0 ? (
        <Empty title="No model runs yet" text="A model run holds what one model version predicts on this dataset. Finishing the trainer measures it:">
          <Snippet code={fill(datasetId)} />
        </Empty>
      ) : (
        <RunsTable rows={runRows(runs.results, evaluations?.results ?? [])} of="dataset" picked={picked} pick={pick} />
      )}
    </Section>
  );
}

function Tasks({ datasetId, dataset }: { datasetId: string; dataset: Dataset | undefined }): ReactElement {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/datasets/$datasetId" });
  const colours = useDatasetColours(datasetId);
  const runId = useDrawnRun(search);
  const change = (next: TaskSearch): void => void navigate({ search: next, replace: true, resetScroll: false });
  const open = useCallback((task: Task): LinkProps => ({ to: "/datasets/$datasetId/tasks/$taskId", params: { datasetId, taskId: task.id }, search }), [datasetId, search]);
  return (
    <Section title="Tasks" note={count(dataset?.task_count)} actions={<JudgedBy datasetId={datasetId} search={search} change={change} />}>
      {dataset?.task_count === 0 ? (
        <Empty title="No tasks yet" text="A dataset keeps completed tasks together. Put some into it from Python:">
          <Snippet code={addTasks(datasetId)} />
        </Empty>
      ) : (
        <Explorer source={{ datasetId }} modelRunId={runId} search={search} change={change} labels={dataset?.labels.map(({ label }) => label) ?? []} colours={colours} open={open} showStatus={false} actions={(listed, chosen) => <Bulk listed={listed} chosen={chosen} />} />
      )}
    </Section>
  );
}

/** Whose predictions are drawn over the truth, and whose outcomes can be asked for. */
function JudgedBy({ datasetId, search, change }: { datasetId: string; search: TaskSearch; change: (search: TaskSearch) => void }): ReactElement | null {
  const { data: runs } = useQuery(modelRunsQuery({ dataset_id: datasetId }));
  const { data: evaluations } = useQuery(evaluationsQuery({ dataset_id: datasetId }));
  const finished = useMemo(() => evaluations?.results.filter(({ state }) => state === "finished") ?? [], [evaluations]);
  const names = useEvaluationNames(finished);
  const kinds = new Set(finished.map(({ kind }) => kind));
  const unjudged = (runs?.results ?? []).filter(({ id }) => !finished.some((evaluation) => evaluation.model_run_id === id));
  if (finished.length === 0 && unjudged.length === 0) return null;
  const choose = (id: string | null): void => {
    const { model_run_id: _run, evaluation_id: _evaluation, ...rest } = search;
    const evaluation = finished.find((each) => each.id === id);
    if (id === null) change(rest);
    else change(evaluation === undefined ? { ...rest, model_run_id: id } : { ...rest, evaluation_id: evaluation.id });
  };
  return (
    <Select
      aria-label="Predictions and outcomes of"
      placeholder="Show predictions of …"
      size="xs"
      w={360}
      clearable
      data={[
        ...finished.map(({ id, kind }) => ({ value: id, label: `${names.get(id) ?? id}${kinds.size > 1 ? `, ${kindName(kind).toLowerCase()}` : ""}` })),
        ...unjudged.map((run) => ({ value: run.id, label: `${run.model_name} · ${run.model_version_name}, not evaluated` })),
      ]}
      value={search.evaluation_id ?? search.model_run_id ?? null}
      onChange={choose}
      comboboxProps={{ width: "max-content", position: "bottom-end" }}
    />
  );
}

/** Which model run's predictions are drawn over the truth. */
export function RunChoice({ runs, runId, search, change }: { runs: readonly ModelRun[]; runId: string | undefined; search: TaskSearch; change: (search: TaskSearch) => void }): ReactElement | null {
  if (runs.length === 0) return null;
  return (
    <Select
      aria-label="Predictions of"
      placeholder="Show predictions of …"
      size="xs"
      w={210}
      clearable={search.evaluation_id === undefined}
      data={runs.map((run) => ({ value: run.id, label: `${run.model_name} · ${run.model_version_name}` }))}
      value={runId ?? null}
      onChange={(id) => {
        const { model_run_id: _before, ...rest } = search;
        change(id === null ? rest : { ...rest, model_run_id: id });
      }}
    />
  );
}
