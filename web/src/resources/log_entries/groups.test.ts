/** Logged series find their plot. */
import { expect, test } from "vitest";

import type { LogSeries } from "../../wire/types";
import { grouped, lastValue, linesOf } from "./groups";

function series(key: string, steps = [0, 1, 2], values: (number | null)[] = [3, 2, 1]): LogSeries {
  return { key, steps, values, total: steps.length, x: [], segments: [] };
}

test("parts of the data share a plot of one value", () => {
  const groups = grouped([series("train.loss"), series("lr"), series("validation_loss"), series("val/accuracy")]);
  expect(groups.map(({ title, series: of }) => [title, of.map(({ key }) => key)])).toEqual([
    ["loss", ["train.loss", "validation_loss"]],
    ["lr", ["lr"]],
    ["accuracy", ["val/accuracy"]],
  ]);
});

test("where training went back, what was before is dashed", () => {
  const [group] = grouped([series("loss", [0, 1, 0, 1], [4, 3, 3, 2])]);
  expect(linesOf(group!, 0).map(({ dashed, x }) => [dashed, x])).toEqual([
    [true, [0, 1]],
    [false, [0, 1]],
  ]);
});

test("smoothed lines keep the raw ones behind them", () => {
  const [group] = grouped([series("loss")]);
  expect(linesOf(group!, 0.5).map(({ faint }) => faint)).toEqual([true, undefined]);
});

test("the last value that is one", () => {
  expect(lastValue(series("loss", [0, 1], [1, null]))).toBe(1);
  expect(lastValue(series("loss", [], []))).toBeNull();
});
