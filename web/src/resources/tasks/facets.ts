/** What choosing a value of a facet makes of a query. */
import type { Facet, FacetValue } from "../../wire/types";
import { sameQuery } from "../slices/query";
import type { Query } from "../slices/query";
import { conjunctsOf, joined } from "../slices/query_text";

/** Whether a query asks for a value of a facet. */
export function chosen(query: Query, facet: Pick<Facet, "field" | "ranges">, value: Pick<FacetValue, "value" | "query">): boolean {
  return conjunctsOf(query).some((part) => sameQuery(part, value.query) || (!facet.ranges && asks(part, facet.field) && valuesOf(part).some((each) => sameQuery(each, value.value))));
}

/** The query with a value of a facet, or without it where it had it. Several values of a field are one or the other. */
export function toggled(query: Query, facet: Pick<Facet, "field" | "ranges">, value: Pick<FacetValue, "value" | "query">): Query {
  const parts = conjunctsOf(query);
  const same = parts.findIndex((part) => sameQuery(part, value.query));
  if (same >= 0) return joined(parts.toSpliced(same, 1));
  // What is not there is no value beside others: a query asks for it by itself.
  const at = facet.ranges || value.value === null ? -1 : parts.findIndex((part) => asks(part, facet.field));
  const before = parts[at];
  const fresh = facet.ranges || value.value === null ? value.query : asking(facet.field, [value.value]);
  if (before === undefined) return joined([...parts, fresh]);
  const others = valuesOf(before).filter((each) => !sameQuery(each, value.value));
  const values = others.length < valuesOf(before).length ? others : [...others, value.value];
  return joined(parts.toSpliced(at, 1, ...(values.length === 0 ? [] : [asking(facet.field, values)])));
}

/** The query without what it says of a field. */
export function without(query: Query, facet: Pick<Facet, "field" | "values" | "ranges">): Query {
  const ranges = facet.values.map((value) => value.query);
  return joined(conjunctsOf(query).filter((part) => !asks(part, facet.field) && !ranges.some((range) => sameQuery(part, range))));
}

function asks(part: Query, field: string): boolean {
  return part.field === field && (part.op === "is" || part.op === "in");
}

function valuesOf(part: Query): unknown[] {
  return part.op === "in" ? (part.value as unknown[]) : [part.value];
}

function asking(field: string, values: unknown[]): Query {
  return values.length === 1 ? { field, op: "is", value: values[0] } : { field, op: "in", value: values };
}
