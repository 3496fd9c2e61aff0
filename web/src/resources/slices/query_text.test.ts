/** The pages write queries as the server does: both are held to the same cases. */
import { expect, test } from "vitest";

import CASES from "../../../../tests/cases/queries.json";
import type { Query } from "./query";
import { conjunctsOf, joined, queryText } from "./query_text";

test.each(CASES as { text: string; query: Query }[])("$text", ({ text, query }) => {
  expect(queryText(query)).toBe(text);
});

test("parts that must all hold are taken apart and put together again", () => {
  for (const { query } of (CASES as { text: string; query: Query }[]).filter((each) => !("all" in each.query) || (each.query.all as unknown[]).length > 1)) expect(joined(conjunctsOf(query))).toEqual(query);
  expect(joined([])).toEqual({ all: [] });
});
