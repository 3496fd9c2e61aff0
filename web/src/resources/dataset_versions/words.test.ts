/** Changes between versions are told in words. */
import { expect, test } from "vitest";

import type { Change } from "../../wire/types";
import { annotationWords, heldName, labelWords, taskWords, versionName } from "./words";

const box = (left: number): object => ({ type: "box", left, top: 0, width: 9, height: 9 });

function change(before: object | null, after: object | null): Change {
  return { change: before === null ? "added" : after === null ? "removed" : "changed", task_id: "t_1", annotation_id: null, before, after } as Change;
}

test("annotations", () => {
  const cat = { id: "a_1", label: "cat", shape: box(1), attributes: {} };
  expect(annotationWords(change(null, cat))).toBe("cat · box");
  expect(annotationWords(change(cat, null))).toBe("cat · box");
  expect(annotationWords(change(cat, { ...cat, label: "dog" }))).toBe("cat → dog");
  expect(annotationWords(change(cat, { ...cat, shape: box(2) }))).toBe("cat · shape changed");
});

test("tasks", () => {
  const task = { filename: "one.png", split: null, metadata: { lux: 3 } };
  expect(taskWords(change(null, task))).toBe("");
  expect(taskWords(change(task, { ...task, split: "test", metadata: {} }))).toBe("split none → test, metadata changed");
  expect(heldName(change(task, null))).toBe("one.png");
  expect(heldName(change(null, { filename: null, unique_id: null, text: "Dear all" }))).toBe("Dear all");
  expect(heldName(change(null, {}))).toBe("t_1");
});

test("labels", () => {
  const label = { name: "cat", shape: "box", colour: "#111111" };
  expect(labelWords(change(null, label))).toBe("cat · box");
  expect(labelWords(change(label, { ...label, colour: "#222222" }))).toBe("cat · box · colour changed");
});

test("versions", () => {
  expect(versionName({ number: 3, name: null })).toBe("version 3");
  expect(versionName({ number: 3, name: "spring" })).toBe("version 3 (spring)");
});
