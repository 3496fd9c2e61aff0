/** The address of a list of tasks holds its whole state, and nothing that it cannot mean. */
import { expect, test } from "vitest";

import { filterCount, filtersOf, readTaskSearch, TO_ANNOTATE, TO_REVIEW, withFilter } from "./search";

test("an address is read; what it cannot mean is left out", () => {
  expect(readTaskSearch({ status: "pending", complete: "false", page: "3", view: "table", nonsense: "1" })).toEqual({
    status: "pending",
    complete: false,
    page: 3,
    view: "table",
  });
  expect(readTaskSearch({ page: "-1", view: "grid", complete: "maybe", label: "" })).toEqual({});
  expect(readTaskSearch({ page: "1" })).toEqual({});
});

test("several statuses are read in their order, without what is none", () => {
  expect(readTaskSearch({ status: "rejected,pending,in_progress,nonsense" }).status).toBe(TO_ANNOTATE);
  expect(readTaskSearch({ status: "in_review" }).status).toBe(TO_REVIEW);
  expect(readTaskSearch({ status: 3 })).toEqual({});
});

test("a changed filter begins at the first page again and keeps the rest", () => {
  const search = readTaskSearch({ status: "pending", page: "3", view: "table" });
  expect(withFilter(search, { label: "cell" })).toEqual({ status: "pending", label: "cell", view: "table" });
  expect(withFilter(search, { status: undefined })).toEqual({ view: "table" });
});

test("filters alone, and their count", () => {
  const search = readTaskSearch({ status: "pending", rejected: "true", page: "2", model_run_id: "mr_1" });
  expect(filtersOf(search)).toEqual({ status: "pending", rejected: true });
  expect(filterCount(search)).toBe(2);
});
