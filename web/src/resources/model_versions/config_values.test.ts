/** Two configs are told apart, the changed keys first. */
import { expect, test } from "vitest";

import { differences, flat, written } from "./config_values";

test("nested names have dots; lists and empty objects stay whole", () => {
  expect([...flat({ learner: { rate: 0.1, layers: [2, 3] }, extra: {} })]).toEqual([
    ["learner.rate", 0.1],
    ["learner.layers", [2, 3]],
    ["extra", {}],
  ]);
});

test("changed keys come first, absent ones among them", () => {
  const found = differences({ rate: 0.1, seed: 1, old: true }, { rate: 0.2, seed: 1, new: [1] });
  expect(found.map(({ key, changed }) => [key, changed])).toEqual([
    ["rate", true],
    ["old", true],
    ["new", true],
    ["seed", false],
  ]);
});

test("values as they are shown", () => {
  expect(written(undefined)).toBe("");
  expect(written(Number.NaN)).toBe("NaN");
  expect(written([1, "a"])).toBe('[1,"a"]');
});
