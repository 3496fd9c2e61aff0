/** Runs as the lines of parallel coordinates, and the best of them. */
import { axisOf, placeOf } from "./axes";
import type { Axis } from "./axes";
import { OBJECTIVE, takenBy } from "./brushes";
import type { Brushes } from "./brushes";
import { flat } from "./config_values";
import type { Goal } from "./objectives";
import type { ParallelLine } from "./parallel_lines";
import type { Run } from "./workspace_runs";

export interface Plotted {
  axes: readonly Axis[];
  /** One a run that has the number. */
  lines: readonly ParallelLine[];
  /** The runs that the brushes take. */
  taken: readonly Run[];
}

export function plotted(objective: string, reached: ReadonlyMap<string, number>, runs: readonly Run[], keys: readonly string[], brushes: Brushes, goal: Goal): Plotted {
  const known = runs.filter(({ version }) => reached.has(version.id));
  const rows = known.map((run) => flat(run.version.config).set(OBJECTIVE, reached.get(run.version.id)));
  const axes = [...keys, OBJECTIVE].map((key) => axisOf(key, key === OBJECTIVE ? objective : key, rows.map((row) => row.get(key))));
  const last = axes.at(-1) as Axis;
  const lines = known.map((run, place): ParallelLine => {
    const row = rows[place] as ReadonlyMap<string, unknown>;
    const at = placeOf(last, row.get(OBJECTIVE)) ?? 0;
    return { id: run.version.id, places: axes.map((axis) => placeOf(axis, row.get(axis.key))), shade: goal === "highest" ? at : 1 - at, taken: takenBy(brushes, run, reached) };
  });
  return { axes, lines, taken: known.filter((_, place) => lines[place]?.taken) };
}

export function bestOf(runs: readonly Run[], reached: ReadonlyMap<string, number>, goal: Goal): { run: Run; value: number } | null {
  const way = goal === "highest" ? 1 : -1;
  let best: { run: Run; value: number } | null = null;
  for (const run of runs) {
    const value = reached.get(run.version.id);
    if (value !== undefined && (best === null || way * value > way * best.value)) best = { run, value };
  }
  return best;
}
