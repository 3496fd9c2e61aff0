/** What is cut stays all there, on its side of the line; what is joined covers what its parts covered. */
import { expect, test } from "vitest";

import type { Polygon, Shape } from "../../wire/types";
import { viewOf } from "../shapes";
import { cutShape, joinShapes } from "./clipping";
import { brushed, emptyMask } from "./mask_edits";
import { imagePoint } from "./points";

const RING: Polygon = { type: "polygon", segments: [{ path: [[0, 0], [40, 0], [40, 40], [0, 40]], holes: [[[10, 10], [30, 10], [30, 30], [10, 30]]] }] };
// Concave: a line across it leaves two parts on one side.
const FORK: Polygon = { type: "polygon", segments: [{ path: [[0, 0], [40, 0], [40, 40], [30, 40], [30, 10], [10, 10], [10, 40], [0, 40]], holes: [] }] };
const SHAPES: Shape[] = [
  { type: "box", left: 5, top: 5, width: 30, height: 20, rotation: 0 },
  { type: "box", left: 5, top: 10, width: 30, height: 20, rotation: 33 },
  RING,
  FORK,
  { type: "mask", ...brushed(emptyMask([45, 45]), [[10, 10], [35, 30]], 7, true) },
];
const grid = Array.from({ length: 44 * 44 }, (_, place) => imagePoint((place % 44) + 0.5, Math.floor(place / 44) + 0.5));
const covers = (shape: Shape, x: number, y: number): boolean => viewOf(shape).hit(shape, imagePoint(x, y), 0);

/** Whether a point lies so far from every edge that corners in hundredths cannot matter. */
function clear(shape: Shape, x: number, y: number): boolean {
  const around = [[-0.03, 0], [0.03, 0], [0, -0.03], [0, 0.03]] as const;
  return around.every(([dx, dy]) => covers(shape, x + dx, y + dy) === covers(shape, x, y));
}

test.each(SHAPES.flatMap((shape) => ([[[-5, 3], [50, 37]], [[20.3, -5], [20.3, 60]], [[-5, 22.2], [50, 22.2]]] as const).map((line) => [shape.type, line, shape] as const)))("a %s cut along %j", (_, [[ax, ay], [bx, by]], shape) => {
  const parts = cutShape(shape, imagePoint(ax, ay), imagePoint(bx, by));
  expect(parts).toHaveLength(2);
  for (const { x, y } of grid) {
    const far = ((bx - ax) * (y - ay) - (by - ay) * (x - ax)) / Math.hypot(bx - ax, by - ay);
    // Corners are kept in hundredths: nothing is claimed of the line itself.
    if (Math.abs(far) < 0.05 || !clear(shape, x, y)) continue;
    const covering = parts.map((part) => covers(part, x, y));
    expect(covering.filter(Boolean)).toHaveLength(covers(shape, x, y) ? 1 : 0);
  }
  const sides = parts.map((part) => new Set(grid.filter(({ x, y }) => covers(part, x, y)).map(({ x, y }) => Math.sign((bx - ax) * (y - ay) - (by - ay) * (x - ax)))));
  for (const side of sides) expect(side.size).toBeLessThanOrEqual(1);
});

test("a stroke beside a shape, or a click, cuts nothing", () => {
  for (const shape of SHAPES) {
    expect(cutShape(shape, imagePoint(43, 0), imagePoint(43, 44))).toEqual([shape]);
    expect(cutShape(shape, imagePoint(20, 20), imagePoint(20, 20))).toEqual([shape]);
  }
});

test("a line is cut where it is crossed", () => {
  const line: Shape = { type: "polyline", points: [[0, 0], [10, 0], [20, 0]] };
  expect(cutShape(line, imagePoint(15, -5), imagePoint(15, 5))).toEqual([
    { type: "polyline", points: [[0, 0], [10, 0], [15, 0]] },
    { type: "polyline", points: [[15, 0], [20, 0]] },
  ]);
});

test("what is joined covers what its parts covered, apart or over each other", () => {
  const other: Shape = { type: "box", left: 15, top: 15, width: 28, height: 10, rotation: 0 };
  for (const shapes of [[RING, other], [FORK, other], [SHAPES[0] as Shape, { ...other, left: 38, width: 4 } as Shape]]) {
    const whole = joinShapes(shapes);
    expect(whole?.type).toBe("polygon");
    for (const { x, y } of grid) expect(covers(whole as Shape, x, y), `${x}, ${y}`).toBe(shapes.some((shape) => covers(shape, x, y)));
  }
  const masks = [brushed(emptyMask([44, 44]), [[5, 5]], 4, true), brushed(emptyMask([44, 44]), [[20, 30]], 6, true)].map((mask): Shape => ({ type: "mask", ...mask }));
  const mask = joinShapes(masks) as Shape;
  for (const { x, y } of grid) expect(covers(mask, x, y)).toBe(masks.some((part) => covers(part, x, y)));
});

test("a halved polygon joins to what it was", () => {
  const halves = cutShape(RING, imagePoint(-5, 20), imagePoint(50, 20));
  const whole = joinShapes(halves) as Polygon;
  expect(whole.segments).toHaveLength(1);
  for (const { x, y } of grid) expect(covers(whole, x, y)).toBe(covers(RING, x, y));
});

test("unlike shapes and single ones are not joined", () => {
  expect(joinShapes([RING])).toBeNull();
  expect(joinShapes([RING, { type: "point", x: 1, y: 1 }])).toBeNull();
  expect(joinShapes([RING, SHAPES[4] as Shape])).toBeNull();
});
