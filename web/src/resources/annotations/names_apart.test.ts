/** Names of spans are cut where the next one of their line begins. */
import { expect, test } from "vitest";

import { roomOf } from "./names_apart";

test("a name ends before the next one begins", () => {
  expect(
    roomOf([
      { start: 0, end: 60, line: 10 },
      { start: 40, end: 90, line: 10 },
    ]),
  ).toEqual([36, null]);
});

test("names on other lines, and those that are far away, leave a name as it is", () => {
  expect(
    roomOf([
      { start: 0, end: 60, line: 10 },
      { start: 40, end: 90, line: 60 },
      { start: 70, end: 90, line: 10 },
    ]),
  ).toEqual([null, null, null]);
});

test("names that begin at one place are not cut to nothing by each other", () => {
  expect(
    roomOf([
      { start: 5, end: 60, line: 10 },
      { start: 5, end: 60, line: 10 },
    ]),
  ).toEqual([null, null]);
});
