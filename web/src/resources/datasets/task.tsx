/** One task of a dataset: the truth, and one model run's predictions over it. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { count } from "../../ui/numbers";
import { useSelection } from "../../ui/selection";
import { SidePart, Workbench } from "../../ui/workbench";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { modelRunsQuery } from "../model_runs/queries";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "../tasks/about";
import { neighboursQuery, taskQuery } from "../tasks/queries";
import { filtersOf } from "../tasks/search";
import { Stage } from "../tasks/stage";
import { taskName, TaskName } from "../tasks/words";
import { useDrawnRun } from "./drawn_run";
import { RunChoice } from "./overview";

const FROM = "/inside/datasets/$datasetId/tasks/$taskId";

export function DatasetTaskPage(): ReactElement {
  const { datasetId, taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const runId = useDrawnRun(search);
  const asked = useQuery(taskQuery(taskId));
  const { data: task } = asked;
  const { data: runs } = useQuery(modelRunsQuery({ dataset_id: datasetId }));
  const { data: predictions } = useQuery({ ...predictionsQuery(runId ?? "", taskId), enabled: runId !== undefined });
  const { data: neighbours } = useQuery(neighboursQuery(taskId, { ...filtersOf(search), dataset_id: datasetId }));
  const colours = useDatasetColours(datasetId);
  const { selected, select } = useSelection(taskId);
  const truth = useMemo(() => truthMarks(task?.annotations ?? [], colours), [task, colours]);
  const said = useMemo(() => predictionMarks(runId === undefined ? [] : (predictions?.results ?? []), colours), [runId, predictions, colours]);
  const marks = useMemo(() => [...truth, ...said], [truth, said]);
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const open = (id: string | null): (() => void) | null =>
    id === null ? null : () => void navigate({ to: "/datasets/$datasetId/tasks/$taskId", params: { datasetId, taskId: id }, search });
  const lists = { text: task?.item.text ?? null, selected, onSelect: select };
  return (
    <Workbench
      name={task && taskName(task)}
      title={task === undefined ? <Skeleton height={14} width={180} /> : <TaskName task={task} />}
      actions={<RunChoice runs={runs?.results ?? []} runId={runId} search={search} change={(next) => void navigate({ to: ".", search: next, replace: true })} />}
      back={() => void navigate({ to: "/datasets/$datasetId", params: { datasetId }, search })}
      backTitle="Back to the dataset"
      steps={neighbours === undefined ? null : { ...neighbours, previous: open(neighbours.previous), next: open(neighbours.next) }}
      side={
        task !== undefined && (
          <>
            <SidePart title={`Truth · ${count(truth.length)}`}>
              <MarkList {...lists} marks={truth} empty="Nothing is annotated." />
            </SidePart>
            {runId !== undefined && (
              <SidePart title={`Predictions · ${count(said.length)}`}>
                <MarkList {...lists} marks={said} empty="The model run has none on this task." />
              </SidePart>
            )}
            <AboutTask task={task} />
          </>
        )
      }
    >
      {task !== undefined && <Stage task={task} marks={marks} selected={selected} onSelect={select} />}
    </Workbench>
  );
}
