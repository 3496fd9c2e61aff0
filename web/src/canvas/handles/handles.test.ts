/** What is held by one handle moves with it, and what lies opposite stays where it was. */
import { expect, test } from "vitest";

import CASES from "../../../../tests/shapes.json";
import type { Box, Polygon, Shape } from "../../wire/types";
import { imagePoint } from "../geometry/points";
import { corners } from "../shapes/box";
import { viewOf } from "../shapes";
import { dragged, handlesOf, translated, withoutHandle } from ".";

const REACH = 20;
const shapes = (CASES as unknown as { shape: Shape }[]).map(({ shape }) => shape);
const OPPOSITE = { "left top": 2, "right top": 3, "right bottom": 0, "left bottom": 1 } as const;

test.each(shapes.map((shape) => [JSON.stringify(shape).slice(0, 80), shape] as const))("bounds move with %s", (_, shape) => {
  const before = viewOf(shape).bounds(shape);
  const after = viewOf(shape).bounds(translated(shape, 1, 2));
  if (before === null || shape.type === "mask") return;
  expect(after?.left).toBeCloseTo(before.left + 1);
  expect(after?.bottom).toBeCloseTo(before.bottom + 2);
});

test.each(shapes.map((shape) => [JSON.stringify(shape).slice(0, 80), shape] as const))("a handle that is drawn nowhere changes nothing: %s", (_, shape) => {
  for (const { name, at, sort } of handlesOf(shape, REACH)) {
    if (sort === "middle") continue;
    const after = viewOf(shape).bounds(dragged(shape, name, at, false));
    const before = viewOf(shape).bounds(shape);
    for (const side of ["left", "top", "right", "bottom"] as const) expect(after?.[side], `${name}: ${side}`).toBeCloseTo(before?.[side] ?? Number.NaN, 1);
  }
});

test.each([0, 30, 90, 215].flatMap((rotation) => Object.keys(OPPOSITE).map((name) => [rotation, name as keyof typeof OPPOSITE] as const)))(
  "a box turned by %i degrees: the corner opposite of %s stays",
  (rotation, name) => {
    const box: Box = { type: "box", left: 100, top: 80, width: 60, height: 40, rotation };
    const to = handlesOf(box, REACH).find((handle) => handle.name === name)?.at;
    const goal = imagePoint((to?.x ?? 0) + 7, (to?.y ?? 0) - 5);
    const after = dragged(box, name, goal, false) as Box;
    const place = OPPOSITE[name];
    expect(corners(after)[place]?.x).toBeCloseTo(corners(box)[place]?.x ?? 0);
    expect(corners(after)[place]?.y).toBeCloseTo(corners(box)[place]?.y ?? 0);
    const held = corners(after)[(place + 2) % 4];
    expect(held?.x).toBeCloseTo(goal.x);
    expect(held?.y).toBeCloseTo(goal.y);
  },
);

test("a box drawn through itself comes out on the other side", () => {
  const box: Box = { type: "box", left: 10, top: 10, width: 20, height: 20, rotation: 0 };
  expect(dragged(box, "right", imagePoint(0, 20), false)).toMatchObject({ left: 0, width: 10, top: 10, height: 20 });
});

test("proportions are kept where they are asked for", () => {
  const box: Box = { type: "box", left: 0, top: 0, width: 40, height: 20, rotation: 0 };
  expect(dragged(box, "right bottom", imagePoint(80, 21), true)).toMatchObject({ left: 0, top: 0, width: 80, height: 40 });
});

test("the knob turns a box about its centre, in steps where they are asked for", () => {
  const box: Box = { type: "box", left: 0, top: 0, width: 40, height: 20, rotation: 0 };
  expect(dragged(box, "turn", imagePoint(100, 10), false)).toMatchObject({ rotation: 90, left: 0, top: 0 });
  expect(dragged(box, "turn", imagePoint(100, 2), true)).toMatchObject({ rotation: 90 });
});

test("a corner grows out of an edge, and goes again; a triangle keeps its three", () => {
  const triangle: Polygon = { type: "polygon", segments: [{ path: [[0, 0], [10, 0], [0, 10]], holes: [[[1, 1], [2, 1], [1, 2]]] }] };
  const grown = dragged(triangle, "0.0 middle 1", imagePoint(9, 9), false) as Polygon;
  expect(grown.segments[0]?.path).toEqual([[0, 0], [10, 0], [9, 9], [0, 10]]);
  expect(withoutHandle(grown, "0.0 corner 2")).toEqual(triangle);
  expect(withoutHandle(triangle, "0.0 corner 2")).toEqual(triangle);
  const hole = dragged(triangle, "0.1 corner 0", imagePoint(0.5, 0.5), false) as Polygon;
  expect(hole.segments[0]?.holes[0]?.[0]).toEqual([0.5, 0.5]);
  expect(hole.segments[0]?.path).toEqual(triangle.segments[0]?.path);
});
