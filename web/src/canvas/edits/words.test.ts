/** A range in a text moves word by word, and counts characters as Python does. */
import { expect, test } from "vitest";

import { begunBy, grownBy, grownByCharacter, reached, stepped, steppedFar, trimmed, wordsOf } from "./words";
import type { Range } from "./words";

const TEXT = "Ada met 😀 Bob, in Köln.";
const words = wordsOf(TEXT);
const said = (range: Range | null): string => (range === null ? "" : [...TEXT].slice(range.start, range.end).join(""));

test("words, signs and emoji are told apart", () => {
  expect(words.map(said)).toEqual(["Ada", "met", "😀", "Bob", ",", "in", "Köln", "."]);
  expect(wordsOf("")).toEqual([]);
});

test("steps go from word to word and stay within the text", () => {
  let range = stepped(words, null, 1);
  expect(said(range)).toBe("Ada");
  expect(said(stepped(words, range, -1))).toBe("Ada");
  for (const word of ["met", "😀", "Bob", ",", "in", "Köln", ".", "."]) {
    range = stepped(words, range, 1);
    expect(said(range)).toBe(word);
  }
  expect(said(stepped(words, range, -1))).toBe("Köln");
  expect(said(stepped(words, null, -1))).toBe(".");
});

test("a range takes words up and gives them back, and keeps one", () => {
  const two = grownBy(words, stepped(words, null, 1), 1);
  expect(said(two)).toBe("Ada met");
  expect(said(grownBy(words, two, 1))).toBe("Ada met 😀");
  expect(said(grownBy(words, two, -1))).toBe("Ada");
  expect(said(grownBy(words, grownBy(words, two, -1), -1))).toBe("Ada");
});

test("several words are passed at once, as far as the text goes", () => {
  expect(said(steppedFar(words, null, 4))).toBe("Bob");
  expect(said(steppedFar(words, words[3] ?? null, -2))).toBe("met");
  expect(said(steppedFar(words, words[3] ?? null, 50))).toBe(".");
});

test("a range takes up words before it, and gives them back", () => {
  const bob = words[3] ?? null;
  expect(said(begunBy(words, bob, 1))).toBe("😀 Bob");
  expect(said(begunBy(words, begunBy(words, bob, 1), -1))).toBe("Bob");
  expect(said(begunBy(words, bob, -1))).toBe("Bob");
  expect(said(begunBy(words, words[0] ?? null, 1))).toBe("Ada");
});

test("the nearer end of a range goes to where the hand points, and takes the whole word", () => {
  const middle = { start: 4, end: 14 };
  expect(said(middle)).toBe("met 😀 Bob,");
  expect(said(reached(words, middle, 20))).toBe("met 😀 Bob, in Köln");
  expect(said(reached(words, middle, 1))).toBe("Ada met 😀 Bob,");
  expect(said(reached(words, middle, 10))).toBe("met 😀 Bob");
  expect(said(reached(words, middle, 5))).toBe("met 😀 Bob,");
  expect(said(reached(words, { start: 4, end: 22 }, 8))).toBe("😀 Bob, in Köln");
  // Between two words nothing is pointed at.
  expect(reached(words, middle, 7)).toEqual(middle);
});

test("a range grows by characters as far as the text goes", () => {
  const length = [...TEXT].length;
  expect(said(grownByCharacter(length, { start: 0, end: 3 }, 1))).toBe("Ada ");
  expect(said(grownByCharacter(length, { start: 0, end: 1 }, -1))).toBe("A");
  expect(grownByCharacter(length, { start: 0, end: length }, 1)?.end).toBe(length);
});

test("white space at the ends is no part of a range", () => {
  expect(said(trimmed(TEXT, { start: 3, end: 9 }))).toBe("met 😀");
  expect(trimmed(TEXT, { start: 3, end: 4 })).toBeNull();
  expect(said(trimmed(TEXT, { start: -4, end: 99 }))).toBe(TEXT);
});
