/** Brushes take runs, and an address holds them. */
import { expect, test } from "vitest";

import { brushesText, OBJECTIVE, readBrushes, takenBy } from "./brushes";
import type { Run } from "./workspace_runs";

test("an address holds the brushes, and what is none is left out", () => {
  const brushes = new Map([["lr", { low: 0.1, high: 0.5 }], ["o", { choices: ["sgd"] }]] as const);
  expect(readBrushes(brushesText(brushes))).toEqual(brushes);
  expect(readBrushes('{"a":1,"b":[1],"c":[],"d":"x","e":[1,"2"]}').size).toBe(0);
  expect(readBrushes("[").size).toBe(0);
  expect(brushesText(new Map())).toBeUndefined();
});

test("a run is taken by every brush, and by one over what it reached as soon as that is known", () => {
  const run = { version: { id: "mv_1", config: { a: { b: 3 } } } } as unknown as Run;
  const brushes = new Map([["a.b", { low: 1, high: 4 }], [OBJECTIVE, { low: 0, high: 1 }]] as const);
  expect(takenBy(brushes, run, null)).toBe(true);
  expect(takenBy(brushes, run, new Map([["mv_1", 0.5]]))).toBe(true);
  expect(takenBy(brushes, run, new Map([["mv_1", 2]]))).toBe(false);
  expect(takenBy(brushes, run, new Map())).toBe(false);
  expect(takenBy(new Map([["a.b", { choices: ["3"] }], ["c", { choices: ["absent"] }]]), run, null)).toBe(true);
});
