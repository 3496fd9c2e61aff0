/** A point in the hand: it is moved as a whole, so that it needs no handles. */
import type { Point } from "../../wire/types";
import type { Handles } from "./_protocol";

export const point: Handles<Point> = {
  name: "point",
  handles: () => [],
  dragged: (shape) => shape,
  without: (shape) => shape,
  moved: (shape, dx, dy) => ({ ...shape, x: shape.x + dx, y: shape.y + dy }),
};
