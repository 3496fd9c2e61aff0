/** Keys have one name each, and a reader's choice takes a key from what had it. */
import { expect, test } from "vitest";

import { isFixed, readChosen, withKey } from "./chosen_keys";
import { keyName, named } from "./key_names";

const NONE = { shiftKey: false, ctrlKey: false, metaKey: false, altKey: false };

test.each([
  [{ key: "j" }, "j", "j"],
  [{ key: "?", shiftKey: true }, "?", "?"],
  [{ key: "L", shiftKey: true }, "L", "L"],
  [{ key: "ArrowUp", shiftKey: true }, "Shift+ArrowUp", "⇧ ↑"],
  [{ key: "z", ctrlKey: true }, "Ctrl+z", "Ctrl z"],
  [{ key: "Z", metaKey: true, shiftKey: true }, "Ctrl+Shift+z", "Ctrl ⇧ z"],
  [{ key: "+", ctrlKey: true }, "Ctrl++", "Ctrl +"],
  [{ key: "+" }, "+", "+"],
  [{ key: "@", altKey: true }, "@", "@"],
])("%o", (event, name, shown) => {
  expect(named({ ...NONE, ...event })).toBe(name);
  expect(keyName(name)).toBe(shown);
});

test("a modifier alone is no key", () => {
  expect(named({ ...NONE, key: "Control", ctrlKey: true })).toBeNull();
});

test("a chosen key does one thing", () => {
  const others = [{ name: "box", keys: ["b"] }, { name: "hide", keys: ["h", "x"] }];
  expect(withKey({}, "box", "x", others)).toEqual({ box: ["x"], hide: ["h"] });
});

test("what cannot be read is as if nothing was chosen", () => {
  expect(readChosen(null)).toEqual({});
  expect(readChosen("{")).toEqual({});
  expect(readChosen('["a"]')).toEqual({});
  expect(readChosen('{"box": ["x"], "hide": "h", "lock": [1]}')).toEqual({ box: ["x"] });
});

test("a key of what has no name is not given away", () => {
  const all = [{ keys: ["1"] }, { name: "box", keys: ["b"] }];
  expect(isFixed("1", all)).toBe(true);
  expect(isFixed("b", all)).toBe(false);
  expect(isFixed("x", all)).toBe(false);
});
