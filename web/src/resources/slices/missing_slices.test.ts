/** Every annotator gets one slice, once, by a name that is free. */
import { expect, test } from "vitest";

import type { Facet, Slice } from "../../wire/types";
import { missingSlices } from "./missing_slices";

const asking = (value: string) => ({ field: "annotation.annotator", op: "is", value });
const UNKNOWN = { field: "annotation.annotator", op: "exists", value: false };

const facet = (...names: [title: string, value: string][]): Facet => ({
  field: "annotation.annotator",
  title: "Annotator",
  ranges: false,
  others: 0,
  values: [...names.map(([title, value]) => ({ title, value, count: 1, query: asking(value) })), { title: "unknown", value: null, count: 1, query: UNKNOWN }],
});

const slice = (name: string, query: object): Slice => ({ id: "sl_1", dataset_id: "d_1", project_id: null, name, query: query as Slice["query"], text: "", created_date: "2024-01-01T00:00:00Z" });

test("each annotator and what nobody knows the annotator of", () => {
  expect(missingSlices(facet(["Ada", "Ada"]), [], 50)).toEqual([
    { name: "Ada", query: asking("Ada") },
    { name: "annotator unknown", query: UNKNOWN },
  ]);
});

test("what has a slice already, by whatever name, gets no second one", () => {
  expect(missingSlices(facet(["Ada", "Ada"]), [slice("hers", asking("Ada")), slice("rest", UNKNOWN)], 50)).toEqual([]);
});

test("two of one name are told apart, and so is one whose name is taken", () => {
  const found = missingSlices(facet(["Ada", "u_1"], ["Ada", "u_2"]), [slice("Ada", { all: [] })], 50);
  expect(found.map(({ name }) => name)).toEqual(["Ada (u_1)", "Ada (u_2)", "annotator unknown"]);
});

test("nothing without a facet, and no more than there is room for", () => {
  expect(missingSlices(undefined, [], 50)).toEqual([]);
  const full = Array.from({ length: 49 }, (_, at) => slice(`s ${at}`, { field: "tag", op: "is", value: String(at) }));
  expect(missingSlices(facet(["Ada", "Ada"]), full, 50)).toHaveLength(1);
});
