/** What lies between two states of an item. */
import { expect, test } from "vitest";

import type { Entry } from "./drawing";
import { differences } from "./earlier";

const entry = (id: string, more: Partial<Entry> = {}): Entry => ({ id, label: "cell", shape: { type: "point", x: 1, y: 2 }, attributes: {}, source: null, ...more });

test("what was added, changed and removed", () => {
  const before = [entry("same"), entry("moved"), entry("renamed"), entry("gone")];
  const moved = entry("moved", { shape: { type: "point", x: 9, y: 2 } });
  const renamed = entry("renamed", { label: "dust" });
  const found = differences(before, [renamed, entry("same"), moved, entry("new")]);
  expect(found.added).toEqual([entry("new")]);
  expect(found.changed).toEqual([[entry("renamed"), renamed], [entry("moved"), moved]]);
  expect(found.removed).toEqual([entry("gone")]);
});

test("the order of keys and the source say nothing", () => {
  const before = [entry("a", { attributes: { one: 1, two: { x: 1, y: 2 } } })];
  const after = [entry("a", { attributes: { two: { y: 2, x: 1 }, one: 1 }, source: "import" })];
  expect(differences(before, after)).toEqual({ added: [], changed: [], removed: [] });
});
