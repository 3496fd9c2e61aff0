/** Reasons are offered once each, the newest first, and a few of them. */
import { expect, test } from "vitest";

import { AS_COMMENTED, joined, offered, readRecent, remembered, USUAL } from "./reasons";

test("the usual ones come first, and none twice", () => {
  expect(offered(["Blurred", "Wrong label"])).toEqual([...USUAL, "Blurred"]);
});

test("the newest come first, five at most, and the usual ones are not kept", () => {
  const recent = ["a", "b", "c", "d", "e", "f", "b"].reduce<string[]>(remembered, []);
  expect(recent).toEqual(["b", "f", "e", "d", "c"]);
  expect(remembered(recent, "Wrong label")).toEqual(recent);
  expect(remembered(recent, AS_COMMENTED)).toEqual(recent);
  expect(remembered(recent, "  ")).toEqual(recent);
});

test("what cannot be read is as if nothing was kept", () => {
  expect(readRecent(null)).toEqual([]);
  expect(readRecent("{")).toEqual([]);
  expect(readRecent('{"a": 1}')).toEqual([]);
  expect(readRecent('["a", 1, "b"]')).toEqual(["a", "b"]);
});

test("several reasons are one", () => {
  expect(joined(["Wrong label", "Missing object"], " two cells below ")).toBe("Wrong label; Missing object; two cells below");
  expect(joined([], "")).toBe("");
  expect(joined([], " ", true)).toBe(AS_COMMENTED);
  expect(joined(["Wrong label"], "", true)).toBe("Wrong label");
});
