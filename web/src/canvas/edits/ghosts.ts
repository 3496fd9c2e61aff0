/** What a model says of the item: shown below the annotations until it is accepted, or left alone. */
import type { Shape } from "../../wire/types";
import type { Bounds, ImagePoint } from "../geometry/points";
import { viewOf } from "../shapes";
import type { Entry } from "./drawing";
import { boundsOf } from "./placed";
import { predictionIn, sourceOf } from "./sources";

export interface Ghost {
  readonly id: string;
  readonly label: string;
  readonly shape: Shape;
  /** From 0 to 1; null counts as 1. */
  readonly confidence: number | null;
  readonly attributes: Readonly<Record<string, unknown>>;
  /** Who said so. */
  readonly versionId: string;
}

/** The annotation that a prediction becomes. */
export function acceptedEntry(ghost: Ghost, id: string): Entry {
  return { id, label: ghost.label, shape: ghost.shape, attributes: ghost.attributes, source: sourceOf(ghost) };
}

interface Asked {
  ghosts: readonly Ghost[];
  least: number;
  entries: readonly Entry[];
  shown: readonly Ghost[];
}

const NOTHING: readonly Ghost[] = [];
let last: Asked | null = null;

/** Predictions of at least a confidence that are no annotations yet, the surest first. */
export function shownGhosts(ghosts: readonly Ghost[], least: number, entries: readonly Entry[]): readonly Ghost[] {
  if (ghosts.length === 0) return NOTHING;
  if (last !== null && last.ghosts === ghosts && last.least === least && last.entries === entries) return last.shown;
  const accepted = new Set(entries.map(({ source }) => predictionIn(source)));
  const shown = ghosts
    .filter((ghost) => (ghost.confidence ?? 1) >= least && !accepted.has(ghost.id))
    .toSorted((one, other) => (other.confidence ?? 1) - (one.confidence ?? 1));
  last = { ghosts, least, entries, shown };
  return shown;
}

/** How much a prediction and an annotation of one label share when they mean the same thing. */
const SAME = 0.5;

interface Marked {
  shape: Shape;
  bounds: Bounds | null;
}

/** Those predictions that no annotation of their label marks already. */
export function unmarked(ghosts: readonly Ghost[], entries: readonly Entry[]): readonly Ghost[] {
  const byLabel = new Map<string, Marked[]>();
  for (const { label, shape } of entries) {
    const marked = byLabel.get(label) ?? [];
    marked.push({ shape, bounds: boundsOf(shape) });
    byLabel.set(label, marked);
  }
  return ghosts.filter(({ label, shape }) => {
    const said = { shape, bounds: boundsOf(shape) };
    return !(byLabel.get(label) ?? []).some((marked) => meansSame(said, marked));
  });
}

/** Those predictions that do not lie exactly where an annotation, or one before them, has their label already. */
export function different(ghosts: readonly Ghost[], entries: readonly Entry[]): readonly Ghost[] {
  const there = new Set(entries.map(contentOf));
  return ghosts.filter((ghost) => {
    const content = contentOf(ghost);
    const isNew = !there.has(content);
    there.add(content);
    return isNew;
  });
}

// Keys in one order: a box of the server and one that was drawn say the same.
function contentOf({ label, shape }: { label: string; shape: Shape }): string {
  return JSON.stringify([label, Object.entries(shape).toSorted(([one], [other]) => (one < other ? -1 : 1))]);
}

function meansSame(one: Marked, other: Marked): boolean {
  if (one.shape.type !== other.shape.type) return false;
  if (one.shape.type === "span" && other.shape.type === "span") return one.shape.start === other.shape.start && one.shape.end === other.shape.end;
  if (one.bounds === null || other.bounds === null) return one.shape.type === "whole";
  const [first, second] = [one.bounds, other.bounds];
  const [wide, high] = [Math.min(first.right, second.right) - Math.max(first.left, second.left), Math.min(first.bottom, second.bottom) - Math.max(first.top, second.top)];
  if (wide < 0 || high < 0) return false;
  const all = area(first) + area(second);
  // Points have no area: they are the same where they lie on each other.
  return all === 0 || (wide * high) / (all - wide * high) >= SAME;
}

/** The smallest prediction under a point. */
export function ghostAt(ghosts: readonly Ghost[], point: ImagePoint, tolerance: number): Ghost | null {
  let [found, least]: [Ghost | null, number] = [null, Infinity];
  for (const ghost of ghosts) {
    const bounds = boundsOf(ghost.shape);
    if (bounds === null || area(bounds) >= least || !viewOf(ghost.shape).hit(ghost.shape, point, tolerance)) continue;
    [found, least] = [ghost, area(bounds)];
  }
  return found;
}

function area({ left, top, right, bottom }: Bounds): number {
  return (right - left) * (bottom - top);
}
