/** The table of tools, in the order of the tool bar. */
import type { Shape } from "../../wire/types";
import type { Tool } from "./_protocol";
import { box } from "./box";
import { brush, eraser } from "./brush";
import { hole } from "./hole";
import { knife } from "./knife";
import { pan } from "./pan";
import { point } from "./point";
import { polygon } from "./polygon";
import { polyline } from "./polyline";
import { region } from "./region";
import { select } from "./select";
import { turned_box } from "./turned_box";

const TABLE = { select, pan, region, box, turned_box, polygon, hole, polyline, point, brush, eraser, knife };

export type ToolName = keyof typeof TABLE;
export const TOOLS = Object.keys(TABLE) as ToolName[];

/** A tool by its name; what it keeps of a drag is its own affair. */
export function toolOf(name: ToolName): Tool<unknown> {
  return TABLE[name] as Tool<unknown>;
}

const DRAWN_WITH: Partial<Record<Shape["type"], ToolName>> = { box: "box", polygon: "polygon", polyline: "polyline", point: "point", mask: "brush" };

/** The tool that draws a shape, where there is one. */
export function toolFor(shape: string): ToolName | null {
  return DRAWN_WITH[shape as Shape["type"]] ?? null;
}
