/** The comments of the task that is worked on: shown on the item, looked at one by one, written and settled. */
import { notifications } from "@mantine/notifications";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";

import { ask, askAgain, asksNothing, lookAtNextPin, lookAtPin, WHOLE_ITEM, withPins } from "../../canvas/edits/pins";
import type { Target } from "../../canvas/edits/pins";
import { pointedAt } from "../../canvas/pointer";
import { useShortcuts } from "../../ui/shortcuts";
import type { Comment } from "../../wire/types";
import type { WorkOnTask } from "../annotations/editor/session";
import { draftOf, keepDraft } from "./drafts";
import { comment, commentsQuery, remove, settle } from "./queries";
import { openCount, pinOf, placeToSend, shownOf, threadsOf } from "./threads";
import type { Thread } from "./threads";

export interface Comments {
  taskId: string;
  threads: readonly Thread[];
  open: number;
  resolvedToo: boolean;
  showResolved: (too: boolean) => void;
  /** Say something; whether it was stored. What is meant is saved first. */
  say: (text: string, target: Target | null, answered?: string) => Promise<boolean>;
  /** What was written before, and not sent. */
  begun: string;
  /** Remember what is being written, and what it is about. */
  draft: (words: string, target: Target) => void;
  /** Say what was written and not sent yet, so that a decision does not leave it behind; whether it is stored. */
  sendDraft: () => Promise<boolean>;
  settle: (said: Comment) => void;
  remove: (said: Comment) => void;
}

const NONE: readonly Comment[] = [];

/** Fetch the comments of a task, and pin them where they belong. */
export function useComments({ store, saver, taskId }: WorkOnTask): Comments {
  const queries = useQueryClient();
  const { data } = useQuery(commentsQuery(taskId));
  const comments = data?.results ?? NONE;
  const [resolvedToo, showResolved] = useState(false);
  const threads = useMemo(() => shownOf(threadsOf(comments), resolvedToo), [comments, resolvedToo]);
  useEffect(() => store.update((state) => withPins(state, threads.map(pinOf))), [store, threads]);
  const changed = async (change: () => Promise<unknown>): Promise<boolean> => {
    try {
      await change();
      await queries.invalidateQueries({ queryKey: commentsQuery(taskId).queryKey });
      return true;
    } catch (error) {
      notifications.show({ color: "red", message: error instanceof Error ? error.message : String(error) });
      return false;
    }
  };
  useEffect(() => {
    const left = draftOf(taskId);
    if (left !== null) store.update((state) => askAgain(state, left.target));
  }, [store, taskId]);
  const say: Comments["say"] = async (text, target, answered) => {
    // The server must know the annotation that is meant.
    if (target?.annotationId && !(await saver.flush())) return false;
    const place = target === null ? null : placeToSend(store.get(), target);
    const stored = await changed(() => comment(taskId, { text, annotation_id: target?.annotationId ?? null, place, reply_to: answered ?? null }));
    if (stored && answered === undefined) {
      keepDraft(taskId, "", WHOLE_ITEM);
      store.update(asksNothing);
    }
    return stored;
  };
  return {
    taskId,
    threads,
    open: openCount(comments),
    resolvedToo,
    showResolved,
    say,
    begun: draftOf(taskId)?.words ?? "",
    draft: (words, target) => keepDraft(taskId, words, target),
    async sendDraft() {
      const { asked } = store.get();
      const written = draftOf(taskId)?.words ?? "";
      return asked === null || written.trim() === "" || say(written, asked);
    },
    settle: (said) => void changed(() => settle(said.id, !said.resolved)),
    remove: (said) => void changed(() => remove(said.id)),
  };
}

/** Everything that is done with comments by keys. */
export function useCommentKeys({ store }: WorkOnTask, { threads, settle: settled, resolvedToo, showResolved }: Comments): void {
  const looked = (): Comment | undefined => threads.find(({ comment: { id } }) => id === store.get().pinId)?.comment;
  useShortcuts("Comments", [
    { name: "comment", keys: ["s"], title: "Say something about what is selected or pointed at", run: () => store.update((state) => ask(state, pointedAt(store))) },
    { name: "next_comment", keys: ["e"], title: "Look at the next comment", when: () => threads.length > 0, run: () => store.update((state) => lookAtNextPin(state, 1)) },
    { name: "previous_comment", keys: ["E"], title: "Look at the comment before", when: () => threads.length > 0, run: () => store.update((state) => lookAtNextPin(state, -1)) },
    {
      name: "settle_comment",
      keys: ["R"],
      title: "Resolve the comment, or open it again",
      when: () => looked() !== undefined,
      run: () => {
        const said = looked();
        if (said !== undefined) settled(said);
      },
    },
    { name: "resolved_too", keys: ["d"], title: "Show or hide resolved comments", run: () => showResolved(!resolvedToo) },
    { name: "leave_comment", keys: ["Escape"], title: "Look at no comment", when: () => store.get().pinId !== null && store.get().selected.size === 0 && store.get().range === null && store.get().draft === null, run: () => store.update((state) => lookAtPin(state, null)) },
  ]);
}
