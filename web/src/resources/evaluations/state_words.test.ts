/** A state is told in words, and a report's own words about it are found. */
import { expect, test } from "vitest";

import type { Report, Slice } from "../../wire/types";
import { isChanged, scalarOf, stateWords, taskWords } from "./state_words";

const SLICES = [{ id: "sl_1", name: "At night" }] as Slice[];

function report(tasks: number, of: number): Report {
  const recall = { name: "recall", title: "Recall", value: 0.5, low: null, high: null, better: "higher" as const, share: true, description: "" };
  return {
    kind: "detection",
    headline: "map",
    blocks: [
      { type: "scalars", name: "summary", title: "Summary", note: "", scalars: [recall] },
      { type: "basis", name: "basis", title: "What the numbers stand on", text: "", tasks, of },
    ],
  };
}

test("every part of a state has its words", () => {
  const state = { confidence_threshold: 0.5, iou_threshold: 0.75, oks_threshold: 0.9, label_map: '{"dog":null,"truck":"vehicle"}', slice_id: "sl_1", split: "test", missing: "left out" } as const;
  expect(stateWords(state, SLICES)).toEqual(["confidence from 0.50", "IoU from 0.75", "OKS from 0.90", "truck as vehicle", "dog left out", "the slice At night", "the split test", "tasks without predictions are left out"]);
  expect(stateWords({ slice_id: "sl_gone" }, SLICES)).toEqual(["the slice sl_gone"]);
});

test("as it was evaluated, nothing is to be said", () => {
  expect(isChanged({})).toBe(false);
  expect(stateWords({}, SLICES)).toEqual([]);
  expect(isChanged({ confidence_threshold: 0 })).toBe(true);
});

test("how many tasks count is said where not all do", () => {
  expect(taskWords(report(1204, 5000))).toBe("These are 1,204 of 5,000 tasks.");
  expect(taskWords(report(5000, 5000))).toBe("");
  expect(taskWords(undefined)).toBe("");
});

test("a number of the summary is found by its name", () => {
  expect(scalarOf(report(1, 1), "recall")).toBe(0.5);
  expect(scalarOf(report(1, 1), "map")).toBeNull();
  expect(scalarOf(undefined, "recall")).toBeNull();
});
