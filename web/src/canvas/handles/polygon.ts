/** A polygon in the hand: the corners of its outlines and holes. */
import type { Path, Polygon } from "../../wire/types";
import type { Handles } from "./_protocol";
import { draggedLine, handlesOf, movedLine, withoutCorner } from "./rings";

const LEAST_CORNERS = 3;

export const polygon: Handles<Polygon> = {
  name: "polygon",
  handles: (shape) =>
    shape.segments.flatMap(({ path, holes }, segment) => [path, ...holes].flatMap((ring, place) => handlesOf(ring, true, `${segment}.${place} `))),
  dragged: (shape, handle, to) => withRing(shape, handle, (ring, rest) => draggedLine(ring, rest, to)),
  without: (shape, handle) => withRing(shape, handle, (ring, rest) => withoutCorner(ring, rest, LEAST_CORNERS)),
  moved: (shape, dx, dy) => ({
    ...shape,
    segments: shape.segments.map(({ path, holes }) => ({ path: movedLine(path, dx, dy), holes: holes.map((hole) => movedLine(hole, dx, dy)) })),
  }),
};

// A handle is named "segment.ring corner 3"; ring 0 is the outline, the others are holes.
function withRing(shape: Polygon, handle: string, change: (ring: Path, rest: string) => Path): Polygon {
  const [where = "", ...rest] = handle.split(" ");
  const [segment, ring] = where.split(".").map(Number) as [number, number];
  const segments = shape.segments.map((held, place) => {
    if (place !== segment) return held;
    const [path = held.path, ...holes] = [held.path, ...held.holes].map((line, index) => (index === ring ? change(line, rest.join(" ")) : line));
    return { path, holes };
  });
  return { ...shape, segments };
}
