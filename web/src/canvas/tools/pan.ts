/** The tool that moves the view. */
import type { ScreenPoint } from "../geometry/points";
import type { Tool } from "./_protocol";

export const pan: Tool<ScreenPoint> = {
  name: "pan",
  title: "Move the view",
  cursor: "grab",
  step(draft, input) {
    if (input.type === "down") return { draft: input.screen };
    if (input.type !== "move" || draft === null) return { draft: null };
    return { draft: input.screen, pan: [input.screen.x - draft.x, input.screen.y - draft.y] };
  },
  preview: () => ({}),
};
