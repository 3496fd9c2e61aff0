/** The audit log is read by people: no act, object or detail stands there as a code. */
import { expect, test } from "vitest";

import { actionWords, detailWords, nounOf } from "./words";

test.each([
  ["users.invite", "Invited a person"],
  ["evaluations.list", "Read: evaluations"],
  ["model_runs.create", "Create: model runs"],
  ["tasks.change_many", "Change many: tasks"],
])("%s is called %s", (action, words) => {
  expect(actionWords(action)).toBe(words);
});

test("an id says what it is of", () => {
  expect(["u_1", "dv_1", "x_1", "none"].map(nounOf)).toEqual(["person", "dataset version", "", ""]);
});

test("details are words", () => {
  const people = new Map([["u_1", "ada@example.org"]]);
  expect(detailWords({ reason: "it needs another role", project_ids: ["p_1", "p_2"], user: "u_1" }, people)).toBe("it needs another role; project ids: p_1, p_2; user: ada@example.org");
});
