/** Every edit changes what it says, leaves the rest untouched, and can be undone. */
import { expect, test } from "vitest";

import type { Shape } from "../../wire/types";
import { applied, drawingOf } from "./drawing";
import type { Drawing, Edit, Entry } from "./drawing";
import { edited, historyOf, MOST_STEPS, redone, undone } from "./history";

function box(id: string, left = 0): Entry {
  return { id, label: "cell", shape: { type: "box", left, top: 0, width: 10, height: 10, rotation: 0 }, attributes: {}, source: null };
}

const three = drawingOf([box("a"), box("b", 20), box("c", 40)]);
const order = (drawing: Drawing): string => drawing.entries.map(({ id }) => id).join("");

test("what an edit does not name stays the same object", () => {
  const after = applied(three, { type: "move", ids: ["b"], dx: 5, dy: -1 });
  expect(after.entries[1]?.shape).toMatchObject({ left: 25, top: -1 });
  expect(after.entries[0]).toBe(three.entries[0]);
  expect(after.entries[2]).toBe(three.entries[2]);
});

test("an edit that changes nothing gives the same drawing", () => {
  const nothing: Edit[] = [
    { type: "add", entries: [] },
    { type: "delete", ids: ["z"] },
    { type: "move", ids: ["a"], dx: 0, dy: 0 },
    { type: "label", ids: ["a"], label: "cell" },
    { type: "reorder", ids: ["c"], to: "front" },
    { type: "hide", ids: ["a"], hidden: false },
    { type: "exchange", ids: ["z"], entries: [box("d")] },
  ];
  for (const edit of nothing) expect(applied(three, edit), `${edit.type}`).toBe(three);
});

test.each([
  ["front", "a", "bca"],
  ["back", "c", "cab"],
  ["forward", "a", "bac"],
  ["backward", "c", "acb"],
  ["forward", "ab", "cab"],
  ["backward", "bc", "bca"],
  ["forward", "c", "abc"],
] as const)("to the %s: %s", (to, ids, expected) => {
  expect(order(applied(three, { type: "reorder", ids: [...ids], to }))).toBe(expected);
});

test("what is locked is neither moved, renamed, ordered nor deleted", () => {
  const locked = applied(three, { type: "lock", ids: ["b"], locked: true });
  const other: Shape = { type: "point", x: 1, y: 1 };
  const edits: Edit[] = [
    { type: "delete", ids: ["b"] },
    { type: "move", ids: ["b"], dx: 1, dy: 1 },
    { type: "label", ids: ["b"], label: "dirt" },
    { type: "attributes", ids: ["b"], set: { crowd: true } },
    { type: "reshape", shapes: [["b", other]] },
    { type: "reorder", ids: ["b"], to: "front" },
    { type: "exchange", ids: ["b"], entries: [] },
  ];
  for (const edit of edits) expect(applied(locked, edit), `${edit.type}`).toBe(locked);
  const freed = applied(locked, { type: "lock", ids: ["b"], locked: false });
  expect(order(applied(freed, { type: "delete", ids: ["b"] }))).toBe("ac");
});

test("what comes by an exchange stands where the first stood that goes", () => {
  const after = applied(three, { type: "exchange", ids: ["a", "c"], entries: [box("d"), box("e")] });
  expect(order(after)).toBe("deb");
});

test("an attribute that is set to nothing goes", () => {
  const set = applied(three, { type: "attributes", ids: ["a"], set: { crowd: true, size: 3 } });
  expect(applied(set, { type: "attributes", ids: ["a"], set: { size: undefined } }).entries[0]?.attributes).toEqual({ crowd: true });
});

test("two hundred steps are undone and done again, each to the very drawing it had", () => {
  let history = historyOf(three);
  const seen = [history.present];
  for (let step = 1; step <= 200; step += 1) {
    history = edited(history, { type: "move", ids: ["a"], dx: 1, dy: 0 });
    seen.push(history.present);
  }
  for (const drawing of seen.toReversed().slice(1)) {
    history = undone(history);
    expect(history.present).toBe(drawing);
  }
  expect(undone(history)).toBe(history);
  for (const drawing of seen.slice(1)) {
    history = redone(history);
    expect(history.present).toBe(drawing);
  }
  expect(redone(history)).toBe(history);
});

test("the oldest steps are forgotten, and never the newest", () => {
  let history = historyOf(three);
  for (let step = 0; step < MOST_STEPS + 50; step += 1) history = edited(history, { type: "move", ids: ["a"], dx: 1, dy: 0 });
  expect(history.past).toHaveLength(MOST_STEPS);
  for (let step = 0; step < MOST_STEPS; step += 1) history = undone(history);
  expect(history.present.entries[0]?.shape).toMatchObject({ left: 50 });
});

test("edits of one run are undone together; a new edit forgets what was undone", () => {
  const nudge: Edit = { type: "move", ids: ["a"], dx: 1, dy: 0 };
  let history = edited(edited(edited(historyOf(three), nudge, "nudge a"), nudge, "nudge a"), nudge, "nudge b");
  expect(history.past).toHaveLength(2);
  history = undone(history);
  expect(history.present.entries[0]?.shape).toMatchObject({ left: 2 });
  // After an undo a run begins anew: what was undone must not be swallowed by it.
  history = edited(history, nudge, "nudge a");
  expect(history.future).toEqual([]);
  expect(undone(history).present.entries[0]?.shape).toMatchObject({ left: 2 });
});
