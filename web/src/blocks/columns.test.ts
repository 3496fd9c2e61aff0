/** Cards keep their order and leave no long gap below a column. */
import { expect, test } from "vitest";

import { columnCount, dealt } from "./columns";

const cards = [400, 330, 540, 330, 330].map((height, place) => ({ place, height }));
const places = (count: number): number[][] => dealt(cards, count, ({ height }) => height).map((column) => column.map(({ place }) => place));

test("each card goes to the column that is shortest so far", () => {
  expect(places(2)).toEqual([[0, 3, 4], [1, 2]]);
  expect(places(3)).toEqual([[0, 4], [1, 3], [2]]);
  expect(places(1)).toEqual([[0, 1, 2, 3, 4]]);
});

test("there are as many columns as fit, and no empty one", () => {
  expect(columnCount(992, 5)).toBe(2);
  expect(columnCount(1616, 5)).toBe(3);
  expect(columnCount(1616, 2)).toBe(2);
  expect(columnCount(300, 5)).toBe(1);
});
