/** Lines are prepared without losing a value. */
import { expect, test } from "vitest";

import { aligned, apart, dashOf, runs, strokesOf, smoothed, valueAt, withoutLogarithm } from "./plot_data";
import type { Line } from "./plot_data";

function line(x: number[], y: (number | null)[]): Line {
  return { name: "a", colour: "#000", x, y };
}

test("steps that repeat or go back begin a new run, and no value is lost", () => {
  expect(runs([0, 1, 2, 1, 2, 2], [9, 8, 7, 6, 5, 4])).toEqual([
    { x: [0, 1, 2], y: [9, 8, 7] },
    { x: [1, 2], y: [6, 5] },
    { x: [2], y: [4] },
  ]);
});

test("smoothing begins at the first value and keeps gaps", () => {
  expect(smoothed([4, 4, null, 4], 0.9)).toEqual([4, 4, null, 4]);
  expect(smoothed([1, 2], 0)).toEqual([1, 2]);
  const [, second] = smoothed([0, 1], 0.5);
  expect(second).toBeCloseTo(2 / 3);
});

test("lines share one axis; where a line has no place it has no value", () => {
  expect(aligned([line([0, 2], [1, null]), line([1, 2], [5, 6])])).toEqual([
    [0, 1, 2],
    [1, undefined, null],
    [undefined, 5, 6],
  ]);
});

test("values between places", () => {
  const rising = line([0, 10], [0, 1]);
  expect(valueAt(rising, 5)).toBe(0.5);
  expect(valueAt(rising, 10)).toBe(1);
  expect(valueAt(rising, 11)).toBeNull();
  expect(valueAt(line([0, 1], [null, 1]), 0.5)).toBeNull();
});

test("titles that would cover each other stand below each other", () => {
  expect(apart([10, 100, 12, 11], 13)).toEqual([10, 100, 36, 23]);
  expect(apart([], 13)).toEqual([]);
});

test("what has no place on a log axis is counted, once where it is smoothed too", () => {
  expect(withoutLogarithm([line([0, 1, 2, 3], [1, 0, -2, null])])).toBe(2);
  const raw = { ...line([0, 1], [0, 4]), faint: true };
  expect(withoutLogarithm([raw, line([0, 1], [0, 2])])).toBe(1);
  expect(withoutLogarithm([line([0], [0.1])])).toBe(0);
});

test("a line in a legend has its strokes", () => {
  expect(strokesOf({ colour: "red" })).toBe("red");
  expect(strokesOf({ colour: "red", dashed: true })).toBe("repeating-linear-gradient(90deg, red 0px 5px, transparent 5px 9px)");
  expect(dashOf({ dotted: true })).toHaveLength(4);
});
