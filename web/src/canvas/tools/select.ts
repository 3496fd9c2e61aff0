/** The tool that selects, moves and reshapes; where nothing lies it moves the view. */
import type { Shape } from "../../wire/types";
import { LOCKED } from "../edits/drawing";
import type { Entry } from "../edits/drawing";
import { boundsOf, entryAt, placedOf } from "../edits/placed";
import { held, heldMove, rounded } from "../geometry/limits";
import { around as boundsAround, united } from "../geometry/points";
import type { Bounds, ImagePoint, ScreenPoint } from "../geometry/points";
import { dragged, edgeOf, handlesOf, translated, withoutHandle } from "../handles";
import type { Around, Outcome, PointerInput, Tool } from "./_protocol";

/** How far from a box the knob stands that turns it, in tolerances. */
export const REACH = 6;
/** CSS pixels that a press may tremble before it is a drag. */
const TREMBLE = 3;

type Draft =
  /** A click means `id`, the smallest one there; a drag means `grabs`. */
  | { type: "press"; from: ImagePoint; screen: ScreenPoint; id: string | null; grabs: string | null; shift: boolean }
  /** The view moves; `said` is why nothing else does. */
  | { type: "pan"; screen: ScreenPoint; said?: string }
  | { type: "move"; ids: readonly string[]; from: ImagePoint; dx: number; dy: number }
  | { type: "reshape"; id: string; handle: string; before: Shape; after: Shape }
  | { type: "rubber"; from: ImagePoint; to: ImagePoint };

export const select: Tool<Draft> = {
  name: "select",
  title: "Select and move",
  cursor: "default",
  step(draft, input, around) {
    if (input.type === "down") return pressed(input, around);
    if (draft === null || input.type === "finish" || input.type === "back") return { draft };
    if (input.type === "cancel") return { draft: null };
    return input.type === "move" ? drawnOn(draft, input, around) : released(draft, input, around);
  },
  preview(draft, around) {
    if (draft.type === "move") return { shapes: new Map(entriesOf(around, draft.ids).map(({ id, shape }) => [id, translated(shape, draft.dx, draft.dy)])) };
    if (draft.type === "reshape") return { shapes: new Map([[draft.id, draft.after]]) };
    return draft.type === "rubber" ? { rubber: boundsAround([draft.from, draft.to]) as Bounds } : {};
  },
};

function pressed(input: PointerInput, around: Around): Outcome<Draft> {
  const only = theOnly(around);
  const handle = only && gripAt(input.at, around);
  if (only !== null && handle) {
    if (input.alt) return { draft: null, edit: { type: "reshape", shapes: [[only.id, withoutHandle(only.shape, handle)]] } };
    return { draft: { type: "reshape", id: only.id, handle, before: only.shape, after: only.shape } };
  }
  const under = entryAt(placedOf(around.drawing), input.at, around.tolerance);
  return { draft: { type: "press", from: input.at, screen: input.screen, id: under?.id ?? null, grabs: grabbed(under, input, around)?.id ?? null, shift: input.shift } };
}

// Of two that overlap the selected one is meant, which was chosen before; one that lies within it was not.
function grabbed(under: Entry | null, { at }: PointerInput, { drawing, selected, tolerance }: Around): Entry | null {
  if (under === null || selected.has(under.id)) return under;
  const mine = entryAt(placedOf(drawing), at, tolerance, ({ id }) => selected.has(id) && !drawing.locked.has(id));
  return mine === null || isWithin(under.shape, boundsOf(mine.shape)) ? under : mine;
}

function isWithin(shape: Shape, outer: Bounds | null): boolean {
  const inner = boundsOf(shape);
  return inner !== null && outer !== null && inner.left >= outer.left && inner.top >= outer.top && inner.right <= outer.right && inner.bottom <= outer.bottom;
}

function drawnOn(draft: Draft, input: PointerInput, around: Around): Outcome<Draft> {
  if (draft.type === "press") return begun(draft, input, around);
  if (draft.type === "pan") return { draft: { ...draft, screen: input.screen }, pan: [input.screen.x - draft.screen.x, input.screen.y - draft.screen.y] };
  if (draft.type === "rubber") return { draft: { ...draft, to: input.at } };
  if (draft.type === "move") {
    const bounds = united(entriesOf(around, draft.ids).map(({ shape }) => boundsOf(shape)));
    const [dx, dy] = [input.at.x - draft.from.x, input.at.y - draft.from.y];
    const [x, y] = bounds === null ? [dx, dy] : heldMove(dx, dy, bounds, around.size);
    return { draft: { ...draft, dx: rounded(x), dy: rounded(y) } };
  }
  const to = draft.handle === "turn" ? input.at : held(input.at, around.size, around.tolerance);
  return { draft: { ...draft, after: dragged(draft.before, draft.handle, to, input.shift) } };
}

function begun(draft: Extract<Draft, { type: "press" }>, input: PointerInput, around: Around): Outcome<Draft> {
  if (Math.hypot(input.screen.x - draft.screen.x, input.screen.y - draft.screen.y) < TREMBLE) return { draft };
  if (draft.shift) return { draft: { type: "rubber", from: draft.from, to: input.at } };
  const locked = draft.grabs !== null && around.drawing.locked.has(draft.grabs);
  if (draft.grabs === null || locked) {
    const said = locked ? { said: LOCKED } : {};
    return { draft: { type: "pan", screen: input.screen, ...said }, ...said, pan: [input.screen.x - draft.screen.x, input.screen.y - draft.screen.y] };
  }
  // Who draws at what is not selected means that alone.
  const ids = around.selected.has(draft.grabs) ? [...around.selected].filter((id) => !around.drawing.locked.has(id)) : [draft.grabs];
  const moving: Draft = { type: "move", ids, from: draft.from, dx: 0, dy: 0 };
  return { ...drawnOn(moving, input, around), select: around.selected.has(draft.grabs) ? [...around.selected] : ids };
}

function released(draft: Draft, input: PointerInput, around: Around): Outcome<Draft> {
  if (draft.type === "press") return { draft: null, select: chosen(draft, around) };
  if (draft.type === "move") return { draft: null, edit: { type: "move", ids: draft.ids, dx: draft.dx, dy: draft.dy } };
  if (draft.type === "reshape") return { draft: null, ...(draft.after === draft.before ? {} : { edit: { type: "reshape", shapes: [[draft.id, draft.after]] } as const }) };
  if (draft.type === "pan") return { draft: null, ...(draft.said === undefined ? {} : { said: draft.said }) };
  return { draft: null, select: [...new Set([...around.selected, ...whollyIn(boundsAround([draft.from, input.at]) as Bounds, around)])] };
}

function chosen(draft: Extract<Draft, { type: "press" }>, around: Around): readonly string[] {
  if (draft.id === null) return draft.shift ? [...around.selected] : [];
  if (!draft.shift) return [draft.id];
  return around.selected.has(draft.id) ? [...around.selected].filter((id) => id !== draft.id) : [...around.selected, draft.id];
}

function whollyIn(rubber: Bounds, { drawing }: Around): string[] {
  const placed = placedOf(drawing);
  return placed.within(rubber).flatMap((place) => {
    const { id, shape } = placed.entries[place] as Entry;
    return isWithin(shape, rubber) ? [id] : [];
  });
}

function theOnly({ drawing, selected }: Around): Entry | null {
  if (selected.size !== 1) return null;
  const [id] = selected;
  const found = drawing.entries.find((entry) => entry.id === id);
  return found === undefined || drawing.locked.has(found.id) || drawing.hidden.has(found.id) ? null : found;
}

function entriesOf({ drawing }: Around, ids: readonly string[]): Entry[] {
  const wanted = new Set(ids);
  return drawing.entries.filter(({ id }) => wanted.has(id));
}

/** The handle that a hand would take hold of: of the one annotation that is selected, where it is free. */
export function gripAt(at: ImagePoint, around: Around): string | null {
  const only = theOnly(around);
  return only === null ? null : (handleAt(only, at, around.tolerance) ?? edgeOf(only.shape, at, reachOf(only.shape, at, around.tolerance)));
}

/** How near a handle must be. Handles of what is small leave its middle to the hand that moves it. */
function reachOf(shape: Shape, at: ImagePoint, reach: number): number {
  const bounds = shape.type === "box" ? boundsOf(shape) : null;
  if (bounds === null || at.x < bounds.left || at.x > bounds.right || at.y < bounds.top || at.y > bounds.bottom) return reach;
  return Math.min(reach, Math.min(bounds.right - bounds.left, bounds.bottom - bounds.top) / 4);
}

/** The handle of an annotation that a hand reaches for; corners go before middles. */
function handleAt(entry: Entry, at: ImagePoint, tolerance: number): string | null {
  let [found, least]: [string | null, number] = [null, reachOf(entry.shape, at, 2 * tolerance)];
  for (const handle of handlesOf(entry.shape, REACH * tolerance)) {
    const far = Math.hypot(handle.at.x - at.x, handle.at.y - at.y) + (handle.sort === "middle" ? tolerance / 2 : 0);
    if (far < least) [found, least] = [handle.name, far];
  }
  return found;
}
