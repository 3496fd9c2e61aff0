/** Which values of a facet have no slice of their own yet. */
import type { Facet, Slice } from "../../wire/types";
import { sameQuery } from "./query";
import type { Query } from "./query";

export interface NewSlice {
  name: string;
  query: Query;
}

/** A slice for each value, as long as there are fewer than `most`; those with a name that is taken are called by their field too. */
export function missingSlices(facet: Facet | undefined, slices: readonly Slice[], most: number): NewSlice[] {
  const taken = new Set(slices.map(({ name }) => name));
  return (facet?.values ?? [])
    .filter(({ query }) => !slices.some((slice) => sameQuery(slice.query, query)))
    .slice(0, Math.max(0, most - slices.length))
    .map(({ title, value, query }) => {
      const plain = value === null ? `annotator ${title}` : title;
      const name = taken.has(plain) ? `${plain} (${String(value)})` : plain;
      taken.add(name);
      return { name, query: query as Query };
    });
}
