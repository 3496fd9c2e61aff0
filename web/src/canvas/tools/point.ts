/** The tool that sets points. */
import { held } from "../geometry/limits";
import type { ImagePoint } from "../geometry/points";
import { adding } from "./_protocol";
import type { Tool } from "./_protocol";

export const point: Tool<ImagePoint> = {
  name: "point",
  title: "Point",
  cursor: "crosshair",
  step(draft, input, around) {
    if (input.type === "down") return { draft: held(input.at, around.size, around.tolerance) };
    if (input.type === "move") return { draft: draft && held(input.at, around.size, around.tolerance) };
    if (input.type !== "up" || draft === null) return { draft: null };
    return { draft: null, ...adding({ type: "point", x: draft.x, y: draft.y }, around) };
  },
  preview: ({ x, y }) => ({ drawn: { type: "point", x, y } }),
};
