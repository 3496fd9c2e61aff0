/** Which tasks of a list are chosen: some by their ids, or all that the query takes. */
import { useState } from "react";

import { useIdsBetween } from "./pages";
import type { Listed } from "./pages";

export interface Chosen {
  ids: ReadonlySet<string>;
  /** Whether all are chosen that the query takes, those out of sight too. */
  all: boolean;
  count: number;
  has: (id: string) => boolean;
  /** Choose the task at a place or let it go; with `range` all from the one chosen before. */
  toggle: (id: string, place: number, range: boolean) => void;
  takeAll: () => void;
  clear: () => void;
}

const NONE: ReadonlySet<string> = new Set();

/** A choice among the tasks of a list; it ends when the query becomes another. */
export function useChosen(listed: Listed): Chosen {
  const subject = JSON.stringify([listed.source, listed.filters]);
  const [held, setHeld] = useState({ subject, ids: NONE, all: false, last: 0 });
  const own = held.subject === subject ? held : { subject, ids: NONE, all: false, last: 0 };
  const between = useIdsBetween(listed);
  const toggle = (id: string, place: number, range: boolean): void => {
    if (range && own.ids.size > 0) {
      void between(Math.min(own.last, place), Math.max(own.last, place)).then((ids) => setHeld({ subject, ids: new Set([...own.ids, ...ids]), all: false, last: place }));
      return;
    }
    const ids = new Set(own.ids);
    if (!ids.delete(id)) ids.add(id);
    setHeld({ subject, ids, all: false, last: place });
  };
  return {
    ids: own.ids,
    all: own.all,
    count: own.all ? listed.total : own.ids.size,
    has: (id) => own.all || own.ids.has(id),
    toggle,
    takeAll: () => setHeld({ subject, ids: NONE, all: true, last: 0 }),
    clear: () => setHeld({ subject, ids: NONE, all: false, last: 0 }),
  };
}
