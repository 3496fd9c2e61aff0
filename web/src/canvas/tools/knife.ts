/** The tool that cuts: what is selected, else the upper one that the stroke crosses, in two along a line. */
import type { Shape } from "../../wire/types";
import type { Entry } from "../edits/drawing";
import { placedOf } from "../edits/placed";
import { cutShape } from "../geometry/clipping";
import type { ImagePoint } from "../geometry/points";
import { around as boundsAround } from "../geometry/points";
import type { Bounds } from "../geometry/points";
import type { Around, Outcome, Tool } from "./_protocol";

interface Draft {
  from: ImagePoint;
  to: ImagePoint;
}

export const knife: Tool<Draft> = {
  name: "knife",
  title: "Cut in two",
  cursor: "crosshair",
  step(draft, input, around) {
    if (input.type === "down") return { draft: { from: input.at, to: input.at } };
    if (input.type === "move") return { draft: draft && { ...draft, to: input.at } };
    return input.type === "up" && draft !== null ? cut({ ...draft, to: input.at }, around) : { draft: null };
  },
  preview: ({ from, to }) => ({ line: [from, to] }),
};

function cut({ from, to }: Draft, around: Around): Outcome<Draft> {
  const placed = placedOf(around.drawing);
  const near = placed.within(boundsAround([from, to]) as Bounds).map((place) => placed.entries[place] as Entry);
  const free = near.filter(({ id }) => !around.drawing.locked.has(id) && (around.selected.size === 0 || around.selected.has(id)));
  const halves = free.map((entry) => ({ entry, parts: cutShape(entry.shape, from, to) })).filter(({ parts }) => parts.length > 1);
  const wanted = around.selected.size === 0 ? halves.slice(-1) : halves;
  if (wanted.length === 0) return { draft: null, said: "Draw across what is to be cut." };
  const entries = wanted.flatMap(({ entry, parts }) => parts.map((shape: Shape, place) => ({ ...entry, id: place === 0 ? entry.id : around.newId(), shape })));
  return { draft: null, edit: { type: "exchange", ids: wanted.map(({ entry }) => entry.id), entries }, select: entries.map(({ id }) => id) };
}
