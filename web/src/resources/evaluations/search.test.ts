/** The address of a report says which examples are shown. */
import { expect, test } from "vitest";

import type { Example, Outcome } from "../../wire/types";
import { cellFocus, focused, protocolState, readExampleSearch, readReportSearch, readState } from "./search";

const NONE = { truth_id: null, truth_label: null, prediction_id: null, prediction_label: null, confidence: null, iou: null };

function example(task_id: string, ...outcomes: Partial<Outcome>[]): Example {
  return { task_id, score: 0, outcomes: outcomes.map((outcome) => ({ ...NONE, outcome: "hit", ...outcome })) };
}

const EXAMPLES = [
  example("t_1", { outcome: "confused", truth_label: "3", prediction_label: "8" }),
  example("t_2", { outcome: "missed", truth_label: "3" }, { outcome: "hit", truth_label: "8", prediction_label: "8" }),
];

test("an address is read; what it cannot mean is left out", () => {
  expect(readReportSearch({ outcome: "confused", truth: "3", prediction: "", other: "x" })).toEqual({ outcome: "confused", truth: "3" });
  expect(readReportSearch({ outcome: "wrong" })).toEqual({});
  expect(readExampleSearch({ block: "worst" })).toEqual({ block: "worst" });
});

test("what the numbers stand on is read by the names of the API", () => {
  const search = readReportSearch({ confidence_threshold: "0.35", iou_threshold: "0", slice_id: "sl_1", split: "test", missing: "left out", outcome: "missed" });
  expect(search).toEqual({ confidence_threshold: 0.35, iou_threshold: 0, slice_id: "sl_1", split: "test", missing: "left out", outcome: "missed" });
  expect(readState(search)).toEqual({ confidence_threshold: 0.35, iou_threshold: 0, slice_id: "sl_1", split: "test", missing: "left out" });
});

test("the labels that are read otherwise are read back as the same text", () => {
  const text = '{"dog":null,"van":"vehicle"}';
  expect(readState({ label_map: '{"van": "vehicle", "dog": null}' })).toEqual({ label_map: text });
  expect(readState({ label_map: text, oks_threshold: "0.75" })).toEqual({ label_map: text, oks_threshold: 0.75 });
  expect(readState({ label_map: "{}" })).toEqual({});
});

test("protocols follow labels and tasks, and thresholds only where a slice may ask for outcomes", () => {
  const state = { confidence_threshold: 0.9, iou_threshold: 0.75, oks_threshold: 0.5, label_map: "{}", split: "test" } as const;
  expect(protocolState(state)).toEqual({ label_map: "{}", split: "test" });
  expect(protocolState({ ...state, slice_id: "sl_1" })).toEqual({ confidence_threshold: 0.9, iou_threshold: 0.75, label_map: "{}", split: "test", slice_id: "sl_1" });
});

test.each(["", "1.2", "-0.1", "high", "NaN", undefined])("%j is no threshold", (value) => {
  expect(readState({ confidence_threshold: value })).toEqual({});
});

test("a cell beside the labels is about what was missed or made up", () => {
  expect(cellFocus("3", "8")).toEqual({ truth: "3", prediction: "8" });
  expect(cellFocus("3", "(background)")).toEqual({ outcome: "missed", truth: "3" });
  expect(cellFocus("(background)", "8")).toEqual({ outcome: "false positive", prediction: "8" });
});

test("all words must fit one and the same outcome", () => {
  expect(focused(EXAMPLES, {}).map(({ task_id }) => task_id)).toEqual(["t_1", "t_2"]);
  expect(focused(EXAMPLES, { outcome: "confused", truth: "3", prediction: "8" }).map(({ task_id }) => task_id)).toEqual(["t_1"]);
  expect(focused(EXAMPLES, { outcome: "missed", truth: "8" })).toEqual([]);
});
