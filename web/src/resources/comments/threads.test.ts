/** Comments are numbered once, counted while they are open, and say what they mean. */
import { expect, test } from "vitest";

import { change, editingOf, reading } from "../../canvas/edits/editing";
import { imagePoint } from "../../canvas/geometry/points";
import { WHOLE_ITEM } from "../../canvas/edits/pins";
import type { Comment } from "../../wire/types";
import { meant, openCount, pinOf, placeToSend, shownOf, threadsOf } from "./threads";

const said = (id: string, more: Partial<Comment> = {}): Comment => ({
  id,
  task_id: "t_1",
  text: id,
  author: "Ada",
  author_id: "u_1",
  created_date: "2026-01-01T00:00:00Z",
  annotation_id: null,
  annotation_deleted: false,
  place: null,
  reply_to: null,
  resolved: false,
  resolved_by: null,
  resolved_date: null,
  ...more,
});
const COMMENTS = [said("one", { resolved: true }), said("two", { place: { type: "point", x: 3, y: 4 } }), said("answer", { reply_to: "one" })];

test("numbers stay when resolved ones are hidden", () => {
  const threads = threadsOf(COMMENTS);
  expect(threads.map(({ number, comment, answers }) => [number, comment.id, answers.map(({ id }) => id)])).toEqual([[1, "one", ["answer"]], [2, "two", []]]);
  expect(shownOf(threads, false).map(({ number }) => number)).toEqual([2]);
  expect(shownOf(threads, true)).toHaveLength(2);
  expect(openCount(COMMENTS)).toBe(1);
  expect(threads.map(pinOf)[1]).toEqual({ id: "two", number: 2, resolved: false, annotationId: null, at: { x: 3, y: 4 }, range: null });
});

test("a comment says what it means, also when that is gone", () => {
  const box = { id: "a", label: "cell", shape: { type: "box" as const, left: 10, top: 20, width: 5, height: 5, rotation: 0 }, attributes: {}, source: null };
  const state = editingOf([box], { width: 100, height: 100 });
  const target = { ...WHOLE_ITEM, annotationId: "a" };
  expect(meant(state, target, null)).toBe("cell");
  expect(placeToSend(state, target)).toEqual({ type: "point", x: 15, y: 20 });
  expect(meant(change(state, { type: "delete", ids: ["a"] }), target, null)).toBe("an annotation that was deleted");
  expect(meant(state, { ...WHOLE_ITEM, at: imagePoint(1.4, 2) }, null)).toBe("a point at 1, 2");
  expect(meant(state, WHOLE_ITEM, null)).toBe("the whole item");
  expect(placeToSend(state, WHOLE_ITEM)).toBeNull();
});

test("words are counted as the server counts them", () => {
  const state = reading(editingOf([], { width: 1, height: 1 }), "😀 Ada met Bob.");
  const target = { ...WHOLE_ITEM, range: { start: 2, end: 5 } };
  expect(meant(state, target, "😀 Ada met Bob.")).toBe("“Ada”");
  expect(placeToSend(state, target)).toEqual({ type: "span", start: 2, end: 5 });
});
