/** Of two people's work on one task nothing is lost. */
import { expect, test } from "vitest";

import type { Entry } from "../../../canvas/edits/drawing";
import { merged, sameEntries } from "./contents";

function entry(id: string, left = 0, label = "cell"): Entry {
  return { id, label, shape: { type: "box", left, top: 0, width: 1, height: 1, rotation: 0 }, attributes: {}, source: null };
}

const base = [entry("a"), entry("b"), entry("c")];
const told = ({ entries }: { entries: Entry[] }): string => entries.map(({ id, label, shape }) => `${id}:${label}:${"left" in shape ? shape.left : ""}`).join(" ");
const merge = (mine: Entry[], theirs: Entry[]): ReturnType<typeof merged> => merged(base, mine, theirs, () => "copy");

test("changes, additions and deletions of both are taken over", () => {
  const mine = [entry("a", 5), entry("c"), entry("m")];
  const theirs = [entry("a"), entry("b"), entry("c", 0, "dirt"), entry("t")];
  const both = merge(mine, theirs);
  expect(told(both)).toBe("a:cell:5 c:dirt:0 t:cell:0 m:cell:0");
  expect(both.both).toBe(0);
});

test("what both changed in the same way is there once", () => {
  expect(told(merge([entry("a", 5), entry("b"), entry("c")], [entry("a", 5), entry("b"), entry("c")]))).toBe("a:cell:5 b:cell:0 c:cell:0");
});

test("what both changed in different ways is there in both, and counted", () => {
  const both = merge([entry("a", 5), entry("b"), entry("c")], [entry("a", 7), entry("b"), entry("c")]);
  expect(told(both)).toBe("a:cell:7 copy:cell:5 b:cell:0 c:cell:0");
  expect(both.both).toBe(1);
});

test("what one deleted and the other changed stays as it was changed", () => {
  expect(told(merge([entry("b"), entry("c")], [entry("a", 7), entry("b"), entry("c")]))).toBe("a:cell:7 b:cell:0 c:cell:0");
  expect(told(merge([entry("a", 5), entry("b"), entry("c")], [entry("b"), entry("c")]))).toBe("b:cell:0 c:cell:0 a:cell:5");
});

test("what both deleted is gone", () => {
  expect(told(merge([entry("b"), entry("c")], [entry("b"), entry("c")]))).toBe("b:cell:0 c:cell:0");
});

test("the order of keys says nothing, the order of annotations does", () => {
  const [one, other] = [{ ...entry("a"), attributes: { x: 1, y: { p: 1, q: 2 } } }, { ...entry("a"), attributes: { y: { q: 2, p: 1 }, x: 1 } }];
  expect(sameEntries([one], [other])).toBe(true);
  expect(sameEntries([entry("a"), entry("b")], [entry("b"), entry("a")])).toBe(false);
  expect(sameEntries([entry("a")], [entry("a", 0.5)])).toBe(false);
});
