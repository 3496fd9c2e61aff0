/** The address of a list of tasks holds its whole state, and nothing that it cannot mean. */
import { expect, test } from "vitest";

import { asking, filtersOf, ofStatuses, readTaskSearch, sortedBy, TO_ANNOTATE, withinQueue } from "./search";

test("an address is read; what it cannot mean is left out", () => {
  expect(readTaskSearch({ query: "label:cell", sort: "-annotations", view: "table", look: "t_1", nonsense: "1" })).toEqual({ query: "label:cell", sort: "-annotations", view: "table", look: "t_1" });
  expect(readTaskSearch({ query: " ", view: "grid", sort: 3 })).toEqual({});
});

test("a link to some statuses is a query", () => {
  expect(readTaskSearch({ status: "rejected,pending,nonsense" }).query).toBe("status:(pending, rejected)");
  expect(readTaskSearch({ status: "in_review" }).query).toBe("status:in_review");
  expect(readTaskSearch({ status: 3 })).toEqual({});
});

test("a queue keeps what the list is filtered to, where that is of the queue", () => {
  const label = { field: "label", op: "is", value: "cell" } as const;
  expect(withinQueue([label, ofStatuses(["rejected"])], TO_ANNOTATE)).toEqual([label, ofStatuses(["rejected"])]);
  expect(withinQueue([ofStatuses(["pending", "completed"])], TO_ANNOTATE)).toEqual([ofStatuses(["pending"])]);
  expect(withinQueue([ofStatuses(["completed"]), label], TO_ANNOTATE)).toEqual([label, ofStatuses(TO_ANNOTATE)]);
  expect(withinQueue([], TO_ANNOTATE)).toEqual([ofStatuses(TO_ANNOTATE)]);
});

test("what the server is asked for", () => {
  expect(filtersOf({ view: "table", look: "t_1" })).toEqual({});
  expect(filtersOf({ sort: "batch", model_run_id: "mr_1" })).toEqual({ query: "", sort: "batch" });
  expect(filtersOf({ evaluation_id: "e_1" })).toEqual({ query: "", evaluation_id: "e_1" });
  expect(filtersOf({ query: "outcome:hit", evaluation_id: "e_1" })).toEqual({ query: "outcome:hit", evaluation_id: "e_1" });
});

test("a head that is pressed again and again leads back to the order of time", () => {
  const once = sortedBy({ query: "label:cell" }, "batch");
  expect(once.sort).toBe("batch");
  const twice = sortedBy(once, "batch");
  expect(twice.sort).toBe("-batch");
  expect(sortedBy(twice, "batch")).toEqual({ query: "label:cell" });
});

test("a link to the tasks of one batch", () => {
  expect(asking("batch", "Week 1")).toEqual({ query: 'batch:"Week 1"' });
});
