/** Pages and Python agree about every shape: both read the cases of `tests/shapes.json`. */
import { expect, test } from "vitest";

import CASES from "../../../../tests/shapes.json";
import type { Shape } from "../../wire/types";
import { imagePoint } from "../geometry/points";
import { TABLE, viewOf } from ".";

const cases = CASES as unknown as { shape: Shape; bounds: [number, number, number, number] | null; inside: [number, number][]; outside: [number, number][] }[];

test("every shape has a case", () => {
  expect(new Set(cases.map(({ shape }) => shape.type))).toEqual(new Set(Object.keys(TABLE)));
});

test.each(cases.map((entry) => [JSON.stringify(entry.shape), entry] as const))("%s", (_, { shape, bounds, inside, outside }) => {
  const view = viewOf(shape);
  const found = view.bounds(shape);
  expect(found && [found.left, found.top, found.right, found.bottom].map(rounded)).toEqual(bounds);
  for (const [x, y] of inside) expect(view.hit(shape, imagePoint(x, y), 0.5), `${x}, ${y} is inside`).toBe(true);
  for (const [x, y] of outside) expect(view.hit(shape, imagePoint(x, y), 0.5), `${x}, ${y} is outside`).toBe(false);
});

// A turned corner may lose its last digit, and a nought its sign.
function rounded(side: number): number {
  return Math.round(side * 1e9) / 1e9 + 0;
}
