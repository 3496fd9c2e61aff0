/** The tools that paint masks and wipe them: a stroke goes to the selected mask, else it begins one. */
import type { Mask } from "../../wire/types";
import type { Entry } from "../edits/drawing";
import { area, brushed, emptyMask } from "../geometry/mask_edits";
import { drawn } from "./_protocol";
import type { Around, Outcome, Tool } from "./_protocol";

type Way = readonly (readonly [number, number])[];

export const brush: Tool<Way> = strokeTool("brush", "Brush", painted);
export const eraser: Tool<Way> = strokeTool("eraser", "Eraser", wiped);

function strokeTool(name: string, title: string, whole: (way: Way, around: Around) => Outcome<Way>): Tool<Way> {
  return {
    name,
    title,
    cursor: "none",
    step(draft, input, around) {
      if (input.type === "down") return { draft: [[input.at.x, input.at.y]] };
      if (input.type === "move") return { draft: draft && [...draft, [input.at.x, input.at.y]] };
      return input.type === "up" && draft !== null ? whole(draft, around) : { draft: null };
    },
    preview: (points, { radius }) => ({ way: { points, radius, add: name === "brush" } }),
  };
}

function painted(way: Way, around: Around): Outcome<Way> {
  const held = maskOf(around);
  if (held !== null) return { draft: null, edit: { type: "reshape", shapes: [[held.id, stroked(held.shape as Mask, way, around, true)]] } };
  if (around.label === null) return { draft: null, said: "Choose a label first." };
  const shape = stroked({ type: "mask", ...emptyMask([around.size.height, around.size.width]) }, way, around, true);
  if (area(shape) === 0) return { draft: null };
  const entry = drawn(shape, around);
  return { draft: null, edit: { type: "add", entries: [entry] }, select: [entry.id] };
}

function wiped(way: Way, around: Around): Outcome<Way> {
  const held = maskOf(around);
  if (held === null) return { draft: null, said: "Select the mask that is to be wiped." };
  const shape = stroked(held.shape as Mask, way, around, false);
  if (area(shape) === 0) return { draft: null, edit: { type: "delete", ids: [held.id] } };
  return { draft: null, edit: { type: "reshape", shapes: [[held.id, shape]] } };
}

function stroked(mask: Mask, way: Way, { radius }: Around, add: boolean): Mask {
  return { type: "mask", ...brushed(mask, way, radius, add) };
}

function maskOf({ drawing, selected }: Around): Entry | null {
  const [id] = selected;
  const found = selected.size === 1 ? drawing.entries.find((entry) => entry.id === id) : undefined;
  return found?.shape.type === "mask" && !drawing.locked.has(found.id) ? found : null;
}
