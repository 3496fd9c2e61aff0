/** What a number opens is what it counts, and the address says it again. */
import { expect, test } from "vitest";

import type { Block } from "../../wire/types";
import { openingOf, openingText, openingWords, readOpening } from "./openings";
import type { Judging } from "./openings";

const NAMES = new Set(["cat", "dog"]);
const JUDGING: Judging = { kind: "detection", several: false, isLabel: (name) => NAMES.has(name) };
const block = (name: string, more: object = {}): Block => ({ type: "scalars", name, title: name, ...more }) as unknown as Block;

test("a cell opens the pair, and what has no counterpart is missed or false", () => {
  const matrix = block("confusion_matrix");
  const cell = (row: string, column: string, judging = JUDGING): unknown => openingOf(matrix, { of: "cell", row, column }, judging);
  expect(cell("cat", "dog")).toEqual({ truth_label: "cat", prediction_label: "dog" });
  expect(cell("cat", "(background)")).toEqual({ outcome: "missed", truth_label: "cat" });
  expect(cell("(background)", "dog")).toEqual({ outcome: "false positive,duplicate", prediction_label: "dog" });
  expect(cell("(other labels)", "dog")).toBeNull();
  expect(cell("cat", "dog", { ...JUDGING, kind: "semantic_segmentation" })).toBeNull();
});

test("a number opens what it lacks", () => {
  const opened = (name: string): unknown => openingOf(block("summary"), { of: "number", name }, JUDGING)?.outcome;
  expect(opened("precision")).toBe("confused,false positive,duplicate");
  expect(opened("ar100")).toBe("missed,confused");
  expect(opened("recall")).toBe("missed,confused");
  expect(opened("hits")).toBe("hit");
  expect(opened("map")).toBe("missed,confused,false positive,duplicate");
  expect(openingOf(block("summary"), { of: "number", name: "confidence_threshold" }, JUDGING)).toBeNull();
});

test("a bar opens its range, the last one with what is 1", () => {
  const bars = block("confidence_histogram", { type: "histogram", edges: [0, 0.5, 1] });
  expect(openingOf(bars, { of: "bar", bin: 0 }, JUDGING)).toEqual({ outcome: "hit,confused,false positive,duplicate", confidence__gte: 0, confidence__lt: 0.5, all_confidences: true });
  expect(openingOf(bars, { of: "bar", bin: 1 }, JUDGING)).toEqual({ outcome: "hit,confused,false positive,duplicate", confidence__gte: 0.5, all_confidences: true });
});

test("a label's number is of its truths, of its predictions or of both", () => {
  const opened = (column?: string): unknown => openingOf(block("per_label"), { of: "label", label: "cat", ...(column === undefined ? {} : { column }) }, JUDGING);
  expect(opened("recall")).toEqual({ outcome: "missed,confused", truth_label: "cat" });
  expect(opened("false_positives")).toEqual({ outcome: "confused,false positive,duplicate", prediction_label: "cat" });
  expect(opened("ap")).toEqual({ outcome: "missed,confused,false positive,duplicate", label: "cat" });
  expect(opened()).toEqual({ outcome: "missed,confused,false positive,duplicate", label: "cat" });
  expect(openingOf(block("errors_by_label"), { of: "label", label: "cat", column: "miss_count" }, JUDGING)).toEqual({ error_type: "miss", truth_label: "cat" });
});

test("an address gives back what was open", () => {
  const opening = { outcome: "missed,confused", truth_label: "a&b = c", confidence__gte: 0.15000000000000002, all_confidences: true };
  expect(readOpening(openingText(opening))).toEqual(opening);
  expect(readOpening(undefined)).toBeNull();
  expect(readOpening("confidence__gte=7&nothing=1")).toBeNull();
});

test("what is open has a name", () => {
  expect(openingWords({ truth_label: "cat", prediction_label: "dog" })).toBe("cat taken for dog");
  expect(openingWords({ truth_label: "cat", prediction_label: "cat" })).toBe("cat found");
  expect(openingWords({ outcome: "missed", truth_label: "cat" })).toBe("Missed · cat");
  expect(openingWords({ error_type: "loc" })).toBe("Wrong place");
  expect(openingWords({ outcome: "hit,confused", iou__gte: 0.9 })).toBe("Matches · IoU 0.9 to 1");
});
