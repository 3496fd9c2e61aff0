/** Evaluations tell of the same thing when only labels and predictions may differ. */
import { expect, test } from "vitest";

import type { Evaluation } from "../../wire/types";
import { isAlike, isOfTheSame } from "./same";

const ONE = { id: "e_1", kind: "detection", dataset_id: "d_1", model_run_id: "r_1", config: { iou_threshold: 0.5, missing: "missed" } } as unknown as Evaluation;

test("the order of settings says nothing", () => {
  const other = { ...ONE, id: "e_2", config: { missing: "missed", iou_threshold: 0.5 } };
  expect(isOfTheSame(ONE, other)).toBe(true);
  expect(isAlike(ONE, { ...other, model_run_id: "r_2" })).toBe(true);
  expect(isOfTheSame(ONE, { ...other, model_run_id: "r_2" })).toBe(false);
});

test.each([{ id: "e_1" }, { kind: "segmentation" }, { dataset_id: "d_2" }, { config: { iou_threshold: 0.75, missing: "missed" } }])("%j is another question", (change) => {
  expect(isAlike(ONE, { ...ONE, id: "e_2", ...change } as Evaluation)).toBe(false);
});
