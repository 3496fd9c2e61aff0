/** The tool that cuts a hole into the polygon that lies there. */
import type { Path, Polygon } from "../../wire/types";
import type { Entry } from "../edits/drawing";
import { imagePoint } from "../geometry/points";
import { inside } from "../geometry/polygons";
import type { Around } from "./_protocol";
import { pathTool } from "./paths";

export const hole = pathTool({
  name: "hole",
  title: "Hole in a polygon",
  least: 3,
  closed: true,
  whole(path, around) {
    const found = around.drawing.entries.findLast((entry) => isAround(entry, path, around));
    if (found === undefined) return { said: "A hole is drawn wholly within a polygon." };
    const { segments } = found.shape as Polygon;
    const changed = segments.map((segment) => (holdsAll(segment.path, path) ? { ...segment, holes: [...segment.holes, path] } : segment));
    return { edit: { type: "reshape", shapes: [[found.id, { type: "polygon", segments: changed }]] }, select: [found.id] };
  },
});

function isAround({ id, shape }: Entry, path: Path, { drawing, selected }: Around): boolean {
  if (shape.type !== "polygon" || drawing.hidden.has(id) || drawing.locked.has(id)) return false;
  return (selected.size === 0 || selected.has(id)) && shape.segments.some((segment) => holdsAll(segment.path, path));
}

function holdsAll(outline: Path, path: Path): boolean {
  return path.every(([x, y]) => inside(outline, imagePoint(x, y)));
}
