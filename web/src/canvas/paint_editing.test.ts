/** What is painted above the others is what the hand works on, and never what is hidden. */
import { expect, test } from "vitest";

import { actionOf } from "./actions";
import { editingOf, hover, select } from "./edits/editing";
import { imagePoint } from "./geometry/points";
import { activeEntries } from "./paint_editing";

const box = (id: string, left: number) => ({ id, label: "cell", shape: { type: "box" as const, left, top: 10, width: 20, height: 20, rotation: 0 }, attributes: {}, source: null });

test("what is hidden under a resting hand is not painted any more", () => {
  const state = hover(select(editingOf([box("a", 0), box("b", 40)], { width: 100, height: 100 }), ["a"]), imagePoint(50, 20));
  expect(activeEntries(state, {}).map(({ id }) => id)).toEqual(["a", "b"]);
  const pointed = hover(select(state, ["b"]), imagePoint(50, 20));
  expect(activeEntries(pointed, {}).map(({ id }) => id)).toEqual(["b"]);
  expect(activeEntries(actionOf("hide").act(pointed), {})).toEqual([]);
});
