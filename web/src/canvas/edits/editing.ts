/** Everything about one item that is being edited, as plain data, and what can become of it. */
import { fitted, panned, toWorld, zoomed } from "../geometry/viewport";
import type { Turn, Viewport } from "../geometry/viewport";
import { joinShapes } from "../geometry/clipping";
import { heldMove } from "../geometry/limits";
import { imagePoint, screenPoint, united } from "../geometry/points";
import type { Bounds, ImagePoint, ScreenPoint, Size } from "../geometry/points";
import { translated } from "../handles";
import { toolOf } from "../tools";
import type { ToolName } from "../tools";
import { gripAt } from "../tools/select";
import type { Around, Input } from "../tools/_protocol";
import { drawingOf } from "./drawing";
import type { Drawing, Edit, Entry } from "./drawing";
import { acceptedEntry, different, ghostAt, shownGhosts, unmarked } from "./ghosts";
import type { Ghost } from "./ghosts";
import { edited, historyOf, redone, undone } from "./history";
import type { History } from "./history";
import type { Asked, Pin } from "./pins";
import { boundsOf, entryAt, placedOf } from "./placed";
import { reached, wordsOf } from "./words";
import type { Range } from "./words";

export interface Light {
  /** 1 is the image as it is. */
  readonly brightness: number;
  readonly contrast: number;
}

export interface Editing {
  readonly history: History;
  readonly selected: ReadonlySet<string>;
  readonly hoveredId: string | null;
  /** The handle of what is selected that the hand would take hold of. */
  readonly grip: string | null;
  /** Where the hand is, for tools that show it. */
  readonly pointer: ImagePoint | null;
  readonly tool: ToolName;
  /** The tool that drew last: what is taken up to draw again. */
  readonly drewWith: ToolName;
  readonly draft: unknown;
  /** What new annotations are called. */
  readonly label: string | null;
  readonly clipboard: readonly Entry[];
  /** What was selected when it was hidden last: the same key shows it again. */
  readonly hid: readonly string[];
  /** Of the brush, in pixels of the image. */
  readonly radius: number;
  readonly size: Size;
  readonly canvas: Size;
  /** Null shows the whole image. */
  readonly moved: Viewport | null;
  readonly turn: Turn;
  readonly light: Light;
  /** Why the last input did nothing. */
  readonly said: string | null;
  /** Of a text: its words, its length in code points, and the range that waits for a label. */
  readonly words: readonly Range[];
  readonly length: number;
  readonly range: Range | null;
  /** What a model says of the item, from which confidence on it is shown, and which one is looked at. */
  readonly ghosts: readonly Ghost[];
  readonly least: number;
  readonly ghostId: string | null;
  /** Whether what a model says is still on its way. */
  readonly awaited: boolean;
  /** Comments where they are pinned, which one is looked at, and where a new one is to be pinned. */
  readonly pins: readonly Pin[];
  readonly pinId: string | null;
  readonly asked: Asked | null;
  /** What the item held earlier, where the difference is shown. */
  readonly earlier: readonly Entry[] | null;
}

export const PLAIN: Light = { brightness: 1, contrast: 1 };
const THERE = "This is marked already, at the same place and with the same label.";
const ON_THEIR_WAY = "The predictions are still on their way.";
const ALL_MARKED = "All predictions that are shown are marked already.";
const MARGIN = 24;
/** CSS pixels that a hand may miss by. */
const TOLERANCE = 5;
const NOTHING: ReadonlySet<string> = new Set();

export function editingOf(entries: readonly Entry[], size: Size): Editing {
  return {
    history: historyOf(drawingOf(entries)),
    selected: NOTHING,
    hoveredId: null,
    grip: null,
    pointer: null,
    tool: "select",
    drewWith: "box",
    draft: null,
    label: null,
    clipboard: [],
    hid: [],
    radius: Math.max(2, Math.round(Math.max(size.width, size.height) / 60)),
    size,
    canvas: { width: 0, height: 0 },
    moved: null,
    turn: 0,
    light: PLAIN,
    said: null,
    words: [],
    length: 0,
    range: null,
    ghosts: [],
    least: 0.5,
    ghostId: null,
    awaited: false,
    pins: [],
    pinId: null,
    asked: null,
    earlier: null,
  };
}

export function withGhosts(state: Editing, ghosts: readonly Ghost[], awaited = false): Editing {
  if (ghosts.length === 0 && state.ghosts.length === 0 && state.awaited === awaited) return state;
  return { ...state, ghosts, ghostId: null, awaited, said: state.said === ON_THEIR_WAY ? null : state.said };
}

/** Say that predictions cannot be acted on yet. */
export function awaiting(state: Editing): Editing {
  return { ...state, said: ON_THEIR_WAY };
}

export function ghostsIn(state: Editing): readonly Ghost[] {
  return shownGhosts(state.ghosts, state.least, drawingIn(state).entries);
}

/** Those of them that no annotation of their label marks already. */
export function unmarkedIn(state: Editing): readonly Ghost[] {
  return unmarked(ghostsIn(state), drawingIn(state).entries);
}

/** Show predictions of a confidence or more. */
export function trust(state: Editing, least: number): Editing {
  return { ...state, least: Math.round(Math.min(1, Math.max(0, least)) * 100) / 100 };
}

/** Look at a prediction; what is selected is not any more. */
export function lookAt(state: Editing, ghostId: string | null): Editing {
  return { ...state, ghostId, selected: ghostId === null ? state.selected : NOTHING, said: null };
}

/** Look at the next prediction that is not marked yet, the surest first, round the end. */
export function lookAtNext(state: Editing): Editing {
  const shown = unmarkedIn(state);
  if (shown.length === 0) return { ...state, said: ghostsIn(state).length === 0 ? null : ALL_MARKED };
  const now = shown.findIndex(({ id }) => id === state.ghostId);
  return lookAt(state, shown[(now + 1) % Math.max(1, shown.length)]?.id ?? null);
}

/** Make predictions annotations, in one step, but for those that lie there already. One alone is selected, to be changed at once. */
export function accept(state: Editing, ids: readonly string[]): Editing {
  const wanted = new Set(ids);
  const meant = ghostsIn(state).filter(({ id }) => wanted.has(id));
  const entries = different(meant, drawingIn(state).entries).map((ghost) => acceptedEntry(ghost, newId()));
  if (meant.length > 0 && entries.length === 0) return { ...state, said: THERE };
  const next = { ...change(state, { type: "add", entries }), ghostId: null, hoveredId: null };
  return entries.length === 1 ? select(next, entries.map(({ id }) => id)) : next;
}

/** The state of a text. */
export function reading(state: Editing, text: string): Editing {
  return { ...state, words: wordsOf(text), length: [...text].length };
}

/** Mark a range of the text; what was selected is not any more. */
export function mark(state: Editing, range: Range | null): Editing {
  return { ...state, range, selected: range === null ? state.selected : NOTHING, said: null };
}

/** The marked range becomes another; where a span is selected instead, that span does. */
export function respan(state: Editing, range: Range | null): Editing {
  const [only, ...others] = state.range === null ? selectedEntries(state) : [];
  if (range === null || only?.shape.type !== "span" || others.length > 0) return mark(state, range);
  if (range.start === only.shape.start && range.end === only.shape.end) return state;
  return change(state, { type: "reshape", shapes: [[only.id, { ...only.shape, ...range }]] }, `range ${only.id}`);
}

/** The marked range or the selected span as far as a place in the text; the nearer end goes there. */
export function reach(state: Editing, at: number): Editing {
  const [shape] = selectedEntries(state).map((entry) => entry.shape);
  const range = state.range ?? (shape?.type === "span" ? shape : null);
  return range === null ? state : respan(state, reached(state.words, range, at));
}

/** Give the marked range a label. */
export function labelRange(state: Editing, label: string): Editing {
  if (state.range === null) return state;
  const entry: Entry = { id: newId(), label, shape: { type: "span", ...state.range }, attributes: {}, source: null };
  return select({ ...change(state, { type: "add", entries: [entry] }), label, range: null }, [entry.id]);
}

/** The state of another item, with what the hand held: the tool, the label, the light and what was copied. */
export function carriedOn(next: Editing, { tool, drewWith, label, clipboard, radius, light, canvas, least }: Editing): Editing {
  return { ...next, tool, drewWith, label, clipboard, radius, light, canvas, least };
}

export function drawingIn(state: Editing): Drawing {
  return state.history.present;
}

export function worldOf({ size }: Editing): Bounds {
  return { left: 0, top: 0, right: size.width, bottom: size.height };
}

export function viewOn(state: Editing): Viewport {
  return state.moved ?? fitted(worldOf(state), state.canvas, MARGIN, state.turn);
}

/** Pixels of the image that a hand may miss by. */
export function toleranceIn(state: Editing): number {
  return TOLERANCE / viewOn(state).scale;
}

export function aroundOf(state: Editing): Around {
  return {
    drawing: drawingIn(state),
    selected: state.selected,
    size: state.size,
    tolerance: toleranceIn(state),
    label: state.label,
    radius: state.radius,
    newId,
  };
}

// 128 bits by chance: nobody else's annotation has them. Secure origins alone have randomUUID.
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `a_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}

/** What is selected and there, in the order of the drawing. */
export function selectedEntries(state: Editing): Entry[] {
  return state.selected.size === 0 ? [] : drawingIn(state).entries.filter(({ id }) => state.selected.has(id));
}

/** The state after an edit. Edits of one `run` are undone together. */
export function change(state: Editing, edit: Edit, run: string | null = null): Editing {
  return settled({ ...state, history: edited(state.history, edit, run), said: null });
}

export function undo(state: Editing): Editing {
  return settled({ ...state, history: undone(state.history), draft: null });
}

export function redo(state: Editing): Editing {
  return settled({ ...state, history: redone(state.history), draft: null });
}

// What is gone or hidden cannot stay selected.
function settled(state: Editing): Editing {
  if (state.selected.size === 0) return state;
  const drawing = drawingIn(state);
  const there = new Set(drawing.entries.map(({ id }) => id));
  const selected = [...state.selected].filter((id) => there.has(id) && !drawing.hidden.has(id));
  return selected.length === state.selected.size ? state : { ...state, selected: new Set(selected) };
}

export function select(state: Editing, ids: Iterable<string>): Editing {
  return settled({ ...state, selected: new Set(ids), range: null, ghostId: null, said: null });
}

/** The annotation after or before the selected one in the order of the drawing, round the end. */
export function selectNext(state: Editing, by: 1 | -1): Editing {
  const shown = drawingIn(state).entries.filter(({ id }) => !drawingIn(state).hidden.has(id));
  if (shown.length === 0) return state;
  const now = shown.findIndex(({ id }) => state.selected.has(id));
  const next = now === -1 ? (by === 1 ? 0 : shown.length - 1) : (now + by + shown.length) % shown.length;
  return select(state, [(shown[next] as Entry).id]);
}

/** Tools of which each stroke is a shape of its own, selected until the next is begun or another tool draws. */
export const AFRESH: ReadonlySet<ToolName> = new Set(["box", "turned_box", "polygon", "polyline", "point"]);

export function take(state: Editing, tool: ToolName): Editing {
  const draws = tool !== "select" && tool !== "pan" && tool !== "knife";
  const alone = AFRESH.has(tool) || (AFRESH.has(state.tool) && tool !== "select" && tool !== "pan");
  return { ...state, tool, drewWith: draws ? tool : state.drewWith, selected: alone ? NOTHING : state.selected, draft: null, hoveredId: null, grip: null, said: null };
}

/** What new annotations are called from now on; what is selected is renamed. */
export function name(state: Editing, label: string): Editing {
  return { ...change(state, { type: "label", ids: [...state.selected], label }), label };
}

/** What the tool makes of what the hand does. */
export function input(state: Editing, done: Input): Editing {
  const outcome = toolOf(state.tool).step(state.draft, done, aroundOf(state));
  const pointer = "at" in done && toolOf(state.tool).cursor === "none" ? done.at : null;
  const begun = AFRESH.has(state.tool) && state.draft === null && outcome.draft !== null;
  let next: Editing = { ...state, selected: begun ? NOTHING : state.selected, pointer, draft: outcome.draft, said: outcome.said ?? (done.type === "move" ? state.said : null) };
  if (outcome.pan !== undefined) next = pan(next, ...outcome.pan);
  if (outcome.look !== undefined) next = { ...take(next, "select"), moved: fitted(outcome.look, state.canvas, 0, state.turn) };
  if (outcome.edit !== undefined) next = { ...change(next, outcome.edit), said: next.said };
  if (outcome.select === undefined) return next;
  // Where no annotation lies, a click means the prediction that lies there.
  const ghost = outcome.select.length === 0 && "at" in done ? ghostAt(ghostsIn(state), done.at, toleranceIn(state)) : null;
  return { ...(ghost === null ? select(next, outcome.select) : lookAt(next, ghost.id)), said: next.said };
}

/** Give up what is being drawn; with nothing drawn, the tool; with no tool, the selection. */
export function giveUp(state: Editing): Editing {
  if (state.draft !== null) return input(state, { type: "cancel" });
  if (state.tool !== "select") return take(state, "select");
  return lookAt(select(state, []), null);
}

export function hover(state: Editing, at: ImagePoint | null): Editing {
  if (toolOf(state.tool).cursor === "none") return { ...state, pointer: at };
  const idle = at === null || state.tool !== "select" || state.draft !== null;
  const found = idle ? null : (entryAt(placedOf(drawingIn(state)), at, toleranceIn(state)) ?? ghostAt(ghostsIn(state), at, toleranceIn(state)));
  const hoveredId = found?.id ?? null;
  const grip = idle ? null : gripAt(at, aroundOf(state));
  return hoveredId === state.hoveredId && grip === state.grip && state.pointer === null ? state : { ...state, hoveredId, grip, pointer: null };
}

/** Move what is selected, as far as the image goes. */
export function nudge(state: Editing, dx: number, dy: number): Editing {
  const free = selectedEntries(state).filter(({ id }) => !drawingIn(state).locked.has(id));
  const bounds = united(free.map(({ shape }) => boundsOf(shape)));
  if (bounds === null) return state;
  const [x, y] = heldMove(dx, dy, bounds, state.size);
  const ids = free.map(({ id }) => id);
  return change(state, { type: "move", ids, dx: x, dy: y }, `nudge ${ids.join(" ")}`);
}

export function copy(state: Editing): Editing {
  const clipboard = selectedEntries(state);
  return clipboard.length === 0 ? state : { ...state, clipboard };
}

const PASTE_STEP = 12;

/** Add what was copied and select it: where it was, or as little further off as it takes to be seen. */
export function paste(state: Editing): Editing {
  if (state.clipboard.length === 0) return state;
  const entries = besideOthers(state).map((entry) => ({ ...entry, id: newId(), source: null }));
  return select(change(state, { type: "add", entries }), entries.map(({ id }) => id));
}

// What was copied, further off step by step while something as large lies at its very place, as what was copied does.
function besideOthers(state: Editing): readonly Entry[] {
  const { clipboard, size } = state;
  const bounds = united(clipboard.map(({ shape }) => boundsOf(shape)));
  if (bounds === null) return clipboard;
  const taken = new Set(drawingIn(state).entries.map(placeOf));
  const step = Math.max(1, PASTE_STEP / viewOn(state).scale);
  let [placed, before]: [readonly Entry[], string] = [clipboard, ""];
  for (let steps = 1; placed.some((entry) => taken.has(placeOf(entry))); steps += 1) {
    const [dx, dy] = heldMove(Math.round(step * steps), Math.round(step * steps), bounds, size);
    // The corner of the image stops it: there it lies above the others.
    if (`${dx} ${dy}` === before) return placed;
    before = `${dx} ${dy}`;
    placed = clipboard.map((entry) => ({ ...entry, shape: translated(entry.shape, dx, dy) }));
  }
  return placed;
}

function placeOf({ shape }: Entry): string {
  return `${shape.type} ${JSON.stringify(boundsOf(shape))}`;
}

/** One annotation of those that are selected, where their shapes can be joined; it keeps the label of the first. */
export function join(state: Editing): Editing {
  const entries = selectedEntries(state);
  const [first] = entries;
  const shape = joinShapes(entries.map((entry) => entry.shape));
  if (first === undefined || shape === null) return state;
  const ids = entries.map(({ id }) => id);
  return select(change(state, { type: "exchange", ids, entries: [{ ...first, shape }] }), [first.id]);
}

export function sized(state: Editing, canvas: Size): Editing {
  return canvas.width === state.canvas.width && canvas.height === state.canvas.height ? state : { ...state, canvas };
}

export function zoom(state: Editing, factor: number, at: ScreenPoint = middle(state)): Editing {
  return { ...state, moved: zoomed(viewOn(state), factor, at, worldOf(state), state.canvas) };
}

export function pan(state: Editing, dx: number, dy: number): Editing {
  return { ...state, moved: panned(viewOn(state), dx, dy, worldOf(state), state.canvas) };
}

export function fit(state: Editing): Editing {
  return { ...state, moved: null };
}

const SELECTION_MARGIN = 120;

/** Show what is selected, large. */
export function fitSelected(state: Editing): Editing {
  const bounds = united(selectedEntries(state).map(({ shape }) => boundsOf(shape)));
  return bounds === null ? fit(state) : { ...state, moved: fitted(bounds, state.canvas, SELECTION_MARGIN, state.turn) };
}

export function turn(state: Editing): Editing {
  return { ...state, turn: ((state.turn + 1) % 4) as Turn, moved: null };
}

export function lit(state: Editing, light: Partial<Light>): Editing {
  return { ...state, light: { ...state.light, ...light } };
}

export function brushRadius(state: Editing, radius: number): Editing {
  return { ...state, radius: Math.min(Math.max(1, radius), Math.max(state.size.width, state.size.height) / 2) };
}

/** The point of the image under a point of the canvas. */
export function imageAt(state: Editing, at: ScreenPoint): ImagePoint {
  const { x, y } = toWorld(viewOn(state), at);
  return imagePoint(x, y);
}

function middle({ canvas }: Editing): ScreenPoint {
  return screenPoint(canvas.width / 2, canvas.height / 2);
}
