/** What came of a change of many tasks is said with the reasons. */
import { expect, test } from "vitest";

import { outcome } from "./outcome";

test("what was changed, and what was not", () => {
  expect(outcome({ of: 3, done: 3, changed: 3, refused: [] })).toBe("3 tasks changed.");
  expect(outcome({ of: 3, done: 3, changed: 1, refused: [{ reason: "is pending: a dataset holds completed tasks only", count: 2, task_ids: [] }] })).toBe(
    "1 task changed. Left as they are: 2 tasks: is pending: a dataset holds completed tasks only.",
  );
  expect(outcome(null)).toBe("Nothing is known of it.");
});
