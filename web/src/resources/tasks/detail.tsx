/** One task of a project: the item with its annotations, and what is known about it. */
import { Button, Menu, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { count } from "../../ui/numbers";
import { useSelection } from "../../ui/selection";
import { Said, When } from "../../ui/text";
import { Facts, SidePart, Workbench } from "../../ui/workbench";
import type { Task } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { truthMarks } from "../annotations/marks";
import { useProjectColours } from "../labels/queries";
import { useMay } from "../sessions/queries";
import { decide, neighboursQuery, taskQuery } from "./queries";
import type { Verb } from "./queries";
import { filtersOf } from "./search";
import { Stage } from "./stage";
import { plain, StatusBadge, taskName } from "./words";

const FROM = "/inside/projects/$projectId/tasks/$taskId";

export function TaskPage(): ReactElement {
  const { projectId, taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const asked = useQuery(taskQuery(taskId));
  const { data: task } = asked;
  const { data: neighbours } = useQuery(neighboursQuery(taskId, filtersOf(search)));
  const colours = useProjectColours(projectId);
  const { selected, select } = useSelection(taskId);
  const marks = useMemo(() => truthMarks(task?.annotations ?? [], colours), [task, colours]);
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const open = (id: string | null | undefined): (() => void) | null =>
    id ? () => void navigate({ to: "/projects/$projectId/tasks/$taskId", params: { projectId, taskId: id }, search }) : null;
  return (
    <Workbench
      name={task && taskName(task)}
      title={task === undefined ? <Skeleton height={14} width={180} /> : <Said>{taskName(task)}</Said>}
      note={task !== undefined && <StatusBadge status={task.status} />}
      actions={task !== undefined && <Decisions task={task} />}
      back={() => void navigate({ to: "/projects/$projectId", params: { projectId }, search })}
      backTitle="Back to the project"
      steps={neighbours === undefined ? null : { ...neighbours, previous: open(neighbours.previous), next: open(neighbours.next) }}
      side={
        task !== undefined && (
          <>
            <SidePart title={`Annotations · ${count(marks.length)}`}>
              <MarkList marks={marks} text={task.item.text} selected={selected} onSelect={select} empty="Nothing is annotated." />
            </SidePart>
            <AboutTask task={task} />
          </>
        )
      }
    >
      {task !== undefined && <Stage task={task} marks={marks} selected={selected} onSelect={select} />}
    </Workbench>
  );
}

/** What is known about a task, and the caller's own data. */
export function AboutTask({ task }: { task: Task }): ReactElement {
  const { item } = task;
  const metadata = Object.entries(task.metadata);
  const size = item.width === null ? [] : [["Size", `${item.width} × ${item.height}`] as const];
  return (
    <>
      <SidePart title="Task">
        <Facts
          entries={[
            ["Id", <code key="id">{task.id}</code>],
            ...(task.unique_id === null ? [] : [["Own id", <Said key="own">{task.unique_id}</Said>] as const]),
            ["Batch", <Said key="batch">{task.batch}</Said>],
            ...size,
            ["Created", <When key="when" date={task.created_date} />],
            ...(task.tags.length === 0 ? [] : [["Tags", <Said key="tags">{task.tags.join(", ")}</Said>] as const]),
            ...(task.rejection_reason === null ? [] : [["Rejected", <Said key="reason">{task.rejection_reason}</Said>] as const]),
            ...task.errors.map((said) => ["Error", <Said key={said}>{said}</Said>] as const),
          ]}
        />
      </SidePart>
      {metadata.length > 0 && (
        <SidePart title="Metadata">
          <Facts entries={metadata.map(([key, value]) => [key, <Said key={key}>{plain(value)}</Said>] as const)} />
        </SidePart>
      )}
    </>
  );
}

const SAID: Record<Verb, string> = { complete: "The task is complete.", reopen: "The task is open again.", reject: "The task was sent back." };

function Decisions({ task }: { task: Task }): ReactElement | null {
  const queries = useQueryClient();
  const [annotator, reviewer] = [useMay("annotator"), useMay("reviewer")];
  const change = useMutation({
    mutationFn: (verb: Verb) => decide(task.id, verb),
    onSuccess: (changed, verb) => {
      queries.setQueryData(taskQuery(task.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ["projects"] });
      notifications.show({ message: SAID[verb] });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (!annotator) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" loading={change.isPending}>
          Change state
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={task.complete && !task.rejected} onClick={() => change.mutate("complete")}>Complete</Menu.Item>
        <Menu.Item disabled={!reviewer || (!task.complete && !task.rejected)} onClick={() => change.mutate("reopen")}>Open again</Menu.Item>
        <Menu.Item disabled={!reviewer || task.rejected} onClick={() => change.mutate("reject")}>Send back</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
