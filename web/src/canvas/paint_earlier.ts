/** Paints what became of earlier annotations over those that are there. Knows no component. */
import { differences } from "./edits/earlier";
import type { Entry } from "./edits/drawing";
import { boundsOf } from "./edits/placed";
import type { Layer } from "./paint_editing";
import { seen } from "./geometry/viewport";
import { paintCaption } from "./paint";
import { viewOf } from "./shapes";

/** Dashes and words tell what was from what is; the colour is no label's. */
const WAS = "#ffb000";
const IS = "#ffe7ad";

/** Paint what is gone and what was otherwise in dashes, and what is new with a light hem; then say so. */
export function paintEarlier(ctx: CanvasRenderingContext2D, layer: Layer, ratio: number): void {
  if (layer.earlier === null) return;
  const { added, changed, removed } = differences(layer.earlier, layer.drawing.entries);
  const { scale } = layer.view;
  const was = [...removed, ...changed.map(([before]) => before)];
  for (const { shape } of was) viewOf(shape).draw(ctx, shape, { colour: WAS, dashed: true, width: 2.2, fill: 0, opacity: 1, scale });
  for (const { shape } of added) viewOf(shape).draw(ctx, shape, { colour: IS, dashed: false, width: 3.4, fill: 0.12, opacity: 0.9, scale });
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  for (const entry of removed) caption(ctx, layer, entry, `gone: ${entry.label}`);
  for (const [before, after] of changed) caption(ctx, layer, before, before.label === after.label ? "was here" : `was ${before.label}`);
  for (const entry of added) caption(ctx, layer, entry, "new");
}

function caption(ctx: CanvasRenderingContext2D, layer: Layer, { shape }: Entry, text: string): void {
  const bounds = boundsOf(shape);
  const { left, top, right, bottom } = seen(layer.view, layer.canvas);
  // What is out of sight has no tag at the edge.
  if (bounds === null || bounds.right < left || bounds.left > right || bounds.bottom < top || bounds.top > bottom) return;
  paintCaption(ctx, bounds, { text, colour: WAS, below: true }, layer);
}
