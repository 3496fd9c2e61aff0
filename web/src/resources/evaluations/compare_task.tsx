/** One task under two versions' predictions, side by side with one view of the item. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { ReactElement } from "react";

import type { Viewport } from "../../canvas/geometry/viewport";
import { Failure, Page } from "../../ui/layout";
import { Said } from "../../ui/text";
import { SidePart, Workbench } from "../../ui/workbench";
import type { Evaluation, Task } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "../tasks/detail";
import { taskQuery } from "../tasks/queries";
import { Stage } from "../tasks/stage";
import { taskName } from "../tasks/words";
import { comparisonQuery, evaluationQuery } from "./queries";
import styles from "./report.module.css";

const FROM = "/inside/compare/tasks/$taskId";

export function CompareTaskPage(): ReactElement {
  const { taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const { data: one, error } = useQuery(evaluationQuery(search.first));
  const { data: two } = useQuery(evaluationQuery(search.second));
  const { data: found } = useQuery(comparisonQuery(search.first, search.second));
  const { data: task } = useQuery(taskQuery(taskId));
  const [selectedId, setSelectedId] = useState<string | null>(null);
  const [view, setView] = useState<Viewport | null>(null);
  useEffect(() => {
    setSelectedId(null);
    setView(null);
  }, [taskId]);
  const colours = useDatasetColours(one?.dataset_id);
  const truth = useMemo(() => truthMarks(task?.annotations ?? [], colours), [task, colours]);
  if (error !== null) return <Page><Failure error={error} /></Page>;
  const list = found?.[search.list] ?? [];
  const place = list.findIndex(({ task_id: id }) => id === taskId);
  const open = (at: number): (() => void) | null => {
    const other = place < 0 || at < 0 ? undefined : list[at];
    return other === undefined ? null : () => void navigate({ to: "/compare/tasks/$taskId", params: { taskId: other.task_id }, search });
  };
  const shared = { selectedId, onSelect: setSelectedId, view, onView: setView };
  return (
    <Workbench
      title={task === undefined ? <Skeleton height={14} width={180} /> : <Said>{taskName(task)}</Said>}
      back={() => void navigate({ to: "/compare", search: { first: search.first, second: search.second } })}
      backTitle="Back to the comparison"
      steps={{ position: place + 1, count: list.length, previous: open(place - 1), next: open(place + 1) }}
      side={
        task !== undefined && (
          <>
            <SidePart title="Truth">
              <MarkList marks={truth} text={task.item.text} selectedId={selectedId} onSelect={setSelectedId} empty="Nothing is annotated." />
            </SidePart>
            <AboutTask task={task} />
          </>
        )
      }
    >
      {task !== undefined && one !== undefined && two !== undefined && (
        <div className={styles.sides}>
          <Side {...shared} task={task} evaluation={one} colours={colours} keys />
          <Side {...shared} task={task} evaluation={two} colours={colours} keys={false} />
        </div>
      )}
    </Workbench>
  );
}

interface SideProps {
  task: Task;
  evaluation: Evaluation;
  colours: (label: string) => string;
  selectedId: string | null;
  onSelect: (id: string | null) => void;
  view: Viewport | null;
  onView: (view: Viewport | null) => void;
  keys: boolean;
}

function Side({ task, evaluation, colours, ...shared }: SideProps): ReactElement {
  const { data } = useQuery(predictionsQuery(evaluation.model_run_id, task.id));
  const marks = useMemo(() => [...truthMarks(task.annotations, colours), ...predictionMarks(data?.results ?? [], colours)], [task, data, colours]);
  return (
    <section className={styles.side}>
      <h2>
        <Said>{evaluation.model_version_name}</Said>
      </h2>
      <div>
        <Stage {...shared} task={task} marks={marks} />
      </div>
    </section>
  );
}
