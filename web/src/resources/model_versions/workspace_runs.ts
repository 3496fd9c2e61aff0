/** Which training runs are listed, in what order and colour, and what is drawn of them. */
import { PALETTE, paletteColour } from "../../ui/colours";
import { runs as runsOf, smoothed } from "../../ui/plot_data";
import type { Line } from "../../ui/plot_data";
import type { LogSeries, ModelVersion } from "../../wire/types";
import { flat, written } from "./config_values";
import { idsOf } from "./workspace_search";
import type { WorkspaceSearch } from "./workspace_search";

export interface Run {
  version: ModelVersion;
  /** With the model's name where runs of several are listed. */
  name: string;
  /** Its place among the runs, or its group's among the groups, counted so that a new one changes none. */
  place: number;
  colour: string;
  /** Whether its line has dots: of two runs of one colour one has. */
  dotted: boolean;
  pinned: boolean;
  hidden: boolean;
  /** The value of the config key that runs are grouped by. */
  group: string | null;
}

/** The regular expression of a search, or null where it is none. */
export function pattern(find: string | undefined): RegExp | null {
  try {
    return new RegExp(find ?? "", "iu");
  } catch {
    return null;
  }
}

/** The runs that the search finds: pinned ones first, groups together, else newest first. */
export function listed(versions: readonly ModelVersion[], search: WorkspaceSearch): Run[] {
  const [pinned, hidden] = [new Set(idsOf(search.pinned)), new Set(idsOf(search.hidden))];
  const find = pattern(search.find);
  const groups = new Map<string, number>();
  const all = versions.map((version, place): Run => {
    const group = search.group === undefined ? null : written(flat(version.config).get(search.group));
    if (group !== null && !groups.has(group)) groups.set(group, groups.size);
    const own = group === null ? versions.length - 1 - place : (groups.get(group) as number);
    const name = search.model_id === undefined ? `${version.name} · ${version.model_name}` : version.name;
    return { version, name, place: own, ...markOf(own), group, pinned: pinned.has(version.id), hidden: hidden.has(version.id) };
  });
  const found = find === null ? all : all.filter((run) => run.pinned || find.test(run.name));
  return found.toSorted((a, b) => Number(b.pinned) - Number(a.pinned) || (groups.get(a.group ?? "") ?? 0) - (groups.get(b.group ?? "") ?? 0));
}

/** Lines that are told apart: in each colour one that is drawn through, and one with dots. */
const MARKS = 2 * PALETTE.length;

/** More lines than can be told apart tell nothing. */
export const MOST_DRAWN = MARKS;

function markOf(place: number): { colour: string; dotted: boolean } {
  return { colour: paletteColour(place), dotted: place % MARKS >= PALETTE.length };
}

/** Those of the runs that are drawn: pinned ones, then the first, of several groups as many of each. */
export function drawnOf(runs: readonly Run[], most = MOST_DRAWN): Run[] {
  const shown = runs.filter(({ hidden }) => !hidden);
  const turns = new Map<string | null, number>();
  const inTurn = shown.map((run, place) => {
    const turn = turns.get(run.group) ?? 0;
    turns.set(run.group, turn + 1);
    return { run, place, turn: run.pinned ? -1 : turn };
  });
  const taken = new Set(inTurn.toSorted((a, b) => a.turn - b.turn || a.place - b.place).slice(0, most).map(({ run }) => run));
  return shown.filter((run) => taken.has(run));
}

/** The runs, of which those that are drawn look different from each other; of a group all look alike. */
export function toldApart(runs: readonly Run[]): Run[] {
  const given = new Map<number, number>();
  const free = new Set(Array.from({ length: MARKS }, (_, mark) => mark));
  const places = [...new Set(drawnOf(runs).map(({ place }) => place))].toSorted((a, b) => a - b);
  // Who has a look to itself keeps it; the others take what is left.
  for (const place of places) if (free.delete(place % MARKS)) given.set(place, place % MARKS);
  for (const place of places) {
    const [left] = free;
    if (given.has(place) || left === undefined) continue;
    free.delete(left);
    given.set(place, left);
  }
  return runs.map((run) => ({ ...run, ...markOf(given.get(run.place) ?? run.place) }));
}

/** Every key of the configs, those with several values first. */
export function configKeys(versions: readonly ModelVersion[]): string[] {
  const values = new Map<string, Set<string>>();
  for (const version of versions) {
    for (const [key, value] of flat(version.config)) values.set(key, (values.get(key) ?? new Set()).add(written(value)));
  }
  return [...values].toSorted(([, a], [, b]) => Number(b.size > 1) - Number(a.size > 1)).map(([key]) => key);
}

/** Keys by what stands before the first dot or slash; those without come first. */
export function sections(keys: readonly string[]): { title: string; keys: string[] }[] {
  const found = new Map<string, string[]>([["", []]]);
  for (const key of keys) {
    const cut = /^[^./]+(?=[./])/.exec(key)?.[0] ?? "";
    found.set(cut, [...(found.get(cut) ?? []), key]);
  }
  return [...found].filter(([, held]) => held.length > 0).map(([title, held]) => ({ title, keys: held }));
}

/** What strokes mean of lines that are drawn together; nothing where all are drawn through. */
export function strokesSaid(lines: readonly Line[]): string {
  const before = [lines.some(({ dashed, dotted }) => dashed && !dotted) ? "dashed" : null, lines.some(({ dashed, dotted }) => dashed && dotted) ? "dots alone" : null];
  const words = before.filter((word) => word !== null);
  return words.length === 0 ? "" : `${words.join(", ")}: before a resume`;
}

/** The lines of a run's series: what was before the last resume, or before steps went back, is dashed. */
export function runLines(run: Pick<Run, "name" | "colour"> & Partial<Pick<Run, "dotted">>, series: LogSeries, smoothing: number): Line[] {
  const segments = [...new Set(series.segments)];
  const parts = (segments.length === 0 ? [0] : segments).flatMap((segment) => {
    const at = series.values.map((_, place) => place).filter((place) => (series.segments[place] ?? 0) === segment);
    const x = at.map((place) => (series.x.length > 0 ? series.x : series.steps)[place] as number);
    const y = at.map((place) => series.values[place] ?? null);
    return series.x.length > 0 ? [ascending(x, y)] : runsOf(x, y);
  });
  return parts.flatMap((part, place) => {
    const line: Line = { name: run.name, colour: run.colour, dotted: run.dotted ?? false, ...part, dashed: place < parts.length - 1 };
    return smoothing === 0 ? [line] : [{ ...line, faint: true }, { ...line, y: smoothed(part.y, smoothing) }];
  });
}

/** By how many per cent of the baseline's a number differs from it. */
export function percentFrom(baseline: number | null | undefined, value: number | null): number | null {
  if (baseline === null || baseline === undefined || baseline === 0 || value === null) return null;
  return (100 * (value - baseline)) / Math.abs(baseline);
}

function ascending(x: readonly number[], y: readonly (number | null)[]): { x: number[]; y: (number | null)[] } {
  // Of several numbers in one place the last counts.
  const known = new Map(x.map((place, at) => [place, y[at] ?? null]));
  const places = [...known.keys()].toSorted((a, b) => a - b);
  return { x: places, y: places.map((place) => known.get(place) ?? null) };
}
