/** Saying that a task is done, and going on to the next one, which is loaded ahead. */
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";

import { keptPicture } from "../../../canvas/picture";
import type { Neighbours } from "../../../wire/types";
import { content } from "../../files/addresses";
import { commentsQuery } from "../../comments/queries";
import { modelRunsQuery } from "../../model_runs/queries";
import { predictionsQuery } from "../../predictions/queries";
import { reviewsQuery } from "../../reviews/queries";
import type { TaskViewProps } from "../../tasks/detail";
import { decide, neighboursQuery, recountNeighbours, taskAfter, taskQuery } from "../../tasks/queries";
import type { TaskFilters } from "../../tasks/search";
import { taskName } from "../../tasks/words";
import { CameBack } from "./came_back";
import { offeredOf } from "./ghost_list";
import { handedOver } from "./handed_over";
import type { WorkOnTask } from "./session";
import { isDone, submitWords } from "./submit_words";
import type { SubmitWords } from "./submit_words";

export interface Submit extends SubmitWords {
  pending: boolean;
  /** Whether the task was handed over, and the next one opens. */
  left: boolean;
  run: () => void;
}

/** Open the next task at once, or leave where none is left to do; the one before is saved and submitted meanwhile, and kept where that fails. */
export function useSubmit(work: WorkOnTask, { task, neighbours, within, open, back: leave }: TaskViewProps): Submit {
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const [leftId, setLeftId] = useState<string | null>(null);
  const left = leftId === task.id;
  // Who comes back to it works on it again.
  if (leftId !== null && !left) setLeftId(null);
  const submitted = async (): Promise<void> => {
    if (!isDone(task)) queries.setQueryData(taskQuery(task.id).queryKey, await decide(task.id, "submit"));
    void queries.invalidateQueries({ queryKey: reviewsQuery(task.id).queryKey, refetchType: "none" });
    void queries.invalidateQueries({ queryKey: ["projects"], refetchType: "none" });
    recountNeighbours(queries);
  };
  const submit = async (): Promise<void> => {
    const next = await taskAfter(queries, task.id, within);
    if (next === null) {
      if (!(await work.saver.flush())) return;
      await submitted();
      if (isDone(task)) return leave();
      void queries.invalidateQueries({ queryKey: reviewsQuery(task.id).queryKey });
      notifications.show({ message: "That was the last task of the list." });
      return;
    }
    const { state } = work.saver.get();
    // What is known to be in the way is settled here, before anything else is opened.
    if ((state === "conflict" || state === "failed") && !(await work.saver.flush())) return;
    setLeftId(task.id);
    handedOver.send(work, submitted).catch((error: unknown) => {
      setLeftId(null);
      notifications.show({ color: "red", autoClose: false, title: `“${taskName(task)}” was not submitted`, message: <CameBack told={error instanceof Error ? error.message : String(error)} again={() => open(task.id)} /> });
    });
    open(next);
  };
  const run = (): void => {
    if (pending || left) return;
    setPending(true);
    submit()
      .catch((error: unknown) => notifications.show({ color: "red", message: error instanceof Error ? error.message : String(error) }))
      .finally(() => setPending(false));
  };
  return { pending, left, run, ...submitWords(task, neighbours?.next === null) };
}

const AHEAD_MS = 60_000;

/** Fetch the next task, its neighbours, its picture and what a model says of it, so that it is there at once; its id once it is. */
export function useLoadedAhead(neighbours: Neighbours | undefined, within: TaskFilters, offering: boolean): string | null {
  const queries = useQueryClient();
  const [ahead, setAhead] = useState<string | null>(null);
  const next = neighbours?.next ?? null;
  const key = JSON.stringify(within);
  useEffect(() => {
    if (next === null) return;
    const load = async (): Promise<void> => {
      void queries.prefetchQuery({ ...commentsQuery(next), staleTime: AHEAD_MS });
      void queries.prefetchQuery({ ...reviewsQuery(next), staleTime: AHEAD_MS });
      void queries.prefetchQuery({ ...neighboursQuery(next, JSON.parse(key) as TaskFilters), staleTime: AHEAD_MS });
      const { item, complete } = await queries.fetchQuery({ ...taskQuery(next), staleTime: AHEAD_MS });
      if (offering && !complete) void loadOffered(queries, next);
      if (item.type === "image" && item.file_id !== null) await keptPicture(content(item.file_id));
      setAhead(next);
    };
    // What cannot be had ahead is asked for again when it is needed, and told then.
    load().catch(() => undefined);
  }, [next, key, offering, queries]);
  return ahead === next ? ahead : null;
}

async function loadOffered(queries: QueryClient, taskId: string): Promise<void> {
  const runs = modelRunsQuery({ task_id: taskId });
  await queries.prefetchQuery({ ...runs, staleTime: AHEAD_MS });
  const runId = offeredOf(queries.getQueryData(runs.queryKey));
  if (runId !== null) await queries.prefetchQuery({ ...predictionsQuery(runId, taskId), staleTime: AHEAD_MS });
}
