/** What a plot draws, worked out without a screen: runs, smoothing, one axis for all lines. */

export interface Line {
  name: string;
  colour: string;
  /** Ascending within a line. */
  x: readonly number[];
  y: readonly (number | null)[];
  /** Drawn thin and pale, such as the raw values behind smoothed ones. */
  faint?: boolean;
  dashed?: boolean;
  /** Of a second round of colours: its strokes have dots between them, or are dots where it is dashed too. */
  dotted?: boolean;
}

/** Lengths of the strokes of a line and of what is left out between them, in CSS pixels; nothing where it is drawn through. */
export function dashOf({ dashed = false, dotted = false }: Pick<Line, "dashed" | "dotted">): number[] {
  if (dotted) return dashed ? [2, 4] : [10, 3, 2, 3];
  return dashed ? [5, 4] : [];
}

/** How a line looks, as a background: its strokes in its colour, one after the other. */
export function strokesOf(line: Pick<Line, "colour" | "dashed" | "dotted">): string {
  const dash = dashOf(line);
  if (dash.length === 0) return line.colour;
  let at = 0;
  const stops = dash.map((length, place) => {
    const stop = `${place % 2 === 0 ? line.colour : "transparent"} ${at}px ${at + length}px`;
    at += length;
    return stop;
  });
  return `repeating-linear-gradient(90deg, ${stops.join(", ")})`;
}

/** How many logged numbers have no place on a logarithmic axis: zero and what is below. */
export function withoutLogarithm(lines: readonly Line[]): number {
  // Behind a smoothed line its raw values are drawn too: those were logged.
  const raw = lines.some(({ faint }) => faint) ? lines.filter(({ faint }) => faint) : lines;
  return raw.reduce((sum, { y }) => sum + y.filter((value) => value !== null && value <= 0).length, 0);
}

export interface Run {
  x: number[];
  y: (number | null)[];
}

/** Parts in which the steps strictly rise: training that went back begins a new part. */
export function runs(steps: readonly number[], values: readonly (number | null)[]): Run[] {
  const found: Run[] = [];
  steps.forEach((step, place) => {
    const last = found.at(-1);
    const value = values[place] ?? null;
    if (last === undefined || step <= (last.x.at(-1) ?? -Infinity)) found.push({ x: [step], y: [value] });
    else {
      last.x.push(step);
      last.y.push(value);
    }
  });
  return found;
}

/** Exponential moving average; `weight` from 0 (none) to below 1. Gaps stay gaps. */
export function smoothed(values: readonly (number | null)[], weight: number): (number | null)[] {
  let sum = 0;
  let mass = 0;
  return values.map((value) => {
    if (value === null) return null;
    sum = sum * weight + (1 - weight) * value;
    mass = mass * weight + (1 - weight);
    return sum / mass;
  });
}

/** All lines over the places that any of them has: first the places, then one row a line. */
export function aligned(lines: readonly Line[]): [number[], ...(number | null | undefined)[][]] {
  const places = [...new Set(lines.flatMap((line) => line.x))].toSorted((a, b) => a - b);
  const rows = lines.map((line) => {
    const known = new Map(line.x.map((x, place) => [x, line.y[place] ?? null]));
    return places.map((x) => known.get(x));
  });
  return [places, ...rows];
}

/** Distances between the ticks of an axis of whole numbers: 1, 2, 5, 10 … up to what numbers hold exactly. */
export const WHOLE_DISTANCES: readonly number[] = Array.from({ length: 15 }, (_, power) => [1, 2, 5].map((by) => by * 10 ** power)).flat();

/** Whether lines have whole places only, such as steps: between them there is nothing to be at. */
export function areWhole(lines: readonly Line[]): boolean {
  return lines.every((line) => line.x.every(Number.isInteger));
}

/** The value of a line at the place or, between its places, straight between its neighbours. */
export function valueAt(line: Line, x: number): number | null {
  const after = line.x.findIndex((place) => place >= x);
  if (after < 0) return null;
  const high = line.x[after] as number;
  const to = line.y[after] ?? null;
  if (high === x || after === 0) return high === x ? to : null;
  const low = line.x[after - 1] as number;
  const from = line.y[after - 1] ?? null;
  return from === null || to === null ? null : from + ((to - from) * (x - low)) / (high - low);
}

/** Places moved on, each in its order, until none is nearer to the one before than `least`. */
export function apart(places: readonly number[], least: number): number[] {
  const found = [...places];
  let last = -Infinity;
  for (const at of places.map((_, index) => index).toSorted((a, b) => (places[a] as number) - (places[b] as number))) {
    last = Math.max(places[at] as number, last + least);
    found[at] = last;
  }
  return found;
}
