/** A list says what differs between the evaluations of one model version, and nothing that is the same. */
import { expect, test } from "vitest";

import type { Evaluation } from "../../wire/types";
import { datasetsToName, wordsApart } from "./telling_apart";

const ONE = {
  id: "e_1",
  kind: "detection",
  model_run_id: "mr_1",
  dataset_id: "d_1",
  dataset_version_id: "dv_1",
  created_date: "2026-03-01T00:00:00Z",
  config: { iou_threshold: 0.5, confidence_threshold: null, missing: "missed" },
  hashes: { predictions: "aa" },
} as unknown as Evaluation;
const VERSIONS = new Map([["dv_1", { number: 1, name: null }], ["dv_2", { number: 2, name: "checked" }]]);

function others(...changes: Partial<Evaluation>[]): Evaluation[] {
  return [ONE, ...changes.map((change, place) => ({ ...ONE, id: `e_${place + 2}`, created_date: `2026-03-0${place + 2}T00:00:00Z`, ...change }))];
}

test.each<[Partial<Evaluation>[], string[][]]>([
  [[{ model_run_id: "mr_2" }, { kind: "segmentation" }], []],
  [[{}], [["nothing but the time"], ["nothing but the time"]]],
  [[{ dataset_version_id: "dv_2" }], [["dataset version 1"], ["dataset version 2 (checked)"]]],
  [[{ hashes: { predictions: "bb" } }], [["earlier predictions"], ["newest predictions"]]],
  [[{ hashes: { predictions: "bb" } }, { hashes: { predictions: "cc" } }], [["earlier predictions, 1 of 3"], ["earlier predictions, 2 of 3"], ["newest predictions"]]],
  [
    [{ config: { ...ONE.config, iou_threshold: 0.75, confidence_threshold: 0.333 } }],
    [
      ["IoU from 0.50", "confidence left open"],
      ["IoU from 0.75", "confidence from 0.333"],
    ],
  ],
  [[{ dataset_version_id: null, hashes: {} }], [["nothing but the time"], ["nothing but the time"]]],
])("%j", (changes, said) => {
  expect([...wordsApart(others(...changes), VERSIONS).values()]).toEqual(said);
});

test("versions are asked for where they are named", () => {
  expect(datasetsToName(others({}, { dataset_id: "d_2", model_run_id: "mr_2", dataset_version_id: "dv_9" }))).toEqual([]);
  expect(datasetsToName(others({ dataset_version_id: "dv_2" }))).toEqual(["d_1"]);
});
