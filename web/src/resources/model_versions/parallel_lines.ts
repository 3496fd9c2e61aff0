/** The lines of parallel coordinates: how strong each is drawn, and which one a point is near. */

export interface ParallelLine {
  id: string;
  /** One an axis, from 0 to 1; null where the run has no place on it. */
  places: readonly (number | null)[];
  /** How good what it reached is, from 0 to 1. */
  shade: number;
  /** Whether the brushes take it. */
  taken: boolean;
}

/** The id of the nearest line that the brushes take, by its height above a point; null where none is within reach. */
export function nearest(lines: readonly ParallelLine[], xs: readonly number[], [x, at]: readonly [x: number, at: number], height: number, reach: number): string | null {
  const right = xs.findIndex((place) => place >= x);
  if (right < 1) return null;
  const [from, to] = [xs[right - 1] ?? 0, xs[right] ?? 0];
  const share = (x - from) / (to - from || 1);
  let best: string | null = null;
  let least = reach;
  for (const line of lines) {
    const [first, second] = [line.places[right - 1] ?? null, line.places[right] ?? null];
    if (!line.taken || first === null || second === null) continue;
    const away = Math.abs(first + share * (second - first) - at) * height;
    if (away < least) [best, least] = [line.id, away];
  }
  return best;
}

/** A colour between two, by a share; both as #rrggbb. */
export function shadeOf(share: number, [low, high]: readonly [low: string, high: string]): string {
  const [one, two] = [channels(low), channels(high)];
  return `#${one.map((value, place) => Math.round(value + share * ((two[place] ?? 0) - value)).toString(16).padStart(2, "0")).join("")}`;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
}
