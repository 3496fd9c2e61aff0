/** Runs become lines, and the best of those that brushes take is found. */
import { expect, test } from "vitest";

import { bestOf, plotted } from "./plotted";
import type { Run } from "./workspace_runs";

const run = (id: string, lr: number): Run => ({ version: { id, config: { lr } } }) as unknown as Run;
const runs = [run("a", 1), run("b", 2), run("c", 3)];
const reached = new Map([["a", 0.2], ["b", 0.8]]);

test("runs that have the number are drawn, the better the stronger", () => {
  const { lines, taken } = plotted("loss", reached, runs, ["lr"], new Map([["lr", { low: 2, high: 9 }]]), "lowest");
  expect(lines.map(({ id, shade, taken: kept }) => [id, shade, kept])).toEqual([["a", 1, false], ["b", 0, true]]);
  expect(lines.map(({ places }) => places)).toEqual([[0, 0], [1, 1]]);
  expect(taken.map(({ version }) => version.id)).toEqual(["b"]);
});

test("the best has the lowest or the highest number", () => {
  expect(bestOf(runs, reached, "lowest")?.run.version.id).toBe("a");
  expect(bestOf(runs, reached, "highest")?.value).toBe(0.8);
  expect(bestOf([], reached, "highest")).toBeNull();
});
