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
  const valueOf = ({ version }: Run, key: string): unknown => (key === OBJECTIVE ? reached.get(version.id) : flat(version.config).get(key));
  const axes = [...keys, OBJECTIVE].map((key) => axisOf(key, key === OBJECTIVE ? objective : key, known.map((run) => valueOf(run, key))));
  const last = axes.at(-1) as Axis;
  const lines = known.map((run): ParallelLine => {
    const at = placeOf(last, valueOf(run, OBJECTIVE)) ?? 0;
    return { id: run.version.id, places: axes.map((axis) => placeOf(axis, valueOf(run, axis.key))), shade: goal === "highest" ? at : 1 - at, taken: takenBy(brushes, run, reached) };
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
