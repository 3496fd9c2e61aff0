/** Choosing values of facets: one or the other of a field, all of several fields, and back again. */
import { expect, test } from "vitest";

import type { Query } from "../slices/query";
import { queryText } from "../slices/query_text";
import { chosen, toggled, without } from "./facets";

const LABEL = { field: "annotation.label", ranges: false };
const SIZE = { field: "annotation.area", ranges: true };
const label = (value: string) => ({ value, query: { field: "annotation.label", op: "is", value } });
const small = { value: 0, query: { annotation: { field: "annotation.area", op: "lt", value: 1024 } } };

test("values come and go", () => {
  let query: Query = { all: [] };
  const choose = (facet: typeof LABEL, value: { value: unknown; query: Query }): string => {
    query = toggled(query, facet, value as never);
    return queryText(query);
  };
  expect(choose(LABEL, label("cat"))).toBe("label:cat");
  expect(choose(LABEL, label("dog"))).toBe("label:(cat, dog)");
  expect(chosen(query, LABEL, label("dog") as never)).toBe(true);
  expect(choose(SIZE, small)).toBe("label:(cat, dog) annotation(area<1024)");
  expect(chosen(query, SIZE, small as never)).toBe(true);
  expect(choose(LABEL, label("cat"))).toBe("label:dog annotation(area<1024)");
  expect(choose(SIZE, small)).toBe("label:dog");
  expect(choose(LABEL, label("dog"))).toBe("");
});

test("what nobody knows is asked for beside a value, not as one", () => {
  const by = { field: "annotation.annotator", ranges: false };
  const unknown = { value: null, query: { field: "annotation.annotator", op: "exists", value: false } };
  const asked = toggled({ field: "annotation.annotator", op: "is", value: "Ada" }, by, unknown);
  expect(queryText(asked)).toBe("annotator:Ada no:annotator");
  expect(chosen(asked, by, unknown)).toBe(true);
  expect(queryText(toggled(asked, by, unknown))).toBe("annotator:Ada");
});

test("a person is asked for by the word that a reader knows, whatever their slice keeps", () => {
  const by = { field: "annotation.annotator", ranges: false };
  const ada = { value: "Ada", query: { field: "annotation.annotator", op: "is", value: "u_1" } };
  const asked = toggled({ all: [] }, by, ada);
  expect(queryText(asked)).toBe("annotator:Ada");
  expect(chosen(asked, by, ada)).toBe(true);
  expect(toggled(ada.query, by, ada)).toEqual({ all: [] });
});

test("what else the query asks stays", () => {
  const query = { all: [{ not: { field: "annotation.label", op: "is", value: "cat" } }, { field: "annotation.label", op: "is", value: "dog" }] };
  expect(queryText(toggled(query, LABEL, label("dog") as never))).toBe("-label:cat");
  expect(queryText(without(query, { ...LABEL, values: [] }))).toBe("-label:cat");
  const either = { any: [label("cat").query, { field: "batch", op: "is", value: "north" }] };
  expect(queryText(toggled(either, LABEL, label("dog") as never))).toBe("(label:cat or batch:north) label:dog");
});
