/** Training runs are found, ordered and drawn as the address says. */
import { expect, test } from "vitest";

import type { ModelVersion } from "../../wire/types";
import { dashOf } from "../../ui/plot_data";
import { configKeys, drawnOf, listed, MOST_DRAWN, percentFrom, runLines, sections, strokesSaid, toldApart } from "./workspace_runs";
import { readWorkspaceSearch, toggled } from "./workspace_search";

function version(id: string, config: Record<string, unknown> = {}): ModelVersion {
  return { id, name: id, model_name: "cells", config } as unknown as ModelVersion;
}

const versions = [version("c", { lr: 0.1, seed: 1 }), version("b", { lr: 0.2, seed: 1 }), version("a", { lr: 0.1, seed: 1 })];
const ids = (search: Parameters<typeof listed>[1]): string[] => listed(versions, { model_id: "m", ...search }).map(({ version: { id } }) => id);

test("a regular expression finds runs, and pinned ones stay", () => {
  expect(ids({ find: "^[ab]$" })).toEqual(["b", "a"]);
  expect(ids({ find: "^b$", pinned: "a" })).toEqual(["a", "b"]);
  expect(ids({ find: "(" })).toEqual(["c", "b", "a"]);
});

test("groups stand together in one colour", () => {
  const runs = listed(versions, { group: "lr" });
  expect(runs.map(({ version: { id }, group }) => [id, group])).toEqual([["c", "0.1"], ["a", "0.1"], ["b", "0.2"]]);
  expect(runs[0]?.colour).toBe(runs[1]?.colour);
  expect(runs[0]?.colour).not.toBe(runs[2]?.colour);
});

test("a new run changes no colour", () => {
  const before = listed(versions, {}).map(({ colour }) => colour);
  expect(listed([version("d"), ...versions], {}).map(({ colour }) => colour).slice(1)).toEqual(before);
});

const many = Array.from({ length: 45 }, (_, place) => version(`v${44 - place}`, { fold: place % 3 }));
const look = ({ colour, dotted }: { colour: string; dotted: boolean }): string => `${colour} ${dashOf({ dotted }).join(" ")}`;

test("all runs that are drawn look different, whichever are found or hidden", () => {
  for (const search of [{}, { model_id: "m", find: "[05]$" }, { model_id: "m", find: "[05]$|v1" }, { hidden: many.slice(0, 30).map(({ id }) => id).join(",") }]) {
    const drawn = drawnOf(toldApart(listed(many, search)));
    expect(new Set(drawn.map(look)).size).toBe(drawn.length);
  }
  expect(drawnOf(listed(many, {}))).toHaveLength(MOST_DRAWN);
  // Who needs no other look keeps its own.
  const [before, after] = [toldApart(listed(many, {})), toldApart(listed(many.slice(1), {}))].map((runs) => new Map(runs.map((run) => [run.name, look(run)])));
  expect([...(after ?? [])].filter(([name, had]) => before?.get(name) !== had)).toEqual([]);
});

test("of several groups as many runs of each are drawn, and pinned ones first", () => {
  const drawn = drawnOf(listed(many, { group: "fold" }));
  expect(["0", "1", "2"].map((fold) => drawn.filter(({ group }) => group === fold).length)).toEqual([7, 7, 6]);
  expect(drawnOf(listed(many, { group: "fold", pinned: "v0" })).map(({ version: { id } }) => id)).toContain("v0");
  const folds = new Set(toldApart(listed(many, { group: "fold" })).map((run) => `${run.group} ${look(run)}`));
  expect(folds.size).toBe(3);
});

test("strokes say what they mean, of the second round of colours too", () => {
  const line = { name: "a", colour: "red", x: [], y: [] };
  expect(strokesSaid([line, { ...line, dotted: true }])).toBe("");
  expect(strokesSaid([{ ...line, dashed: true }])).toBe("dashed: before a resume");
  expect(strokesSaid([{ ...line, dashed: true }, { ...line, dashed: true, dotted: true }])).toBe("dashed, dots alone: before a resume");
  const kinds = [true, false].flatMap((dashed) => [true, false].map((dotted) => dashOf({ dashed, dotted }).join(" ")));
  expect(new Set(kinds).size).toBe(4);
});

test("config keys that differ come first", () => {
  expect(configKeys([version("a", { seed: 1, lr: 1 }), version("b", { seed: 1, lr: 2 })])).toEqual(["lr", "seed"]);
});

test("keys fall into sections by what stands before the first dot or slash", () => {
  expect(sections(["val/acc", "loss", "train.loss", "val/f1"])).toEqual([
    { title: "", keys: ["loss"] },
    { title: "val", keys: ["val/acc", "val/f1"] },
    { title: "train", keys: ["train.loss"] },
  ]);
});

test("what was before a resume is dashed", () => {
  const series = { key: "loss", steps: [0, 1, 2, 1, 2], values: [3, 2, 1, 2, 0], total: 5, x: [], segments: [0, 0, 0, 1, 1] };
  expect(runLines({ name: "a", colour: "red" }, series, 0).map(({ x, dashed }) => [x, dashed])).toEqual([
    [[0, 1, 2], true],
    [[1, 2], false],
  ]);
});

test("over another key the places ascend", () => {
  const series = { key: "loss", steps: [0, 1, 2], values: [3, 2, 1], total: 3, x: [2, 1, 2], segments: [] };
  expect(runLines({ name: "a", colour: "red" }, series, 0).map(({ x, y }) => [x, y])).toEqual([[[1, 2], [2, 1]]]);
});

test("differences are of the baseline's size", () => {
  expect(percentFrom(-2, -1)).toBe(50);
  expect([percentFrom(0, 1), percentFrom(null, 1), percentFrom(1, null)]).toEqual([null, null, null]);
});

test("the address is read, and what it cannot mean is left out", () => {
  expect(readWorkspaceSearch({ low: "1", high: "5", smoothing: "0.5", log: "y", view: "table", value: "lowest", find: "a" })).toEqual({ low: 1, high: 5, smoothing: 0.5, log: "y", view: "table", value: "lowest", find: "a" });
  expect(readWorkspaceSearch({ low: "5", high: "1", smoothing: "2", log: "x", view: "?", value: "last", find: "" })).toEqual({});
  expect([toggled("a,b", "a"), toggled("a", "a"), toggled(undefined, "a")]).toEqual(["b", undefined, "a"]);
});
