/** Work that is saved and submitted while the next task is open already. Nothing of it is lost: what the server did not take is kept until the reader comes back to it. */
import type { WorkOnTask } from "./session";

export interface HandedOver {
  /** The work on a task that was handed over and is not with the server yet. */
  of: (taskId: string) => WorkOnTask | undefined;
  /** How many tasks are on their way. */
  sending: () => number;
  watch: (watcher: () => void) => () => void;
  /** Send work off. Rejects where the server did not take it; then it is kept. */
  send: (work: WorkOnTask, submit: () => Promise<void>) => Promise<void>;
}

/** Why work was not submitted: it is not even saved. */
export class NotSaved extends Error {}

/** Begin with nothing handed over; `hold` says whether the window may be closed unasked. */
export function handOver(hold: (held: boolean) => void): HandedOver {
  const works = new Map<string, WorkOnTask>();
  const watchers = new Set<() => void>();
  let sending = 0;
  const become = (change: number): void => {
    sending += change;
    hold(works.size > 0);
    for (const watcher of watchers) watcher();
  };
  return {
    of: (taskId) => works.get(taskId),
    sending: () => sending,
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    async send(work, submit) {
      works.set(work.taskId, work);
      become(1);
      try {
        if (!(await work.saver.flush())) throw new NotSaved(reasonOf(work));
        await submit();
        works.delete(work.taskId);
      } catch (error) {
        // What is saved is with the server; only what is not must be kept.
        if (work.saver.get().state === "saved") works.delete(work.taskId);
        throw error;
      } finally {
        become(-1);
      }
    },
  };
}

function reasonOf({ saver }: WorkOnTask): string {
  const { state, error } = saver.get();
  return state === "conflict" ? "Somebody else changed it meanwhile." : (error ?? "The server did not take it.");
}

function asks(event: BeforeUnloadEvent): void {
  event.preventDefault();
}

/** What this window handed over. */
export const handedOver = handOver((held) => (held ? window.addEventListener("beforeunload", asks) : window.removeEventListener("beforeunload", asks)));
