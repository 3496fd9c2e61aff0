/** Where the shown annotations of a drawing lie: found by place through an index, made once a drawing. */
import Flatbush from "flatbush";

import type { Shape } from "../../wire/types";
import type { Bounds, ImagePoint } from "../geometry/points";
import { grown } from "../geometry/points";
import { viewOf } from "../shapes";
import type { Drawing, Entry } from "./drawing";

export interface Placed {
  /** Shown annotations that have a place, the last on top. */
  readonly entries: readonly Entry[];
  readonly bounds: readonly Bounds[];
  /** The places in `entries` of those that may touch the rectangle, from below to above. */
  within: (bounds: Bounds) => number[];
}

const made = new WeakMap<Drawing, Placed>();

export function placedOf(drawing: Drawing): Placed {
  const known = made.get(drawing);
  if (known !== undefined) return known;
  const placed = place(drawing);
  made.set(drawing, placed);
  return placed;
}

function place(drawing: Drawing): Placed {
  const entries: Entry[] = [];
  const all: Bounds[] = [];
  for (const entry of drawing.entries) {
    const bounds = drawing.hidden.has(entry.id) ? null : boundsOf(entry.shape);
    if (bounds === null) continue;
    entries.push(entry);
    all.push(bounds);
  }
  let index: Flatbush | null = null;
  if (all.length > 0) {
    index = new Flatbush(all.length);
    for (const { left, top, right, bottom } of all) index.add(left, top, right, bottom);
    index.finish();
  }
  return { entries, bounds: all, within: ({ left, top, right, bottom }) => index?.search(left, top, right, bottom).toSorted((a, b) => a - b) ?? [] };
}

const known = new WeakMap<Shape, { bounds: Bounds | null }>();

/** The upright rectangle around a shape, worked out once. */
export function boundsOf(shape: Shape): Bounds | null {
  const found = known.get(shape) ?? { bounds: viewOf(shape).bounds(shape) };
  known.set(shape, found);
  return found.bounds;
}

/** The annotation under a point that satisfies a condition, the smallest where several lie there. */
export function entryAt(placed: Placed, point: ImagePoint, tolerance: number, wanted: (entry: Entry) => boolean = () => true): Entry | null {
  const near = grown({ left: point.x, top: point.y, right: point.x, bottom: point.y }, 2 * tolerance);
  let [found, least]: [Entry | null, number] = [null, Infinity];
  for (const at of placed.within(near)) {
    const [entry, bounds] = [placed.entries[at] as Entry, placed.bounds[at] as Bounds];
    const area = (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
    // Of two of one size the upper one is meant.
    if (area > least || !wanted(entry) || !viewOf(entry.shape).hit(entry.shape, point, tolerance)) continue;
    [found, least] = [entry, area];
  }
  return found;
}
