/** What is drawn over an example is what was judged, not what the task holds now. */
import { expect, test } from "vitest";

import type { EvaluatedTruth, Task } from "../../wire/types";
import { judgedAnnotations } from "./judged";

const WHOLE = { type: "whole" } as const;
const TASK = { id: "t_1", annotations: [{ id: "a_2", label: "dog", shape: WHOLE }] } as unknown as Task;
const TRUTH: EvaluatedTruth = { task_id: "t_1", changed: true, annotations: [{ id: "a_1", label: "cat", shape: WHOLE, attributes: {}, source: null, annotator_id: null }] };

test("the annotations of then are drawn, and nothing until they are known", () => {
  expect(judgedAnnotations(TASK, TRUTH)).toBe(TRUTH.annotations);
  expect(judgedAnnotations(undefined, TRUTH)).toBe(TRUTH.annotations);
  expect(judgedAnnotations(TASK, undefined)).toEqual([]);
});

test("where they are not kept, those of now are drawn", () => {
  expect(judgedAnnotations(TASK, null)).toBe(TASK.annotations);
  expect(judgedAnnotations(undefined, null)).toEqual([]);
});
