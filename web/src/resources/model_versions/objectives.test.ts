/** What can be chosen as an objective, and what is chosen unasked. */
import { expect, test } from "vitest";

import type { Evaluation } from "../../wire/types";
import { chosenOf, firstObjective, goalOf, objectiveGroups, valueOf } from "./objectives";

const evaluation = (id: string, scalars: Record<string, number | null>): Evaluation => ({ dataset_id: id, dataset_name: `set ${id}`, headline: "map", scalars }) as unknown as Evaluation;

test("logged keys and each dataset's numbers are offered, those without a value are not", () => {
  const groups = objectiveGroups(["loss"], [evaluation("d_1", { map: 0.5, f1: null }), evaluation("d_1", { f1: 0.2 }), evaluation("d_2", { map: null })]);
  expect(groups.map(({ group, items }) => [group, items.map(({ label }) => label)])).toEqual([
    ["Logged", ["loss"]],
    ["set d_1", ["map", "f1"]],
  ]);
});

test("a number of held-out data comes first", () => {
  expect(firstObjective(["loss", "val/acc"], [])?.name).toBe("val/acc");
  expect(firstObjective(["loss", "validity"], [])?.name).toBe("loss");
  expect(firstObjective([], [evaluation("d_1", { map: 1 })])).toEqual({ name: "map", datasetId: "d_1" });
  expect(firstObjective([], [])).toBeNull();
});

test("losses are to be low", () => {
  expect(["val.loss", "error_rate", "mAP", "mse", "mset"].map(goalOf)).toEqual(["lowest", "lowest", "highest", "lowest", "highest"]);
});

test("a choice is one text and back", () => {
  for (const chosen of [{ name: "a:b", datasetId: undefined }, { name: "map:50", datasetId: "d_1" }]) expect(chosenOf(valueOf(chosen))).toEqual(chosen);
});
