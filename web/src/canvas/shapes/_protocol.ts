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
    ctx.globalAlpha = pen.fill;
    ctx.fillStyle = pen.colour;
    ctx.fill(path, "evenodd");
    ctx.globalAlpha = 1;
  }
  outlined(ctx, path, pen);
}

/** Stroke a path; a dark hem keeps it visible on any picture. */
export function outlined(ctx: CanvasRenderingContext2D, path: Path2D, pen: Pen): void {
  const unit = 1 / pen.scale;
  ctx.lineJoin = "round";
  ctx.lineCap = "butt";
  ctx.setLineDash([]);
  ctx.strokeStyle = "rgb(0 0 0 / 45%)";
  ctx.lineWidth = (pen.width + 1.6) * unit;
  ctx.stroke(path);
  ctx.strokeStyle = pen.colour;
  ctx.lineWidth = pen.width * unit;
  if (pen.dashed) {
    ctx.strokeStyle = "rgb(255 255 255 / 85%)";
    ctx.stroke(path);
    ctx.strokeStyle = pen.colour;
    ctx.setLineDash([7 * unit, 4 * unit]);
  }
  ctx.stroke(path);
  ctx.setLineDash([]);
}
