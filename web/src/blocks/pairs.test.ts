/** Names of rows are taken apart only where they are pairs. */
import { expect, test } from "vitest";

import { pairOf } from "./pairs";

const isLabel = (name: string): boolean => ["cat", "dog", "a → b"].includes(name);

test("a pair is the truth and what was said instead", () => {
  expect(pairOf("cat → dog", isLabel)).toEqual(["cat", "dog"]);
  expect(pairOf("cat → unheard of", isLabel)).toEqual(["cat", "unheard of"]);
});

test("a label with an arrow in its name stays whole, alone and in a pair", () => {
  expect(pairOf("a → b", isLabel)).toBeNull();
  expect(pairOf("a → b → dog", isLabel)).toEqual(["a → b", "dog"]);
  expect(pairOf("dog → a → b", isLabel)).toEqual(["dog", "a → b"]);
});

test("a name without an arrow is no pair", () => {
  expect(pairOf("unheard of", isLabel)).toBeNull();
});
