/** The tool that shows a part of the image large: a rectangle is drawn, and the hand is free again. */
import { held } from "../geometry/limits";
import type { Bounds, ImagePoint } from "../geometry/points";
import type { Tool } from "./_protocol";

interface Draft {
  from: ImagePoint;
  to: ImagePoint;
}

export const region: Tool<Draft> = {
  name: "region",
  title: "Show a part large",
  cursor: "crosshair",
  step(draft, input, { size, tolerance }) {
    if (input.type === "finish") return { draft };
    if (input.type === "back" || input.type === "cancel") return { draft: null };
    const to = held(input.at, size, tolerance);
    if (input.type === "down") return { draft: { from: to, to } };
    if (draft === null) return { draft };
    if (input.type === "move") return { draft: { ...draft, to } };
    const look = between(draft.from, to);
    // A click alone shows nothing large.
    const tiny = Math.min(look.right - look.left, look.bottom - look.top) < Math.max(1, tolerance);
    return tiny ? { draft: null } : { draft: null, look };
  },
  preview: ({ from, to }) => ({ rubber: between(from, to) }),
};

function between(from: ImagePoint, to: ImagePoint): Bounds {
  return { left: Math.min(from.x, to.x), top: Math.min(from.y, to.y), right: Math.max(from.x, to.x), bottom: Math.max(from.y, to.y) };
}
