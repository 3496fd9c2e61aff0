/** What lies on an item while it is edited, and every change of it as plain data. */
import type { Shape } from "../../wire/types";
import { translated } from "../handles";
import { edited } from "./sources";

/** An annotation as it is edited. */
export interface Entry {
  readonly id: string;
  readonly label: string;
  readonly shape: Shape;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly source: string | null;
}

/** All annotations in their order, the last on top; which of them are hidden, and which may not change. */
export interface Drawing {
  readonly entries: readonly Entry[];
  readonly hidden: ReadonlySet<string>;
  readonly locked: ReadonlySet<string>;
}

export type Place = "front" | "back" | "forward" | "backward";

export type Edit =
  | { type: "add"; entries: readonly Entry[] }
  | { type: "delete"; ids: readonly string[] }
  | { type: "move"; ids: readonly string[]; dx: number; dy: number }
  | { type: "reshape"; shapes: readonly (readonly [id: string, shape: Shape])[] }
  | { type: "label"; ids: readonly string[]; label: string }
  | { type: "attributes"; ids: readonly string[]; set: Readonly<Record<string, unknown>> }
  | { type: "reorder"; ids: readonly string[]; to: Place }
  /** Some go and others come in the place of the first: what cutting and joining do. */
  | { type: "exchange"; ids: readonly string[]; entries: readonly Entry[] }
  /** All of them, such as when another person's work is taken over. */
  | { type: "replace"; entries: readonly Entry[] }
  | { type: "hide"; ids: readonly string[]; hidden: boolean }
  | { type: "lock"; ids: readonly string[]; locked: boolean };

/** What is said to who would change what may not change. */
export const LOCKED = "What is locked stays: free it first.";

const NONE: ReadonlySet<string> = new Set();

/** The drawing of annotations, all of them shown and free. */
export function drawingOf(entries: readonly Entry[]): Drawing {
  return { entries, hidden: NONE, locked: NONE };
}

/** The drawing after an edit; the same drawing where the edit changes nothing. Locked entries stay. */
export function applied(drawing: Drawing, edit: Edit): Drawing {
  if (edit.type === "add") return edit.entries.length === 0 ? drawing : { ...drawing, entries: [...drawing.entries, ...edit.entries] };
  if (edit.type === "replace") return { ...drawing, entries: edit.entries };
  if (edit.type === "reshape") return reshaped(drawing, new Map(edit.shapes));
  if (edit.type === "hide") return marked(drawing, "hidden", edit.ids, edit.hidden);
  if (edit.type === "lock") return marked(drawing, "locked", edit.ids, edit.locked);
  const ids = new Set(edit.ids.filter((id) => !drawing.locked.has(id)));
  if (edit.type === "delete") return without(drawing, ids);
  if (edit.type === "exchange") return exchanged(drawing, ids, edit.entries);
  if (edit.type === "reorder") return reordered(drawing, ids, edit.to);
  return changed(drawing, ids, (entry) => altered(entry, edit));
}

function altered(entry: Entry, edit: Extract<Edit, { type: "move" | "label" | "attributes" }>): Entry {
  const source = edited(entry.source);
  if (edit.type === "move") return edit.dx === 0 && edit.dy === 0 ? entry : { ...entry, shape: translated(entry.shape, edit.dx, edit.dy), source };
  if (edit.type === "label") return entry.label === edit.label ? entry : { ...entry, label: edit.label, source };
  // An attribute that is set to undefined goes.
  const attributes = Object.fromEntries(Object.entries({ ...entry.attributes, ...edit.set }).filter(([, value]) => value !== undefined));
  return { ...entry, attributes, source };
}

function changed(drawing: Drawing, ids: ReadonlySet<string>, change: (entry: Entry) => Entry): Drawing {
  const entries = drawing.entries.map((entry) => (ids.has(entry.id) ? change(entry) : entry));
  return entries.every((entry, place) => entry === drawing.entries[place]) ? drawing : { ...drawing, entries };
}

function reshaped(drawing: Drawing, shapes: ReadonlyMap<string, Shape>): Drawing {
  const free = new Set([...shapes.keys()].filter((id) => !drawing.locked.has(id)));
  return changed(drawing, free, (entry) => ({ ...entry, shape: shapes.get(entry.id) ?? entry.shape, source: edited(entry.source) }));
}

function without(drawing: Drawing, ids: ReadonlySet<string>): Drawing {
  const entries = drawing.entries.filter(({ id }) => !ids.has(id));
  return entries.length === drawing.entries.length ? drawing : { ...drawing, entries };
}

function exchanged(drawing: Drawing, ids: ReadonlySet<string>, come: readonly Entry[]): Drawing {
  const first = drawing.entries.findIndex(({ id }) => ids.has(id));
  if (first === -1) return drawing;
  const before = drawing.entries.slice(0, first);
  const after = drawing.entries.slice(first).filter(({ id }) => !ids.has(id));
  return { ...drawing, entries: [...before, ...come, ...after] };
}

function reordered(drawing: Drawing, ids: ReadonlySet<string>, to: Place): Drawing {
  const entries = placed(drawing.entries, ids, to);
  return entries.every((entry, place) => entry === drawing.entries[place]) ? drawing : { ...drawing, entries };
}

function placed(entries: readonly Entry[], ids: ReadonlySet<string>, to: Place): readonly Entry[] {
  const [moved, rest] = [entries.filter(({ id }) => ids.has(id)), entries.filter(({ id }) => !ids.has(id))];
  if (to === "front") return [...rest, ...moved];
  if (to === "back") return [...moved, ...rest];
  if (to === "backward") return placed(entries.toReversed(), ids, "forward").toReversed();
  const next = [...entries];
  // From the top down, so that a group moves as one and stops at the top.
  for (let place = next.length - 2; place >= 0; place -= 1) {
    const [low, high] = [next[place] as Entry, next[place + 1] as Entry];
    if (ids.has(low.id) && !ids.has(high.id)) [next[place], next[place + 1]] = [high, low];
  }
  return next;
}

function marked(drawing: Drawing, mark: "hidden" | "locked", ids: readonly string[], on: boolean): Drawing {
  const before = drawing[mark];
  const wanted = ids.filter((id) => before.has(id) !== on);
  if (wanted.length === 0) return drawing;
  const after = new Set(before);
  for (const id of wanted) {
    if (on) after.add(id);
    else after.delete(id);
  }
  return { ...drawing, [mark]: after };
}
