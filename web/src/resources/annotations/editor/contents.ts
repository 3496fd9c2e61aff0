/** What annotations say, compared and merged: three versions in, one out, and nothing lost. */
import type { Entry } from "../../../canvas/edits/drawing";
import { newId } from "../../../canvas/edits/editing";
import type { Annotation } from "../../../wire/types";

/** Annotations as they are edited. */
export function entriesOf(annotations: readonly Annotation[]): Entry[] {
  return annotations.map(({ id, label, shape, attributes, source }) => ({ id, label, shape, attributes, source }));
}

/** Whether both say the same, in the same order. */
export function sameEntries(one: readonly Entry[], other: readonly Entry[]): boolean {
  return one === other || (one.length === other.length && one.every((entry, place) => same(entry, other[place])));
}

function same(one: Entry | undefined, other: Entry | undefined): boolean {
  return one === other || canonical(one) === canonical(other);
}

// The order of keys says nothing; what is undefined is not sent.
function canonical(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) =>
    typeof inner === "object" && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  ) ?? "";
}

export interface Merged {
  entries: Entry[];
  /** How many annotations both changed, each in another way: of these both versions are kept. */
  both: number;
}

/**
 * What two people made of the same annotations, put together. What one of them changed, added or
 * deleted is taken over. What one deleted and the other changed stays, as it was changed. Of what
 * both changed both versions stay, mine as a copy of its own.
 */
export function merged(base: readonly Entry[], mine: readonly Entry[], theirs: readonly Entry[], made: () => string = newId): Merged {
  const [before, own] = [byId(base), byId(mine)];
  const result: Merged = { entries: [], both: 0 };
  const seen = new Set<string>();
  for (const their of theirs) {
    seen.add(their.id);
    const [old, my] = [before.get(their.id), own.get(their.id)];
    if (my !== undefined && !same(my, old) && !same(their, old) && !same(my, their)) {
      result.both += 1;
      result.entries.push(their, { ...my, id: made() });
    } else if (my === undefined) {
      // I deleted it, or they added it.
      if (old === undefined || !same(their, old)) result.entries.push(their);
    } else result.entries.push(same(my, old) ? their : my);
  }
  for (const my of mine) {
    const old = before.get(my.id);
    // They deleted it: it stays gone unless I changed it.
    if (!seen.has(my.id) && (old === undefined || !same(my, old))) result.entries.push(my);
  }
  return result;
}

function byId(entries: readonly Entry[]): Map<string, Entry> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}
