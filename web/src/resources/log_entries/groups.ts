/** Logged series as plots: keys that tell the same thing of different parts share one. */
import { paletteColour } from "../../ui/colours";
import { runs, smoothed } from "../../ui/plot_data";
import type { Line } from "../../ui/plot_data";
import type { LogSeries } from "../../wire/types";

export interface SeriesGroup {
  title: string;
  series: LogSeries[];
}

const PARTS = /^(train|training|val|valid|validation|test|dev)[._/](.+)$|^(train|training|val|valid|validation|test|dev)_(.+)$/i;

/** `train.loss`, `validation.loss` and `loss` share a plot; every other key has its own. */
export function grouped(all: readonly LogSeries[]): SeriesGroup[] {
  const groups = new Map<string, LogSeries[]>();
  for (const series of all) {
    const title = measured(series.key);
    groups.set(title, [...(groups.get(title) ?? []), series]);
  }
  return [...groups].map(([title, series]) => ({ title, series }));
}

function measured(key: string): string {
  const found = PARTS.exec(key);
  return found?.[2] ?? found?.[4] ?? key;
}

/** The lines of a group: where training went back, the runs before the last are dashed. */
export function linesOf(group: SeriesGroup, smoothing: number): Line[] {
  return group.series.flatMap((series, place) => {
    const colour = paletteColour(place);
    const all = runs(series.steps, series.values);
    return all.flatMap((run, at) => {
      const dashed = at < all.length - 1;
      const line: Line = { name: series.key, colour, ...run, dashed };
      return smoothing === 0 ? [line] : [{ ...line, faint: true }, { ...line, y: smoothed(run.y, smoothing) }];
    });
  });
}

/** The last value that was logged. */
export function lastValue(series: LogSeries): number | null {
  return series.values.findLast((value) => value !== null) ?? null;
}
