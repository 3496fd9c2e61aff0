/** The pointer over a handle says which way it is drawn, however the box and the view are turned. */
import { expect, test } from "vitest";

import type { Box } from "../../wire/types";
import { cursorOver } from "./cursors";

const box = (rotation: number): Box => ({ type: "box", left: 0, top: 0, width: 40, height: 10, rotation });

test.each([
  ["left", 0, 0, "ew-resize"],
  ["bottom", 0, 0, "ns-resize"],
  ["left top", 0, 0, "nwse-resize"],
  ["right top", 0, 0, "nesw-resize"],
  ["right top", 0, 1, "nwse-resize"],
  ["left", 90, 0, "ns-resize"],
  ["left", 90, 1, "ew-resize"],
  ["left", 359, 0, "ew-resize"],
  ["turn", 30, 0, "grab"],
] as const)("%s of a box turned by %i in a view turned %i times: %s", (name, rotation, turn, cursor) => {
  expect(cursorOver(box(rotation), name, turn)).toBe(cursor);
});

test("corners of other shapes move, and middles of their edges make new ones", () => {
  const line = { type: "polyline" as const, points: [[0, 0], [10, 0]] as [number, number][] };
  expect([cursorOver(line, "corner 0", 0), cursorOver(line, "middle 0", 0)]).toEqual(["move", "copy"]);
});
