/** Marks take the colours of what became of them. */
import { expect, test } from "vitest";

import type { Mark } from "../../canvas/scene";
import type { Outcome, Report } from "../../wire/types";
import { OUTCOME_COLOURS, outcomeCounts, outcomeMarks, wholeOutcomes } from "./outcomes";

const NOTHING = { truth_id: null, truth_label: null, prediction_id: null, prediction_label: null, confidence: null, iou: null };
const HIT: Outcome = { ...NOTHING, outcome: "hit", truth_id: "a", prediction_id: "p" };
const TWICE: Outcome = { ...NOTHING, outcome: "duplicate", truth_id: "a", prediction_id: "q" };
const MISSED: Outcome = { ...NOTHING, outcome: "missed", truth_id: "b" };

function mark(id: string): Mark {
  return { id, layer: "truth", label: "x", colour: "#123456", caption: "x", shape: { type: "whole" } };
}

function block(name: string, task_id: string, outcomes: Outcome[]): object {
  return { type: "examples", name, title: name, note: "", examples: [{ task_id, score: 0.5, outcomes }] };
}

test("a truth that was found stays a hit where a duplicate names it too", () => {
  const found = outcomeMarks(["a", "b", "p", "q", "r"].map(mark), [HIT, TWICE, MISSED], true);
  const names = Object.fromEntries(Object.entries(OUTCOME_COLOURS).map(([name, colour]) => [colour, name]));
  expect(found.map(({ colour }) => names[colour])).toEqual(["hit", "missed", "hit", "duplicate", "duplicate"]);
  expect(found.map(({ faint }) => faint)).toEqual([false, false, false, false, true]);
});

test("marks may keep the colours of their labels", () => {
  expect(outcomeMarks([mark("a")], [HIT], false)[0]?.colour).toBe("#123456");
});

test("mistakes are counted first", () => {
  expect(outcomeCounts([HIT, MISSED, HIT])).toEqual([
    ["missed", 1],
    ["hit", 2],
  ]);
});

test("all that became of a task is told where its confusions are kept apart", () => {
  const confused: Outcome = { ...NOTHING, outcome: "confused", truth_id: "c", prediction_id: "r" };
  const report = { blocks: [block("confusions", "t_1", [confused]), block("worst", "t_1", [confused, HIT])] } as unknown as Report;
  expect(wholeOutcomes(report, "t_1")).toEqual([confused, HIT]);
  const alone = { blocks: [block("confusions", "t_2", [confused])] } as unknown as Report;
  expect(wholeOutcomes(alone, "t_2")).toEqual([]);
  expect(wholeOutcomes(undefined, "t_1")).toEqual([]);
});
