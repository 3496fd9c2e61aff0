/** What was done, to be undone and done again: whole drawings that share what did not change. */
import { applied } from "./drawing";
import type { Drawing, Edit } from "./drawing";

/** Steps that can be undone. A step costs a list of references; the shapes themselves are shared. */
export const MOST_STEPS = 400;

interface Step {
  /** The drawing before the step. */
  readonly before: Drawing;
  /** Steps of one run, such as nudges of the same box, are undone together. */
  readonly run: string | null;
}

export interface History {
  readonly past: readonly Step[];
  readonly present: Drawing;
  readonly future: readonly Drawing[];
}

export function historyOf(present: Drawing): History {
  return { past: [], present, future: [] };
}

/** The history after an edit; the same one where the edit changes nothing. */
export function edited(history: History, edit: Edit, run: string | null = null): History {
  const present = applied(history.present, edit);
  if (present === history.present) return history;
  const goesOn = run !== null && history.past.at(-1)?.run === run && history.future.length === 0;
  const past = goesOn ? history.past : [...history.past.slice(1 - MOST_STEPS), { before: history.present, run }];
  return { past, present, future: [] };
}

/** One step back; the same history at the first. */
export function undone(history: History): History {
  const last = history.past.at(-1);
  if (last === undefined) return history;
  return { past: history.past.slice(0, -1), present: last.before, future: [history.present, ...history.future] };
}

/** One step forward again; the same history at the last. */
export function redone(history: History): History {
  const [next, ...future] = history.future;
  if (next === undefined) return history;
  return { past: [...history.past, { before: history.present, run: null }], present: next, future };
}
