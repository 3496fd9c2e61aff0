/** Where a project's work stands: how much waits for whom, each a way to its list, and the ways to the next task. */
import { Button, Switch } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { count } from "../../ui/numbers";
import { useShortcuts } from "../../ui/shortcuts";
import type { Project } from "../../wire/types";
import { useMay } from "../sessions/queries";
import type { Query } from "../slices/query";
import { conjunctsOf, joined, queryText } from "../slices/query_text";
import { facetsQuery, firstTasksQuery } from "../tasks/queries";
import { filtersOf, ofStatuses, readTaskSearch, TO_ANNOTATE, TO_REVIEW, withinQueue } from "../tasks/search";
import { statusName } from "../tasks/words";
import { changeProject, projectQuery } from "./queries";
import styles from "./stages.module.css";

export function Stages({ project }: { project: Project }): ReactElement {
  const { data: pending } = useQuery(firstTasksQuery(project.id, 1, { status: "pending" }));
  const { data: begun } = useQuery(firstTasksQuery(project.id, 1, { status: "in_progress" }));
  const stages = [
    { status: "pending", number: pending?.count, colour: "var(--pale)" },
    { status: "in_progress", number: begun?.count, colour: "var(--info)" },
    { status: "in_review", number: project.in_review_count, colour: "var(--warn)" },
    { status: "rejected", number: project.rejected_count, colour: "var(--bad)" },
    { status: "completed", number: project.completed_count, colour: "var(--good)" },
  ];
  return (
    <section className={styles.stages} aria-label="Where the work stands">
      {stages.map(({ status, number, colour }) => (
        <Link key={status} to="/projects/$projectId" params={{ projectId: project.id }} search={{ query: queryText(ofStatuses([status])) }} className={styles.stage} activeOptions={{ includeSearch: true }}>
          <span className={styles.dot} style={{ background: colour }} />
          <span className={styles.title}>{statusName(status)}</span>
          <span className={styles.number}>{count(number)}</span>
        </Link>
      ))}
      <Queues project={project} />
    </section>
  );
}

/** The next task to annotate or to review, of those that the list is filtered to. */
function Queues({ project }: { project: Project }): ReactElement | null {
  const [annotator, reviewer, manager] = [useMay("annotator"), useMay("reviewer"), useMay("manager")];
  const filters = filtersOf(readTaskSearch(useSearch({ strict: false })));
  const { data: facets } = useQuery(facetsQuery({ projectId: project.id }, filters));
  const within = facets === undefined ? [] : conjunctsOf(facets.query as Query);
  const annotate = useQueue(project.id, withinQueue(within, TO_ANNOTATE), filters.sort);
  const review = useQueue(project.id, withinQueue(within, TO_REVIEW), filters.sort);
  useShortcuts("This project", [
    ...(annotator ? [{ name: "annotate_next", keys: ["a"], title: "Annotate the next task", when: () => annotate !== null, run: () => annotate?.() }] : []),
    ...(reviewer ? [{ name: "review_next", keys: ["r"], title: "Review the next task", when: () => review !== null, run: () => review?.() }] : []),
  ]);
  return (
    <div className={styles.acts}>
      {manager && <Reviewed project={project} />}
      {reviewer && (project.reviewed || review !== null) && (
        <Button size="xs" variant="default" disabled={review === null} onClick={() => review?.()} title="r">
          Review next
        </Button>
      )}
      {annotator && (
        <Button size="xs" disabled={annotate === null} onClick={() => annotate?.()} title="a">
          Annotate next
        </Button>
      )}
    </div>
  );
}

/** The way to the first task of a queue, in the order of the list; null where it is empty. */
function useQueue(projectId: string, parts: readonly Query[], sort: string | undefined): (() => void) | null {
  const navigate = useNavigate();
  const filters = { query: queryText(joined(parts)), ...(sort === undefined ? {} : { sort }) };
  const { data } = useQuery(firstTasksQuery(projectId, 1, filters));
  const [first] = data?.results ?? [];
  return first === undefined ? null : () => void navigate({ to: "/projects/$projectId/tasks/$taskId", params: { projectId, taskId: first.id }, search: filters });
}

/** Whether submitted work waits for a reviewer. */
function Reviewed({ project }: { project: Project }): ReactElement {
  const queries = useQueryClient();
  const { mutate, isPending } = useMutation({
    mutationFn: (reviewed: boolean) => changeProject(project.id, { reviewed }),
    onSuccess: (changed) => queries.setQueryData(projectQuery(project.id).queryKey, changed),
  });
  return <Switch size="xs" label="Review what is submitted" checked={project.reviewed} disabled={isPending} onChange={(event) => mutate(event.currentTarget.checked)} />;
}
