/** Paints what is being edited, in layers: annotations below, what the hand works on above. Knows no component. */
import type { Drawing, Entry } from "./edits/drawing";
import { aroundOf, drawingIn, ghostsIn, selectedEntries, toleranceIn, viewOn } from "./edits/editing";
import type { Editing } from "./edits/editing";
import type { Ghost } from "./edits/ghosts";
import { boundsOf, placedOf } from "./edits/placed";
import type { Bounds, ImagePoint, Size } from "./geometry/points";
import { matrix, seen, toScreen } from "./geometry/viewport";
import { worldPoint } from "./geometry/points";
import type { Viewport } from "./geometry/viewport";
import { handlesOf } from "./handles";
import { paintCaption } from "./paint";
import { paintEarlier } from "./paint_earlier";
import { paintPins } from "./paint_pins";
import { viewOf } from "./shapes";
import type { Pen } from "./shapes/_protocol";
import { toolOf } from "./tools";
import type { Preview } from "./tools/_protocol";
import { REACH } from "./tools/select";

export type Colours = (label: string) => string;

/** Above this many, annotations are drawn as plain outlines: no hem, no fill. */
const MOST_FULL = 600;
/** A line of one pixel is drawn without being widened into an area: eight times as fast for polygons. */
const PLAIN_WIDTH = 1;
const MOST_TAGS = 60;
/** More corners than this are not shown as handles: they would hide the shape. */
const MOST_HANDLES = 400;

/** What the layer of annotations depends on: when these are the same, it need not be painted again. */
export interface Layer {
  drawing: Drawing;
  view: Viewport;
  canvas: Size;
  colours: Colours;
  /** What a model says, below the annotations. */
  ghosts: readonly Ghost[];
  /** What the item held earlier, where the difference is shown. */
  earlier: readonly Entry[] | null;
  /** Annotations that the layer above shows otherwise. */
  without: ReadonlySet<string>;
}

export function layerOf(state: Editing, colours: Colours, before: Layer | null): Layer {
  const changing = previewOf(state).shapes;
  const without = changing === undefined ? NOTHING : new Set(changing.keys());
  const view = viewOn(state);
  const next = { drawing: drawingIn(state), view, canvas: state.canvas, colours, ghosts: ghostsIn(state), earlier: state.earlier, without };
  if (before === null) return next;
  const same =
    before.drawing === next.drawing &&
    before.canvas === next.canvas &&
    before.colours === colours &&
    before.ghosts === next.ghosts &&
    before.earlier === next.earlier &&
    sameView(before.view, view) &&
    before.without.size === without.size &&
    [...without].every((id) => before.without.has(id));
  return same ? before : next;
}

const NOTHING: ReadonlySet<string> = new Set();

function sameView(one: Viewport, other: Viewport): boolean {
  return one.scale === other.scale && one.offsetX === other.offsetX && one.offsetY === other.offsetY && one.turn === other.turn;
}

/** Clear the canvas, and let what follows be drawn in pixels of the image. */
export function cleared(ctx: CanvasRenderingContext2D, view: Viewport, canvas: Size, ratio: number): void {
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  ctx.setTransform(...matrix(view, ratio));
}

/** Paint the annotations that can be seen. */
export function paintLayer(ctx: CanvasRenderingContext2D, layer: Layer, ratio: number): void {
  const { view, canvas, colours, without } = layer;
  cleared(ctx, view, canvas, ratio);
  for (const ghost of layer.ghosts) viewOf(ghost.shape).draw(ctx, ghost.shape, { colour: colours(ghost.label), dashed: true, width: 1.7, fill: 0, opacity: 0.8, scale: view.scale });
  const placed = placedOf(layer.drawing);
  const entries = placed.within(seen(view, canvas)).flatMap((place) => {
    const entry = placed.entries[place] as Entry;
    return without.has(entry.id) ? [] : [entry];
  });
  if (entries.length > MOST_FULL) paintOutlines(ctx, entries, colours, view.scale);
  else for (const entry of entries) viewOf(entry.shape).draw(ctx, entry.shape, pen(entry, colours, view.scale, {}));
  paintEarlier(ctx, layer, ratio);
  if (placed.entries.length > MOST_TAGS) return;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const entry of entries) paintCaption(ctx, boundsOf(entry.shape) as Bounds, { text: entry.label, colour: colours(entry.label), below: false }, layer);
}

function pen(entry: Entry, colours: Colours, scale: number, more: Partial<Pen>): Pen {
  return { colour: colours(entry.label), dashed: false, width: 1.9, fill: 0.05, opacity: 1, scale, ...more };
}

// Upright boxes are stroked one by one: a browser draws rectangles far faster than a path of thousands.
function paintOutlines(ctx: CanvasRenderingContext2D, entries: readonly Entry[], colours: Colours, scale: number): void {
  ctx.lineWidth = PLAIN_WIDTH / scale;
  ctx.lineJoin = "miter";
  let colour = "";
  for (const entry of entries) {
    const { shape } = entry;
    const next = colours(entry.label);
    if (shape.type !== "box" || (shape.rotation ?? 0) !== 0) {
      viewOf(shape).draw(ctx, shape, pen(entry, colours, scale, { width: PLAIN_WIDTH, fill: 0, plain: true }));
      [ctx.lineWidth, ctx.lineJoin, colour] = [PLAIN_WIDTH / scale, "miter", ""];
      continue;
    }
    if (next !== colour) ctx.strokeStyle = colour = next;
    ctx.strokeRect(shape.left, shape.top, shape.width, shape.height);
  }
}

/** What the tool shows of what is being drawn. */
export function previewOf(state: Editing): Preview {
  return state.draft === null ? {} : toolOf(state.tool).preview(state.draft, aroundOf(state));
}

/** Paint what the hand works on: what is selected or pointed at, with its handles, and what is being drawn. */
export function paintActive(ctx: CanvasRenderingContext2D, state: Editing, colours: Colours, ratio: number): void {
  const view = viewOn(state);
  const { scale } = view;
  cleared(ctx, view, state.canvas, ratio);
  const preview = previewOf(state);
  const active = activeEntries(state, preview);
  // What is being reshaped is not filled: its edge is laid on what lies below.
  for (const entry of active) viewOf(entry.shape).draw(ctx, entry.shape, pen(entry, colours, scale, { width: 2.6, fill: preview.shapes?.has(entry.id) ? 0 : state.selected.has(entry.id) ? 0.14 : 0.1 }));
  const ghost = ghostsIn(state).find(({ id }) => id === (state.ghostId ?? state.hoveredId));
  if (ghost !== undefined) viewOf(ghost.shape).draw(ctx, ghost.shape, { colour: colours(ghost.label), dashed: true, width: 2.8, fill: 0.2, opacity: 1, scale });
  const colour = state.label === null ? "#ffffff" : colours(state.label);
  if (preview.drawn !== undefined) viewOf(preview.drawn).draw(ctx, preview.drawn, { colour, dashed: false, width: 2, fill: 0.16, opacity: 1, scale });
  if (preview.line !== undefined) paintLine(ctx, preview.line, colour, scale);
  paintBrush(ctx, state, preview, colour);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  if (preview.rubber !== undefined) paintRubber(ctx, view, preview.rubber);
  const named = active.map(({ shape, label }) => ({ shape, label, text: label, below: false }));
  if (ghost !== undefined) named.push({ shape: ghost.shape, label: ghost.label, text: captionOf(ghost), below: true });
  for (const { shape, label, text, below } of named) {
    const bounds = boundsOf(shape);
    if (bounds !== null) paintCaption(ctx, bounds, { text, colour: colours(label), below }, { view, canvas: state.canvas });
  }
  if (active.length === 1 && state.selected.size === 1) paintHandles(ctx, state, active[0] as Entry, colours);
  paintPins(ctx, state, ratio);
}

function captionOf({ label, confidence }: Ghost): string {
  return confidence === null ? label : `${label} ${confidence.toFixed(2)}`;
}

/** What is painted above the others: what is selected, and what the hand points at. */
export function activeEntries(state: Editing, { shapes }: Preview): Entry[] {
  const chosen = selectedEntries(state);
  const drawing = drawingIn(state);
  // What was hidden under a resting hand is not shown for being pointed at.
  const pointed = state.hoveredId === null || state.selected.has(state.hoveredId) || drawing.hidden.has(state.hoveredId) ? null : state.hoveredId;
  const hovered = pointed === null ? undefined : drawing.entries.find(({ id }) => id === pointed);
  return [...chosen, ...(hovered === undefined ? [] : [hovered])].map((entry) => ({ ...entry, shape: shapes?.get(entry.id) ?? entry.shape }));
}

function paintHandles(ctx: CanvasRenderingContext2D, state: Editing, entry: Entry, colours: Colours): void {
  if (state.tool !== "select" || drawingIn(state).locked.has(entry.id)) return;
  const view = viewOn(state);
  const handles = handlesOf(entry.shape, REACH * toleranceIn(state));
  if (handles.length > MOST_HANDLES) return;
  ctx.lineWidth = 1.5;
  for (const { at, sort } of handles) {
    const { x, y } = toScreen(view, worldPoint(at.x, at.y));
    ctx.beginPath();
    if (sort === "corner") ctx.rect(x - 4, y - 4, 8, 8);
    else ctx.arc(x, y, sort === "turn" ? 5 : 3, 0, 2 * Math.PI);
    ctx.globalAlpha = sort === "middle" ? 0.75 : 1;
    ctx.fillStyle = "#ffffff";
    ctx.fill();
    ctx.strokeStyle = colours(entry.label);
    ctx.stroke();
  }
  ctx.globalAlpha = 1;
}

function paintLine(ctx: CanvasRenderingContext2D, line: readonly ImagePoint[], colour: string, scale: number): void {
  const path = new Path2D();
  line.forEach(({ x, y }, place) => (place === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
  for (const [stroke, width] of [["rgb(0 0 0 / 45%)", 3.4], [colour, 2]] as const) {
    ctx.strokeStyle = stroke;
    ctx.lineWidth = width / scale;
    ctx.stroke(path);
  }
  ctx.fillStyle = "#ffffff";
  ctx.lineWidth = 1.5 / scale;
  for (const { x, y } of line) {
    ctx.beginPath();
    ctx.arc(x, y, 3 / scale, 0, 2 * Math.PI);
    ctx.fill();
    ctx.stroke();
  }
}

function paintBrush(ctx: CanvasRenderingContext2D, state: Editing, { way }: Preview, colour: string): void {
  const { scale } = viewOn(state);
  if (way !== undefined) {
    const path = new Path2D();
    way.points.forEach(([x, y], place) => (place === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    if (way.points.length === 1) way.points.forEach(([x, y]) => path.lineTo(x, y));
    ctx.globalAlpha = 0.55;
    ctx.strokeStyle = way.add ? colour : "#ffffff";
    [ctx.lineWidth, ctx.lineCap, ctx.lineJoin] = [2 * way.radius, "round", "round"];
    ctx.stroke(path);
    [ctx.globalAlpha, ctx.lineCap] = [1, "butt"];
  }
  if (state.pointer === null) return;
  ctx.beginPath();
  ctx.arc(state.pointer.x, state.pointer.y, state.radius, 0, 2 * Math.PI);
  for (const [stroke, width] of [["rgb(0 0 0 / 60%)", 2.6], ["#ffffff", 1.2]] as const) {
    ctx.strokeStyle = stroke;
    ctx.lineWidth = width / scale;
    ctx.stroke();
  }
}

function paintRubber(ctx: CanvasRenderingContext2D, view: Viewport, { left, top, right, bottom }: Bounds): void {
  const [one, other] = [toScreen(view, worldPoint(left, top)), toScreen(view, worldPoint(right, bottom))];
  ctx.fillStyle = "rgb(255 255 255 / 14%)";
  ctx.fillRect(one.x, one.y, other.x - one.x, other.y - one.y);
  ctx.setLineDash([5, 4]);
  ctx.lineWidth = 1.5;
  ctx.strokeStyle = "#ffffff";
  ctx.strokeRect(one.x, one.y, other.x - one.x, other.y - one.y);
  ctx.setLineDash([]);
}
