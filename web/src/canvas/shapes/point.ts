/** A point: a dot of the same size at every zoom. */
import type { Point } from "../../wire/types";
import { around } from "../geometry/points";
import { inked } from "./_protocol";
import type { ShapeView } from "./_protocol";

const RADIUS = 5;

export const point: ShapeView<Point> = {
  name: "point",
  draw(ctx, shape, pen) {
    const path = new Path2D();
    path.arc(shape.x, shape.y, RADIUS / pen.scale, 0, 2 * Math.PI);
    inked(ctx, path, { ...pen, fill: 0.9 });
  },
  hit: (shape, at, tolerance) => Math.hypot(shape.x - at.x, shape.y - at.y) <= tolerance * 2,
  bounds: (shape) => around([shape]),
};
