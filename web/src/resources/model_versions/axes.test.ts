/** Values have their places on axes, and brushes take what they cover. */
import { expect, test } from "vitest";

import { apart, axisOf, brushBetween, parted, placeOf, spanOf } from "./axes";
import { takes } from "./brushes";

test("numbers lie between the lowest and the highest", () => {
  const axis = axisOf("epochs", "epochs", [10, 11, 12, 20, 29, 28, 30]);
  expect([10, 15, 30].map((value) => placeOf(axis, value))).toEqual([0, 0.25, 1]);
  expect(axis.ticks.map(({ text }) => text)).toEqual(["10", "15", "20", "25", "30"]);
});

test("a few different numbers are all named", () => {
  expect(axisOf("batch_size", "batch_size", [64, 16, 32, 16]).ticks).toEqual([{ at: 0, text: "16" }, { at: 1 / 3, text: "32" }, { at: 1, text: "64" }]);
});

test("numbers of many sizes lie by their size, those that are spread evenly do not", () => {
  const axis = axisOf("lr", "lr", [0.001, 0.01, 0.1]);
  expect(placeOf(axis, 0.01)).toBeCloseTo(0.5);
  expect(axisOf("dropout", "dropout", [0.001, 0.1, 0.2, 0.3, 0.4, 0.5]).log).toBe(false);
});

test("what is absent lies below the numbers, and NaN nowhere", () => {
  const axis = axisOf("lr", "lr", [1, undefined, 2]);
  expect(placeOf(axis, undefined)).toBe(0);
  expect(placeOf(axis, 1)).toBeGreaterThan(0.1);
  expect(placeOf(axis, Number.NaN)).toBeNull();
});

test("anything else is a choice", () => {
  const axis = axisOf("o", "o", ["sgd", true, [1, 2], undefined]);
  expect(axis.choices).toEqual(["[1,2]", "absent", "sgd", "true"]);
  expect(placeOf(axis, "sgd")).toBeCloseTo(2 / 3);
});

test("one value lies in the middle", () => {
  expect(placeOf(axisOf("a", "a", [3, 3]), 3)).toBe(0.5);
  expect(placeOf(axisOf("a", "a", ["x"]), "x")).toBe(0.5);
});

test("a brush takes what it covers, whichever way it was drawn", () => {
  const axis = axisOf("epochs", "epochs", [0, 100]);
  const brush = brushBetween(axis, 0.8, 0.2);
  expect(brush).toEqual({ low: 20, high: 80 });
  expect([19, 20, 80, 81, undefined, "50"].map((value) => takes(brush as NonNullable<typeof brush>, value))).toEqual([false, true, true, false, false, false]);
  expect(spanOf(axis, { low: -50, high: 50 })).toEqual([0, 0.5]);
});

test("a brush to the end takes the last number, whatever its digits", () => {
  const axis = axisOf("x", "x", [0.123456789, 0.987654321]);
  expect(brushBetween(axis, -0.1, 1.1)).toEqual({ low: 0.123456789, high: 0.987654321 });
});

test("a brush over choices takes those", () => {
  const axis = axisOf("o", "o", ["adam", "lion", "sgd", undefined]);
  expect(brushBetween(axis, 0.5, 1)).toEqual({ choices: ["lion", "sgd"] });
  const absent = brushBetween(axis, 0, 0.1);
  expect(absent).toEqual({ choices: ["absent"] });
  expect([takes({ choices: ["absent"] }, undefined), takes({ choices: ["absent"] }, "adam")]).toEqual([true, false]);
});

test("a click takes nothing", () => {
  expect(brushBetween(axisOf("epochs", "epochs", [0, 100]), 0.4, 0.405)).toBeNull();
});

test("ticks that lie close to each other are not all named, ends always are", () => {
  const ticks = [0, 0.02, 0.5, 0.99, 1].map((at) => ({ at, text: String(at) }));
  expect(apart(ticks, 0.05).map(({ at }) => at)).toEqual([0, 0.5, 1]);
  expect(apart(ticks.slice(0, 1), 0.05)).toHaveLength(1);
});

test("a long key may be broken where its parts end, and reads the same", () => {
  expect(parted("optimizer.learning_rate").split("\u200b")).toEqual(["optimizer.", "learning_", "rate"]);
});
