/** A polyline: an open path. */
import type { Polyline } from "../../wire/types";
import { around, imagePoint } from "../geometry/points";
import { distance } from "../geometry/polygons";
import { outlined } from "./_protocol";
import type { ShapeView } from "./_protocol";

export const polyline: ShapeView<Polyline> = {
  name: "polyline",
  draw(ctx, shape, pen) {
    const path = new Path2D();
    shape.points.forEach(([x, y], place) => (place === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    outlined(ctx, path, pen);
  },
  hit: (shape, point, tolerance) => distance(shape.points, point, false) <= tolerance,
  bounds: (shape) => around(shape.points.map(([x, y]) => imagePoint(x, y))),
};
