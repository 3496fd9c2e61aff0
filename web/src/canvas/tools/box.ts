/** The tool that draws upright boxes: from corner to corner, in one stroke or by two clicks. */
import type { Box } from "../../wire/types";
import { held, rounded } from "../geometry/limits";
import type { ImagePoint } from "../geometry/points";
import { adding } from "./_protocol";
import type { Around, Outcome, PointerInput, Tool } from "./_protocol";

interface Draft {
  from: ImagePoint;
  to: ImagePoint;
  /** Whether the first click is done and the second awaited. */
  clicked: boolean;
}

export const box: Tool<Draft> = {
  name: "box",
  title: "Box",
  cursor: "crosshair",
  step(draft, input, around) {
    if (input.type === "finish") return { draft };
    if (input.type === "back" || input.type === "cancel") return { draft: null };
    const to = held(input.at, around.size, around.tolerance);
    if (input.type === "down") return { draft: draft === null ? { from: to, to, clicked: false } : { ...draft, to } };
    if (draft === null) return { draft };
    const next = { ...draft, to: squared(draft.from, to, input, around) };
    return input.type === "move" ? { draft: next } : released(next, around);
  },
  preview: ({ from, to }) => ({ drawn: between(from, to) }),
};

function released(draft: Draft, around: Around): Outcome<Draft> {
  const shape = between(draft.from, draft.to);
  const tiny = Math.min(shape.width, shape.height) < Math.max(1, around.tolerance / 2);
  if (tiny) return { draft: draft.clicked ? null : { ...draft, clicked: true } };
  return { draft: null, ...adding(shape, around) };
}

function squared(from: ImagePoint, to: ImagePoint, { shift }: PointerInput, { size }: Around): ImagePoint {
  if (!shift) return to;
  const side = Math.min(Math.max(Math.abs(to.x - from.x), Math.abs(to.y - from.y)), to.x < from.x ? from.x : size.width - from.x, to.y < from.y ? from.y : size.height - from.y);
  return held({ ...to, x: from.x + (to.x < from.x ? -side : side), y: from.y + (to.y < from.y ? -side : side) }, size);
}

function between(from: ImagePoint, to: ImagePoint): Box {
  return {
    type: "box",
    left: Math.min(from.x, to.x),
    top: Math.min(from.y, to.y),
    width: rounded(Math.abs(to.x - from.x)),
    height: rounded(Math.abs(to.y - from.y)),
    rotation: 0,
  };
}
