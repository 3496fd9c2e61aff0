/** What choosing a label does: it names what is drawn next and what is selected, or says something of the whole item. */
import type { Entry } from "../../../canvas/edits/drawing";
import { AFRESH, change, drawingIn, labelRange, name, newId, select, selectedEntries, take } from "../../../canvas/edits/editing";
import type { Editing } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import { toolFor } from "../../../canvas/tools";
import type { Task } from "../../../wire/types";
import { holdsSmaller, isWhole } from "./choices";
import type { Choice } from "./choices";

/** Choose a label for an item: by key, or in the list. */
export function choose(store: EditStore, task: Pick<Task, "item">, choice: Choice, oneLabel: boolean): void {
  store.update((state) => chosen(state, task.item.type, choice, oneLabel));
}

/** The state after a label was chosen for an item of a type; `oneLabel`: that has one label of the whole at most. */
export function chosen(state: Editing, itemType: string, choice: Choice, oneLabel: boolean): Editing {
  if (isWhole(choice) || !holdsSmaller(itemType)) return toggled(state, choice.name, oneLabel);
  if (state.range !== null) return labelRange(state, choice.name);
  if (itemType !== "image") return name(state, choice.name);
  const named = namedIn(state, choice);
  const tool = otherTool(named, choice);
  return tool === null ? named : take(named, tool);
}

function namedIn(state: Editing, { name: label, shapes }: Choice): Editing {
  // Whoever has drawn a hole means what is drawn next: the shape around it is selected for the hole alone.
  if (state.tool === "hole") return { ...state, label };
  // So does who has drawn a shape that the label is not drawn with.
  const other = AFRESH.has(state.tool) && shapes.length > 0 && selectedEntries(state).every(({ shape }) => !shapes.includes(shape.type));
  return name(other ? select(state, []) : state, label);
}

// A label that is drawn with one shape brings its tool, where another drawing tool is in the hand or nothing is there to select.
function otherTool(state: Editing, { shapes }: Choice): ReturnType<typeof toolFor> {
  const { tool, drewWith, selected } = state;
  const [only, ...others] = shapes.flatMap((shape) => toolFor(shape) ?? []);
  const bare = drawingIn(state).entries.length === 0;
  if (selected.size > 0 || only === undefined || others.length > 0 || tool === "pan" || (tool === "select" && !bare)) return null;
  if (tool === "select") return only;
  return only === drewWith || (only === "box" && drewWith === "turned_box") || (only === "brush" && drewWith === "eraser") || (only === "polygon" && drewWith === "hole") ? null : only;
}

/** The whole item with a label that it had not, or without the one that it had. */
function toggled(state: Editing, label: string, oneLabel: boolean): Editing {
  const wholes = drawingIn(state).entries.filter((entry) => entry.shape.type === "whole");
  const had = wholes.filter((entry) => entry.label === label);
  if (had.length > 0) return change(state, { type: "delete", ids: had.map(({ id }) => id) });
  const entry: Entry = { id: newId(), label, shape: { type: "whole" }, attributes: {}, source: null };
  if (oneLabel && wholes.length > 0) return change(state, { type: "exchange", ids: wholes.map(({ id }) => id), entries: [entry] });
  return change(state, { type: "add", entries: [entry] });
}
