/** A polyline in the hand: its corners. */
import type { Polyline } from "../../wire/types";
import type { Handles } from "./_protocol";
import { draggedLine, handlesOf, movedLine, withoutCorner } from "./rings";

const LEAST_CORNERS = 2;

export const polyline: Handles<Polyline> = {
  name: "polyline",
  handles: (shape) => handlesOf(shape.points, false),
  dragged: (shape, handle, to) => ({ ...shape, points: draggedLine(shape.points, handle, to) }),
  without: (shape, handle) => ({ ...shape, points: withoutCorner(shape.points, handle, LEAST_CORNERS) }),
  moved: (shape, dx, dy) => ({ ...shape, points: movedLine(shape.points, dx, dy) }),
};
