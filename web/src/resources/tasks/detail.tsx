/** One task of a project: who may annotate has it in the editor, others look at it. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useMemo } from "react";
import type { ReactElement } from "react";

import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { count } from "../../ui/numbers";
import { useSelection } from "../../ui/selection";
import { SidePart, Workbench } from "../../ui/workbench";
import type { Steps } from "../../ui/workbench";
import type { Neighbours, Task } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { truthMarks } from "../annotations/marks";
import { useProjectColours } from "../labels/queries";
import { projectQuery } from "../projects/queries";
import { Rounds } from "../reviews/parts";
import { reviewsQuery } from "../reviews/queries";
import { useMay } from "../sessions/queries";
import { AboutTask } from "./about";
import { neighboursQuery, taskQuery } from "./queries";
import { filtersOf } from "./search";
import type { TaskFilters } from "./search";
import { Stage } from "./stage";
import { StatusBadge, taskName, TaskName } from "./words";

const FROM = "/inside/projects/$projectId/tasks/$taskId";
// The editor is large, and those who only look never load it.
const Editor = lazy(async () => ({ default: (await import("../annotations/editor/page")).Editor }));
const CommentList = lazy(() => import("../comments/list"));

export interface TaskViewProps {
  projectId: string;
  task: Task;
  neighbours: Neighbours | undefined;
  /** The filters of the list that the task is looked at in. */
  within: TaskFilters;
  /** Open another task of the list. */
  open: (taskId: string) => void;
  back: () => void;
}

export function TaskPage(): ReactElement {
  const { projectId, taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const annotator = useMay("annotator");
  const asked = useQuery(taskQuery(taskId));
  const { data: project, error } = useQuery(projectQuery(projectId));
  const { data: neighbours } = useQuery(neighboursQuery(taskId, filtersOf(search)));
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const back = (): void => void navigate({ to: "/projects/$projectId", params: { projectId }, search });
  const open = (id: string): void => void navigate({ to: "/projects/$projectId/tasks/$taskId", params: { projectId, taskId: id }, search });
  // Without the labels of the project nothing can be annotated; where it cannot be had, the task can be looked at.
  if (asked.data === undefined || (project === undefined && error === null)) return <Waiting back={back} />;
  const view = { projectId, task: asked.data, neighbours, within: filtersOf(search), open, back };
  if (!annotator) return <TaskView {...view} />;
  return (
    <Suspense fallback={<Waiting back={back} />}>
      <Editor {...view} />
    </Suspense>
  );
}

const BACK = "Back to the project";

function Waiting({ back }: { back: () => void }): ReactElement {
  return (
    <Workbench name={undefined} title={<Skeleton height={14} width={180} />} back={back} backTitle={BACK} steps={null} side={null}>
      {null}
    </Workbench>
  );
}

/** The task, to look at. */
function TaskView({ projectId, task, neighbours, open, back }: TaskViewProps): ReactElement {
  const colours = useProjectColours(projectId);
  const { data: rounds } = useQuery(reviewsQuery(task.id));
  const { selected, select } = useSelection(task.id);
  const marks = useMemo(() => truthMarks(task.annotations, colours), [task, colours]);
  return (
    <Workbench
      name={taskName(task)}
      title={<TaskName task={task} />}
      note={<StatusBadge status={task.status} />}
      back={back}
      backTitle={BACK}
      steps={stepsOf(neighbours, open)}
      side={
        <>
          <SidePart title={`Annotations · ${count(marks.length)}`}>
            <MarkList marks={marks} text={task.item.text} selected={selected} onSelect={select} empty="Nothing is annotated." />
          </SidePart>
          <Suspense fallback={null}>
            <CommentList task={task} selected={selected} onSelect={select} />
          </Suspense>
          <AboutTask task={task} />
          {rounds !== undefined && rounds.count > 0 && <Rounds rounds={rounds.results} />}
        </>
      }
    >
      <Stage task={task} marks={marks} selected={selected} onSelect={select} />
    </Workbench>
  );
}

/** The ways to the tasks before and after. */
export function stepsOf(neighbours: Neighbours | undefined, open: (taskId: string) => void): Steps | null {
  if (neighbours === undefined) return null;
  const step = (id: string | null): (() => void) | null => (id === null ? null : () => open(id));
  return { ...neighbours, previous: step(neighbours.previous), next: step(neighbours.next) };
}
