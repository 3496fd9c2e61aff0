/** How the pointer looks over a handle: which way it can be drawn. */
import type { Shape } from "../../wire/types";
import { handlesOf } from ".";

/** Degrees clockwise from the right in which a handle of an upright box is drawn; opposite ways are one. */
const DRAWN: Readonly<Record<string, number>> = { left: 0, right: 0, "left top": 45, "right bottom": 45, top: 90, bottom: 90, "right top": 135, "left bottom": 135 };
const WAYS = ["ew-resize", "nwse-resize", "ns-resize", "nesw-resize"] as const;
const EIGHTH = 45;
const QUARTER = 90;
const HALF = 180;

/** The pointer over a handle, where the view is turned by some quarters. */
export function cursorOver(shape: Shape, name: string, turn: number): string {
  const sort = handlesOf(shape, 1).find((handle) => handle.name === name)?.sort;
  if (sort === "turn") return "grab";
  if (shape.type !== "box") return sort === "middle" ? "copy" : "move";
  const degrees = ((DRAWN[name] ?? 0) + (shape.rotation ?? 0) + QUARTER * turn) % HALF;
  return WAYS[Math.round(degrees / EIGHTH) % WAYS.length] as string;
}
