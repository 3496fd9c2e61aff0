/** Comments where they are pinned on the item: which is looked at, where the next one will be, and where each lies. */
import { boundsOnScreen, fitted, toScreen } from "../geometry/viewport";
import { around, grown, imagePoint, screenPoint, worldPoint } from "../geometry/points";
import type { Bounds, ImagePoint, ScreenPoint } from "../geometry/points";
import type { Entry } from "./drawing";
import { drawingIn, fit, mark, select, toleranceIn, viewOn } from "./editing";
import type { Editing } from "./editing";
import { boundsOf, entryAt, placedOf } from "./placed";
import type { Range } from "./words";

/** What a comment means: an annotation, a point, a range of the text; nothing of these means the whole item. */
export interface Target {
  readonly annotationId: string | null;
  readonly at: ImagePoint | null;
  readonly range: Range | null;
}

export interface Pin extends Target {
  readonly id: string;
  /** What the pin says: the number of its comment in the list. */
  readonly number: number;
  readonly resolved: boolean;
}

/** Where a new comment is to be pinned. */
export type Asked = Target;

export const WHOLE_ITEM: Target = { annotationId: null, at: null, range: null };
/** How far around a pin counts as the pin, in CSS pixels. */
const REACH = 11;
/** How far a pin lies right of its annotation and below its upper edge, in CSS pixels: the edge stays free to be held, and the label above it to be read. */
const OUTSIDE = 14;
/** CSS pixels at the top of the canvas that labels take where there is no room above their annotations. */
const LABELS = 19;
/** How far below each other the pins of one place lie, in CSS pixels, and how many do. */
const BELOW = 19;
const MOST_BELOW = 6;
/** How much of the image is shown around what is looked at: this part of its longer side at least. */
const AROUND = 0.12;

export function withPins(state: Editing, pins: readonly Pin[]): Editing {
  return pins.length === 0 && state.pins.length === 0 ? state : { ...state, pins };
}

/** The annotation that a comment means, where it is still there. */
export function annotationOf(state: Editing, { annotationId }: Target): Entry | null {
  return annotationId === null ? null : (byId(drawingIn(state).entries).get(annotationId) ?? null);
}

const known = new WeakMap<readonly Entry[], ReadonlyMap<string, Entry>>();

// Asked for by every pin and comment, whenever the hand moves.
function byId(entries: readonly Entry[]): ReadonlyMap<string, Entry> {
  const found = known.get(entries) ?? new Map(entries.map((entry) => [entry.id, entry]));
  known.set(entries, found);
  return found;
}

/** Where a comment is pinned in the image: beside its annotation, or at its point; null where it has no place there. */
export function placeOf(state: Editing, target: Target): ImagePoint | null {
  const entry = annotationOf(state, target);
  const bounds = entry === null ? null : boundsOf(entry.shape);
  return bounds === null ? target.at : imagePoint(bounds.right, bounds.top);
}

/** Where a comment is pinned in the text; null where it has no place there. */
export function rangeOf(state: Editing, target: Target): Range | null {
  const shape = annotationOf(state, target)?.shape;
  return shape?.type === "span" ? { start: shape.start, end: shape.end } : target.range;
}

/** Where a comment is pinned on the canvas; null where it has no place there. */
export function spotOf(state: Editing, target: Target): ScreenPoint | null {
  const entry = annotationOf(state, target);
  const bounds = entry === null ? null : boundsOf(entry.shape);
  if (bounds === null) return target.at === null ? null : toScreen(viewOn(state), worldPoint(target.at.x, target.at.y));
  const { right, top } = boundsOnScreen(viewOn(state), bounds);
  return screenPoint(right + OUTSIDE, (top >= 0 ? Math.max(top, LABELS) : top) + OUTSIDE);
}

/** Where pins lie on the canvas, the last on top; those of one annotation below each other. */
export function spotsOf(state: Editing): (readonly [pin: Pin, spot: ScreenPoint])[] {
  const beside = new Map<string, number>();
  return state.pins.flatMap((pin) => {
    const spot = spotOf(state, pin);
    if (spot === null) return [];
    const key = `${spot.x} ${spot.y}`;
    const before = beside.get(key) ?? 0;
    beside.set(key, before + 1);
    return [[pin, screenPoint(spot.x, spot.y + BELOW * Math.min(before, MOST_BELOW))] as const];
  });
}

/** The pin under a point of the canvas; the last on top. */
export function pinAt(state: Editing, at: ScreenPoint): Pin | null {
  return spotsOf(state).findLast(([, { x, y }]) => Math.hypot(x - at.x, y - at.y) <= REACH)?.[0] ?? null;
}

/** Look at a comment: what it means is selected and shown large. */
export function lookAtPin(state: Editing, id: string | null): Editing {
  const pin = state.pins.find((each) => each.id === id);
  if (pin === undefined) return state.pinId === null ? state : { ...state, pinId: null };
  const looked = { ...state, pinId: pin.id, asked: null };
  const entry = annotationOf(state, pin);
  if (entry !== null) return { ...near(select(looked, [entry.id]), boundsOf(entry.shape)), pinId: pin.id };
  const range = rangeOf(state, pin);
  if (range !== null) return { ...mark(looked, range), pinId: pin.id };
  return near({ ...looked, selected: new Set() }, pin.at === null ? null : around([pin.at]));
}

// Shown with what lies around it: a cell is judged among its neighbours.
function near(state: Editing, bounds: Bounds | null): Editing {
  if (bounds === null) return fit(state);
  const [wide, high] = [bounds.right - bounds.left, bounds.bottom - bounds.top];
  const margin = Math.max(AROUND * Math.max(state.size.width, state.size.height), wide, high);
  const moved = fitted(grown(bounds, margin), state.canvas, 0, state.turn);
  // Nothing is shown smaller for being looked at.
  return moved.scale > viewOn(fit(state)).scale ? { ...state, moved } : fit(state);
}

/** Ask for a comment on what is selected or marked; else on what the hand points at, or on the whole item. */
export function ask(state: Editing, pointed: ImagePoint | null = null): Editing {
  const [only] = state.selected;
  if (only !== undefined) return { ...state, asked: { ...WHOLE_ITEM, annotationId: only } };
  if (state.range !== null) return { ...state, asked: { ...WHOLE_ITEM, range: state.range } };
  const at = pointed === null ? state : askAt(state, pointed);
  return at.asked === state.asked ? { ...state, asked: WHOLE_ITEM } : at;
}

/** Ask for a comment at a point of the image, on the annotation that lies there where one does. */
export function askAt(state: Editing, at: ImagePoint): Editing {
  const { size } = state;
  const inside = at.x >= 0 && at.y >= 0 && at.x <= size.width && at.y <= size.height;
  const entry = entryAt(placedOf(drawingIn(state)), at, toleranceIn(state));
  if (entry !== null) return { ...select(state, [entry.id]), asked: { ...WHOLE_ITEM, annotationId: entry.id } };
  return inside ? { ...state, asked: { ...WHOLE_ITEM, at } } : state;
}

/** Ask again for the comment that was begun. */
export function askAgain(state: Editing, asked: Target): Editing {
  return state.asked === null ? { ...state, asked } : state;
}

export function asksNothing(state: Editing): Editing {
  return state.asked === null ? state : { ...state, asked: null };
}

/** The comment after or before the one that is looked at, among those that are shown, round the end. */
export function lookAtNextPin(state: Editing, by: 1 | -1): Editing {
  const now = state.pins.findIndex(({ id }) => id === state.pinId);
  const next = now === -1 ? (by === 1 ? 0 : state.pins.length - 1) : (now + by + state.pins.length) % Math.max(1, state.pins.length);
  return lookAtPin(state, state.pins[next]?.id ?? null);
}
