/** The address of a comparison: the baseline, the versions compared with it, which of them is told in full, and of what. */
import type { Comparison, SliceDifference } from "../../wire/types";

export interface CompareSearch {
  /** The baseline. */
  first: string;
  /** The one that is told in full. */
  second: string;
  /** All that are compared with the baseline, where they are more than the one: ids with commas between them. */
  among?: string;
  /** The slice whose tasks alone count. */
  slice_id?: string;
  /** Which number the slices are told by, and which the labels; without a word the headline. */
  number?: string;
  label_number?: string;
}

export type TaskList = "won" | "lost" | "both_wrong";

export interface CompareTaskSearch extends CompareSearch {
  list: TaskList;
}

/** Evaluations that one comparison takes, the baseline among them. */
export const MOST_COMPARED = 8;

const LISTS: readonly TaskList[] = ["won", "lost", "both_wrong"];

export function readCompareSearch(raw: Record<string, unknown>): CompareSearch {
  const word = (name: string): string => (typeof raw[name] === "string" ? raw[name] : "");
  const found: CompareSearch = { first: word("first"), second: word("second") };
  for (const name of ["among", "slice_id", "number", "label_number"] as const) {
    if (word(name) !== "") found[name] = word(name);
  }
  return found;
}

export function readCompareTaskSearch(raw: Record<string, unknown>): CompareTaskSearch {
  return { ...readCompareSearch(raw), list: LISTS.find((name) => name === raw.list) ?? "lost" };
}

/** All that are compared with the baseline, in their order. */
export function othersOf({ first, second, among }: CompareSearch): string[] {
  const named = (among ?? "").split(",").filter((id) => id !== "" && id !== first);
  const found = [...new Set(named.includes(second) ? named : [second, ...named])];
  return found.slice(0, MOST_COMPARED - 1);
}

/** The same comparison of other versions; the one told in full stays where it can. */
export function withOthers(search: CompareSearch, others: readonly string[]): CompareSearch {
  const { among: _before, ...rest } = search;
  const second = others.includes(search.second) ? search.second : (others[0] ?? search.second);
  return { ...rest, second, ...(others.length > 1 ? { among: others.join(",") } : {}) };
}

/** The same comparison with another baseline: the two change places. */
export function withBaseline(search: CompareSearch, first: string): CompareSearch {
  const others = othersOf(search).map((id) => (id === first ? search.first : id));
  return withOthers({ ...search, first, second: search.second === first ? search.first : search.second }, others);
}

/** The comparison of one of the others with the baseline, out of those of all. */
export function pairOf(found: Comparison, search: CompareSearch): Comparison {
  const place = othersOf(search).indexOf(search.second);
  return pairs(found)[place] ?? found;
}

/** The comparisons with the baseline, in their order. */
export function pairs(found: Comparison): Comparison[] {
  return [found, ...found.others];
}

/** A slice of a comparison by its id. */
export function sliceOf(found: Comparison, sliceId: string | null): SliceDifference | undefined {
  return found.slices.find(({ slice_id: id }) => id === sliceId);
}
