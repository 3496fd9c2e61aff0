/** The tool that draws turned boxes: first one edge, then how far the box reaches from it. */
import type { Box } from "../../wire/types";
import { held, rounded } from "../geometry/limits";
import { imagePoint } from "../geometry/points";
import type { ImagePoint } from "../geometry/points";
import { adding } from "./_protocol";
import type { Tool } from "./_protocol";

interface Draft {
  from: ImagePoint;
  to: ImagePoint;
  /** Where the hand is after the edge is drawn; null while it is drawn. */
  far: ImagePoint | null;
}

export const turned_box: Tool<Draft> = {
  name: "turned_box",
  title: "Turned box",
  cursor: "crosshair",
  step(draft, input, around) {
    if (input.type === "finish") return { draft };
    if (input.type === "cancel" || input.type === "back") return { draft: null };
    const at = held(input.at, around.size, around.tolerance);
    if (draft === null) return { draft: input.type === "down" ? { from: at, to: at, far: null } : null };
    if (draft.far !== null) {
      const next = { ...draft, far: at };
      const shape = boxOf(next);
      if (input.type !== "up" || shape.height < 1) return { draft: next };
      return { draft: null, ...adding(shape, around) };
    }
    const long = Math.hypot(at.x - draft.from.x, at.y - draft.from.y) >= Math.max(1, around.tolerance);
    return { draft: { ...draft, to: at, far: input.type === "up" && long ? at : null } };
  },
  preview: (draft) => (draft.far === null ? { line: [draft.from, draft.to] } : { drawn: boxOf(draft) }),
};

function boxOf({ from, to, far }: Draft): Box {
  const width = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [(to.x - from.x) / width, (to.y - from.y) / width];
  // How far the hand is from the edge, and on which side.
  const reach = far === null ? 0 : (far.y - from.y) * ux - (far.x - from.x) * uy;
  const middle = imagePoint((from.x + to.x) / 2 - (uy * reach) / 2, (from.y + to.y) / 2 + (ux * reach) / 2);
  const height = Math.abs(reach);
  const degrees = (Math.atan2(uy, ux) * 180) / Math.PI;
  return {
    type: "box",
    left: rounded(middle.x - width / 2),
    top: rounded(middle.y - height / 2),
    width: rounded(width),
    height: rounded(height),
    rotation: rounded((degrees + 360) % 360),
  };
}
