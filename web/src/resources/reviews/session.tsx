/** The review of the task that is looked at: its rounds, what was corrected, and the decision. */
import { notifications } from "@mantine/notifications";
import type { NotificationData } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";

import { differences } from "../../canvas/edits/earlier";
import { drawingIn } from "../../canvas/edits/editing";
import { ApiFailure } from "../../wire/http";
import type { Review, Task } from "../../wire/types";
import { entriesOf } from "../annotations/editor/contents";
import { useEditing } from "../annotations/editor/session";
import type { WorkOnTask } from "../annotations/editor/session";
import { CameBack } from "../annotations/editor/came_back";
import { handedOver } from "../annotations/editor/handed_over";
import { useMay } from "../sessions/queries";
import type { TaskViewProps } from "../tasks/detail";
import { recountNeighbours, taskAfter, taskQuery } from "../tasks/queries";
import { taskName } from "../tasks/words";
import { Decided } from "./parts";
import { decideReview, reviewQuery, reviewsQuery } from "./queries";
import { remember } from "./reasons";

export interface Reviewing {
  rounds: readonly Review[];
  /** Whether the reader decides about this task now. */
  deciding: boolean;
  /** Whether the reviewer changed what was submitted. */
  corrected: boolean;
  pending: boolean;
  accept: () => void;
  reject: (reason: string) => void;
  /** What somebody else did meanwhile, where that is in the way. */
  meanwhile: string | null;
  /** Look at the task as it is now. */
  lookAgain: () => void;
}

type Decision = "accepted" | "rejected";

const NONE: readonly Review[] = [];
const CONFLICT = 409;
const DECIDED = "decided";

export function useReviewing(work: WorkOnTask, { task, within, open }: TaskViewProps): Reviewing {
  const queries = useQueryClient();
  const { data } = useQuery(reviewsQuery(task.id));
  const rounds = data?.results ?? NONE;
  const deciding = useMay("reviewer") && task.status === "in_review";
  const waiting = deciding ? rounds.find(({ state }) => state === "waiting") : undefined;
  const [pending, setPending] = useState(false);
  const [meanwhile, setMeanwhile] = useState<string | null>(null);
  const corrected = useCorrected(work, waiting);
  const decide = async (decision: Decision, reason: string | null, next: string | null): Promise<void> => {
    await decideReview(task.id, { decision, reason, version: work.saver.get().base.version, review_id: waiting?.id ?? null });
    if (reason !== null) remember(reason);
    const accepted = decision === "accepted";
    queries.setQueryData(taskQuery(task.id).queryKey, (known) => known && { ...known, status: accepted ? "completed" : "rejected", complete: accepted, rejected: !accepted, rejection_reason: reason });
    void queries.invalidateQueries({ queryKey: taskQuery(task.id).queryKey, refetchType: "none" });
    void queries.invalidateQueries({ queryKey: ["projects"], refetchType: "none" });
    recountNeighbours(queries);
    void queries.invalidateQueries({ queryKey: reviewsQuery(task.id).queryKey });
    const word = accepted ? (corrected ? "Corrected and accepted." : "Accepted.") : "Rejected.";
    // One place for all of them: who decides quickly is not covered by what was.
    notifications.hide(DECIDED);
    notifications.show({ id: DECIDED, autoClose: 4000, message: <Decided word={word} again={next === null ? null : () => open(task.id)} /> });
  };
  const run = (decision: Decision, reason: string | null): void => {
    if (pending) return;
    setPending(true);
    decideAndGoOn(decision, reason)
      .catch((error: unknown) => {
        if (error instanceof ApiFailure && error.status === CONFLICT) setMeanwhile(error.message);
        else notifications.show({ color: "red", message: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => setPending(false));
  };
  const decideAndGoOn = async (decision: Decision, reason: string | null): Promise<void> => {
    const next = await taskAfter(queries, task.id, within);
    const { state } = work.saver.get();
    // The next task is there at once; what the server does not take is told, and one click away.
    if (next !== null && state !== "conflict" && state !== "failed") {
      handedOver.send(work, () => decide(decision, reason, next)).catch((error: unknown) => {
        for (const { queryKey } of [taskQuery(task.id), reviewsQuery(task.id)]) void queries.invalidateQueries({ queryKey });
        notifications.show(undecided(task, error, () => open(task.id)));
      });
      open(next);
      return;
    }
    if (!(await work.saver.flush())) return;
    await decide(decision, reason, next);
    if (next !== null) open(next);
  };
  return {
    rounds,
    deciding,
    corrected,
    pending,
    accept: () => run("accepted", null),
    reject: (reason) => run("rejected", reason),
    meanwhile,
    lookAgain: () => {
      setMeanwhile(null);
      void queries.invalidateQueries({ queryKey: taskQuery(task.id).queryKey });
    },
  };
}

/** What is told of a decision that the server did not take. */
function undecided(task: Task, error: unknown, again: () => void): NotificationData {
  const others = error instanceof ApiFailure && error.status === CONFLICT;
  const told = error instanceof Error ? error.message : String(error);
  const message = <CameBack told={others ? `${told} What you drew and said is stored in the task.` : told} again={again} />;
  return { color: "red", autoClose: false, title: `Nothing was decided about “${taskName(task)}”`, message };
}

function useCorrected({ store }: WorkOnTask, waiting: Review | undefined): boolean {
  const { data } = useQuery({ ...reviewQuery(waiting?.id ?? "", waiting?.version), enabled: waiting !== undefined });
  const submitted = useMemo(() => (data === undefined ? null : entriesOf(data.annotations)), [data]);
  return useEditing(store, (state) => {
    if (submitted === null) return false;
    const { added, changed, removed } = differences(submitted, drawingIn(state).entries);
    return added.length + changed.length + removed.length > 0;
  });
}
