/** What became of earlier annotations: which are new, which are others now, and which are gone. */
import type { Entry } from "./drawing";

export interface Differences {
  readonly added: readonly Entry[];
  /** Each as it was and as it is. */
  readonly changed: readonly (readonly [before: Entry, after: Entry])[];
  readonly removed: readonly Entry[];
}

const known = new WeakMap<readonly Entry[], WeakMap<readonly Entry[], Differences>>();

/** What lies between two states of an item; worked out once. */
export function differences(before: readonly Entry[], after: readonly Entry[]): Differences {
  const of = known.get(before) ?? new WeakMap<readonly Entry[], Differences>();
  known.set(before, of);
  const found = of.get(after) ?? compared(before, after);
  of.set(after, found);
  return found;
}

function compared(before: readonly Entry[], after: readonly Entry[]): Differences {
  const old = new Map(before.map((entry) => [entry.id, entry]));
  const there = new Set(after.map(({ id }) => id));
  return {
    added: after.filter(({ id }) => !old.has(id)),
    changed: after.flatMap((entry) => {
      const was = old.get(entry.id);
      return was === undefined || says(was) === says(entry) ? [] : [[was, entry] as const];
    }),
    removed: before.filter(({ id }) => !there.has(id)),
  };
}

// The order of keys says nothing.
function says({ label, shape, attributes }: Entry): string {
  return JSON.stringify([label, shape, attributes], (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : inner,
  );
}
