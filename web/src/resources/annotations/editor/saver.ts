/** Saves by itself what is edited, a moment after the hand rests. Knows no component and no address. */
import type { Entry } from "../../../canvas/edits/drawing";
import { sameEntries } from "./contents";

/** All annotations of a task, and the task's version that held them. */
export interface Stored {
  version: number;
  entries: readonly Entry[];
}

export type SaveState = "saved" | "waiting" | "saving" | "failed" | "conflict";

export interface Saving {
  state: SaveState;
  /** Why saving failed, in the server's words. */
  error: string | null;
  /** What another person saved meanwhile, where that is in the way. */
  theirs: Stored | null;
  /** The last version that both sides knew. */
  base: Stored;
}

export interface SaverPorts {
  /** Replace all annotations of a version; rejects where the task has moved on. */
  put: (entries: readonly Entry[], version: number) => Promise<Stored>;
  /** What the server holds now. */
  get: () => Promise<Stored>;
  /** What a rejection means: another version is there, trying again may help, or it will not. */
  judge: (error: unknown) => "conflict" | "again" | "never";
}

export interface Saver {
  get: () => Saving;
  watch: (watcher: () => void) => () => void;
  /** Say what the annotations are now. */
  note: (entries: readonly Entry[]) => void;
  /** Save now; whether everything is saved afterwards. */
  flush: () => Promise<boolean>;
  /** End a conflict: `entries` are right, and replace what the other person saved. */
  settle: (entries: readonly Entry[]) => Promise<boolean>;
  /** Nothing is saved by itself any more. */
  stop: () => void;
}

/** How long the hand rests before it is saved. */
export const REST_MS = 600;
const FIRST_RETRY_MS = 1000;
const LAST_RETRY_MS = 30_000;

export function saverOf(first: Stored, ports: SaverPorts): Saver {
  let saving: Saving = { state: "saved", error: null, theirs: null, base: first };
  let mine = first.entries;
  let [timer, running, retry_ms]: [ReturnType<typeof setTimeout> | undefined, Promise<void> | null, number] = [undefined, null, FIRST_RETRY_MS];
  const watchers = new Set<() => void>();
  const become = (change: Partial<Saving>): void => {
    saving = { ...saving, ...change };
    for (const watcher of watchers) watcher();
  };
  const later = (wait_ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void save(), wait_ms);
  };
  const stored = (base: Stored): void => {
    retry_ms = FIRST_RETRY_MS;
    const clean = mine === base.entries;
    become({ state: clean ? "saved" : "waiting", error: null, theirs: null, base });
    if (!clean) later(REST_MS);
  };
  // An answer that was lost on its way looks like another person's work, but says what was sent.
  const conflicting = async (sent: readonly Entry[]): Promise<void> => {
    const theirs = await ports.get();
    if (sameEntries(theirs.entries, sent)) stored({ version: theirs.version, entries: sent });
    else become({ state: "conflict", error: null, theirs });
  };
  const failed = (error: unknown): void => {
    become({ state: "failed", error: error instanceof Error ? error.message : String(error) });
    if (ports.judge(error) === "never") return;
    later(retry_ms);
    retry_ms = Math.min(LAST_RETRY_MS, 2 * retry_ms);
  };
  const send = async (): Promise<void> => {
    const sent = mine;
    become({ state: "saving" });
    try {
      const { version } = await ports.put(sent, saving.base.version);
      stored({ version, entries: sent });
    } catch (error) {
      await (ports.judge(error) === "conflict" ? conflicting(sent).catch(failed) : failed(error));
    }
  };
  const save = async (): Promise<void> => {
    clearTimeout(timer);
    // One request after the other.
    if (running !== null) return running.then(save);
    if (saving.state === "conflict") return undefined;
    if (mine === saving.base.entries) {
      if (saving.state !== "saved") become({ state: "saved", error: null });
      return undefined;
    }
    running = send().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    get: () => saving,
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
    note(entries) {
      if (entries === mine) return;
      mine = entries;
      if (saving.state === "conflict" || running !== null) return;
      clearTimeout(timer);
      if (mine === saving.base.entries) become({ state: "saved", error: null });
      else {
        become({ state: "waiting" });
        later(REST_MS);
      }
    },
    async flush() {
      await save();
      // What was drawn while an answer was awaited is saved as well.
      if (saving.state === "waiting") await save();
      return saving.state === "saved";
    },
    async settle(entries) {
      if (saving.theirs === null) return false;
      mine = entries;
      become({ state: "waiting", base: saving.theirs, theirs: null });
      await save();
      return saving.state === "saved";
    },
    stop: () => clearTimeout(timer),
  };
}
