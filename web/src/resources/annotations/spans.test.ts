/** A text is cut at its spans, by code points. */
import { expect, test } from "vitest";

import { excerpt, pieces } from "./spans";

test("pieces make up the text", () => {
  const cut = pieces("Ada met Bob", [
    { id: "a", start: 0, end: 3 },
    { id: "b", start: 8, end: 11 },
  ]);
  expect(cut.map(({ text, covered }) => [text, covered])).toEqual([
    ["Ada", ["a"]],
    [" met ", []],
    ["Bob", ["b"]],
  ]);
});

test("spans may cover each other", () => {
  const cut = pieces("University of York", [
    { id: "organisation", start: 0, end: 18 },
    { id: "place", start: 14, end: 18 },
  ]);
  expect(cut.map(({ covered, beginning }) => [covered, beginning])).toEqual([
    [["organisation"], ["organisation"]],
    [["organisation", "place"], ["place"]],
  ]);
});

test("offsets count code points, not halves of emoji", () => {
  expect(pieces("😀 Bob", [{ id: "b", start: 2, end: 5 }]).at(-1)?.text).toBe("Bob");
  expect(excerpt("😀 Bob", 2, 5)).toBe("Bob");
});

test("spans beyond the text end with it", () => {
  expect(pieces("Ada", [{ id: "a", start: 1, end: 99 }, { id: "b", start: 50, end: 60 }]).map(({ text }) => text)).toEqual(["A", "da"]);
  expect(pieces("", [])).toEqual([]);
});
