/** A point finds the line that it is near, and shades lie between two colours. */
import { expect, test } from "vitest";

import { nearest, shadeOf } from "./parallel_lines";

const line = (id: string, places: (number | null)[], taken = true) => ({ id, places, shade: 0, taken });

test("the nearest line between two axes is found, within reach", () => {
  const lines = [line("up", [0, 1, 0]), line("flat", [0.5, 0.5, 0.5]), line("out", [0.6, 0.6, 0.6], false)];
  const find = (x: number, at: number): string | null => nearest(lines, [100, 200, 300], [x, at], 100, 8);
  expect(find(175, 0.73)).toBe("up");
  expect(find(175, 0.55)).toBe("flat");
  expect(find(250, 0.6)).toBeNull();
  expect([find(50, 0.5), find(350, 0.5)]).toEqual([null, null]);
});

test("a line is not found where it has no place", () => {
  expect(nearest([line("a", [0.5, null, 0.5])], [0, 100, 200], [50, 0.5], 100, 8)).toBeNull();
});

test("shades lie between two colours", () => {
  expect([0, 0.5, 1].map((share) => shadeOf(share, ["#000000", "#ff8000"]))).toEqual(["#000000", "#804000", "#ff8000"]);
});
