/** Before the first round of review, work is compared with what the task came with. */
import { expect, test } from "vitest";

import { differences } from "../../canvas/edits/earlier";
import type { Annotation, ModelRun, Prediction, Shape } from "../../wire/types";
import { entriesOf } from "../annotations/editor/contents";
import { imported, predicted, runAccepted } from "./came_with";

const box = (left: number): Shape => ({ type: "box", left, top: 0, width: 10, height: 10 });
const annotation = (id: string, left: number, more: Partial<Annotation> = {}): Annotation => ({ id, label: "cell", shape: box(left), attributes: {}, source: null, annotator_id: null, ...more }) as Annotation;
const prediction = (id: string, left: number): Prediction => ({ id, label: "cell", shape: box(left), attributes: {}, confidence: 0.5 }) as unknown as Prediction;

test("what came with a task is what nobody made here", () => {
  const oldest = [annotation("a_1", 0), annotation("a_2", 20), annotation("a_3", 40, { annotator_id: "u_1" })];
  const now = [annotation("a_1", 5, { changed_by_id: "u_1" }), ...oldest.slice(2), annotation("a_4", 60, { annotator_id: "u_1" })];
  const { added, changed, removed } = differences(imported(oldest), entriesOf(now));
  expect([added.map(({ id }) => id), changed.map(([{ id }]) => id), removed.map(({ id }) => id)]).toEqual([["a_3", "a_4"], ["a_1"], ["a_2"]]);
});

test("a prediction is found again in the annotation that it became", () => {
  const now = [annotation("a_1", 0, { source: "prediction pr_1 of mv_1" }), annotation("a_2", 25, { source: "prediction pr_2 of mv_1, edited" }), annotation("a_3", 90)];
  const { added, changed, removed } = differences(predicted([prediction("pr_1", 0), prediction("pr_2", 20), prediction("pr_3", 40)], now), entriesOf(now));
  expect([added.map(({ id }) => id), changed.map(([{ id }]) => id), removed.map(({ id }) => id)]).toEqual([["a_3"], ["a_2"], ["pr_3"]]);
});

test("the model run is the one of which something was accepted", () => {
  const runs = [{ id: "mr_1", model_version_id: "mv_1" }, { id: "mr_2", model_version_id: "mv_2" }] as ModelRun[];
  expect(runAccepted(runs, [annotation("a_1", 0, { source: "prediction pr_2 of mv_2, edited" })])?.id).toBe("mr_2");
  expect(runAccepted(runs, [annotation("a_1", 0, { source: "importer" })])).toBeUndefined();
});
