/** Actions that take up a tool, and those on what is being drawn. */
import { brushRadius, giveUp, input, take } from "../edits/editing";
import type { Editing } from "../edits/editing";
import { TOOLS, toolOf } from "../tools";
import type { ToolName } from "../tools";
import type { Action } from "./_protocol";

const KEYS: Record<ToolName, string> = {
  select: "v",
  pan: "m",
  region: "Z",
  box: "b",
  turned_box: "r",
  polygon: "p",
  hole: "o",
  polyline: "i",
  point: "t",
  brush: "u",
  eraser: "x",
  knife: "c",
};
const always = (): boolean => true;
const drawing = (state: Editing): boolean => state.draft !== null;
const brushing = ({ tool }: Editing): boolean => tool === "brush" || tool === "eraser";
const RADIUS_STEP = 1.25;

export const TOOL_ACTIONS: readonly Action[] = TOOLS.map((tool) => ({
  name: `take_${tool}`,
  title: toolOf(tool).title,
  keys: [KEYS[tool]],
  when: always,
  act: (state) => take(state, tool),
}));

export const DRAWING: readonly Action[] = [
  { name: "draw_again", title: "Draw with the last tool", keys: ["n"], when: always, act: (state) => take(state, state.drewWith) },
  { name: "finish", title: "Finish the shape", keys: ["Enter"], when: drawing, act: (state) => input(state, { type: "finish" }) },
  { name: "back", title: "Take the last corner back", keys: ["Backspace"], when: drawing, act: (state) => input(state, { type: "back" }) },
  {
    name: "give_up",
    title: "Give up the shape, the tool, the selection",
    keys: ["Escape"],
    when: (state) => drawing(state) || state.tool !== "select" || state.selected.size > 0,
    act: giveUp,
  },
  { name: "brush_smaller", title: "Smaller brush", keys: ["["], when: brushing, act: (state) => brushRadius(state, state.radius / RADIUS_STEP) },
  { name: "brush_larger", title: "Larger brush", keys: ["]"], when: brushing, act: (state) => brushRadius(state, state.radius * RADIUS_STEP) },
];
