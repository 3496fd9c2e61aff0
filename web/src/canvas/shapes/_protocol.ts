/** What every shape file offers: how it is drawn, whether a point hits it, and where it lies. */
import type { Shape } from "../../wire/types";
import type { Bounds, ImagePoint } from "../geometry/points";

/** How a shape is drawn: one pen a mark. */
export interface Pen {
  colour: string;
  /** Dashes mark what a model said; truth is solid. */
  dashed: boolean;
  /** Width of the line in CSS pixels. */
  width: number;
  /** How opaque the inside is, from 0 to 1. */
  fill: number;
  /** How opaque all of it is, from 0 to 1. */
  opacity: number;
  /** Without the hem that keeps a line visible on any picture: for thousands at once. */
  plain?: boolean;
  /** CSS pixels an image pixel; lines keep their width on the screen by it. */
  scale: number;
}

export interface ShapeView<S extends Shape> {
  name: S["type"];
  /** Draw in image pixels: the context is transformed already. */
  draw: (ctx: CanvasRenderingContext2D, shape: S, pen: Pen) => void;
  /** Whether a point within `tolerance` image pixels belongs to the shape. */
  hit: (shape: S, point: ImagePoint, tolerance: number) => boolean;
  /** The upright rectangle around the shape; null for what has no place on an image. */
  bounds: (shape: S) => Bounds | null;
}

/** Fill and stroke a path as the pen says. */
export function inked(ctx: CanvasRenderingContext2D, path: Path2D, pen: Pen): void {
  if (pen.fill > 0) {
    ctx.globalAlpha = pen.fill * pen.opacity;
    ctx.fillStyle = pen.colour;
    ctx.fill(path, "evenodd");
  }
  outlined(ctx, path, pen);
}

/** Stroke a path; a hem keeps it visible on any picture: dark below, white between dashes. */
export function outlined(ctx: CanvasRenderingContext2D, path: Path2D, pen: Pen): void {
  const unit = 1 / pen.scale;
  ctx.globalAlpha = pen.opacity;
  ctx.lineJoin = pen.plain === true ? "miter" : "round";
  ctx.setLineDash([]);
  if (pen.plain !== true) stroke(ctx, path, "rgb(0 0 0 / 55%)", (pen.width + 1.2) * unit);
  if (pen.dashed) {
    stroke(ctx, path, "#ffffff", pen.width * unit);
    ctx.setLineDash([7 * unit, 4 * unit]);
  }
  stroke(ctx, path, pen.colour, pen.width * unit);
  ctx.setLineDash([]);
  ctx.globalAlpha = 1;
}

function stroke(ctx: CanvasRenderingContext2D, path: Path2D, colour: string, width: number): void {
  ctx.strokeStyle = colour;
  ctx.lineWidth = width;
  ctx.stroke(path);
}
