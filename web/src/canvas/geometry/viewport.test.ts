/** However it is turned, a viewport leads from the world to the screen and back. */
import { expect, test } from "vitest";

import { screenPoint, worldPoint } from "./points";
import { boundsOnScreen, fitted, matrix, panned, seen, toScreen, toWorld, zoomed } from "./viewport";
import type { Turn } from "./viewport";

const WORLD = { left: 0, top: 0, right: 400, bottom: 200 };
const CANVAS = { width: 300, height: 300 };

test.each([0, 1, 2, 3] as Turn[])("turned by %i quarters", (turn) => {
  const view = fitted(WORLD, CANVAS, 10, turn);
  const place = boundsOnScreen(view, WORLD);
  const [wide, high] = turn % 2 === 0 ? [280, 140] : [140, 280];
  expect([place.right - place.left, place.bottom - place.top].map(Math.round)).toEqual([wide, high]);
  expect(Math.round(place.left + place.right)).toBe(300);
  const point = worldPoint(123, 45);
  const back = toWorld(view, toScreen(view, point));
  expect(back.x).toBeCloseTo(123);
  expect(back.y).toBeCloseTo(45);
  const [a, b, c, d, e, f] = matrix(view);
  expect(toScreen(view, point)).toEqual({ x: point.x * a + point.y * c + e, y: point.x * b + point.y * d + f });
  const whole = seen(view, CANVAS);
  expect(whole.left).toBeLessThan(0);
  expect(whole.right).toBeGreaterThan(400);
});

test("a quarter turn is clockwise: the top of the image is at the right", () => {
  const view = fitted(WORLD, CANVAS, 0, 1);
  expect(toScreen(view, worldPoint(200, 0)).x).toBeGreaterThan(toScreen(view, worldPoint(200, 200)).x);
});

test.each([0, 1, 2, 3] as Turn[])("what lies under the hand stays there while it zooms, turned by %i", (turn) => {
  const view = fitted(WORLD, CANVAS, 0, turn);
  const at = screenPoint(140, 160);
  const before = toWorld(view, at);
  const after = toWorld(zoomed(view, 3, at, WORLD, CANVAS), at);
  expect(after.x).toBeCloseTo(before.x);
  expect(after.y).toBeCloseTo(before.y);
});

test.each([0, 1, 2, 3] as Turn[])("the image never leaves the canvas, turned by %i", (turn) => {
  const place = boundsOnScreen(panned(fitted(WORLD, CANVAS, 0, turn), 9000, -9000, WORLD, CANVAS), WORLD);
  expect(place.left).toBeCloseTo(150);
  expect(place.bottom).toBeCloseTo(150);
});
