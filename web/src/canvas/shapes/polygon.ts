/** A polygon: outlines with holes. */
import type { Path, Polygon } from "../../wire/types";
import { around, imagePoint } from "../geometry/points";
import { distance, inside } from "../geometry/polygons";
import { inked } from "./_protocol";
import type { ShapeView } from "./_protocol";

export const polygon: ShapeView<Polygon> = {
  name: "polygon",
  draw: (ctx, shape, pen) => inked(ctx, drawnPath(shape), pen),
  hit: (shape, point, tolerance) =>
    shape.segments.some(
      ({ path, holes }) =>
        (inside(path, point) && !holes.some((hole) => inside(hole, point))) ||
        [path, ...holes].some((line) => distance(line, point, true) <= tolerance),
    ),
  bounds: (shape) => around(shape.segments.flatMap(({ path }) => path.map(([x, y]) => imagePoint(x, y)))),
};

// Shapes never change in place, so their paths are made once.
const paths = new WeakMap<Polygon, Path2D>();

function drawnPath(shape: Polygon): Path2D {
  const known = paths.get(shape);
  if (known !== undefined) return known;
  const made = new Path2D();
  for (const { path, holes } of shape.segments) for (const line of [path, ...holes]) trace(made, line);
  paths.set(shape, made);
  return made;
}

function trace(onto: Path2D, line: Path): void {
  line.forEach(([x, y], place) => (place === 0 ? onto.moveTo(x, y) : onto.lineTo(x, y)));
  onto.closePath();
}
