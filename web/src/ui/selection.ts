/** Which marks stand out: chosen in a list or on the item, forgotten with the next task. */
import { useState } from "react";

export interface Selection {
  selected: ReadonlySet<string>;
  /** Choose what belongs together; choosing it again lets it go. */
  select: (...ids: (string | null)[]) => void;
}

const NOTHING: ReadonlySet<string> = new Set();

/** A selection that ends when `subject` changes, and begins with `first`. */
export function useSelection(subject: string, first = NOTHING): Selection {
  const [chosen, setChosen] = useStateOf<ReadonlySet<string> | null>(subject, null);
  const selected = chosen ?? first;
  const select = (...ids: (string | null)[]): void => {
    const wanted = ids.filter((id) => id !== null);
    const again = wanted.length > 0 && wanted.every((id) => selected.has(id));
    setChosen(new Set(again ? [] : wanted));
  };
  return { selected, select };
}

/** A state that belongs to `subject` and begins anew with the next one. */
export function useStateOf<T>(subject: string, first: T): [T, (value: T) => void] {
  const [held, setHeld] = useState({ subject, value: first });
  return [held.subject === subject ? held.value : first, (value) => setHeld({ subject, value })];
}
