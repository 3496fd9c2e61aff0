/** Actions on what is selected: delete, copy, move, order, hide and lock. */
import { change, copy, drawingIn, join, nudge, paste, redo, select, selectNext, selectedEntries, undo } from "../edits/editing";
import type { Editing } from "../edits/editing";
import { LOCKED } from "../edits/drawing";
import type { Place } from "../edits/drawing";
import { joinable } from "../geometry/clipping";
import type { Action } from "./_protocol";

const chosen = (state: Editing): boolean => state.selected.size > 0 && state.draft === null;
const idle = (state: Editing): boolean => state.draft === null;
const ids = (state: Editing): string[] => [...state.selected];

/** The state after an action, or why nothing came of it: all that it was meant for is locked. */
function unlessLocked(act: (state: Editing) => Editing): (state: Editing) => Editing {
  return (state) => (ids(state).every((id) => drawingIn(state).locked.has(id)) ? { ...state, said: LOCKED } : act(state));
}

const remove = unlessLocked((state) => change(state, { type: "delete", ids: ids(state) }));
const allOf = (state: Editing): string[] => drawingIn(state).entries.map(({ id }) => id);

function nudges(): Action[] {
  const ways = [["Left", "left", -1, 0], ["Right", "right", 1, 0], ["Up", "up", 0, -1], ["Down", "down", 0, 1]] as const;
  return ways.flatMap(([key, word, x, y]) =>
    [1, 10].map((far) => ({
      name: `nudge_${word}_${far}`,
      title: `Move ${far === 1 ? "one pixel" : "ten pixels"} ${word}`,
      keys: [`${far === 1 ? "" : "Ctrl+"}Arrow${key}`],
      when: chosen,
      act: unlessLocked((state) => nudge(state, x * far, y * far)),
    })),
  );
}

function orders(): Action[] {
  const places: [Place, string, string][] = [
    ["forward", "Bring forward", "PageUp"],
    ["backward", "Send backward", "PageDown"],
    ["front", "Bring to the front", "Shift+PageUp"],
    ["back", "Send to the back", "Shift+PageDown"],
  ];
  return places.map(([to, title, key]) => ({
    name: `order_${to}`,
    title,
    keys: [key],
    when: chosen,
    act: (state: Editing) => change(state, { type: "reorder", ids: ids(state), to }),
  }));
}

/** Some annotations hidden or shown: hidden where one of them is shown. */
export function hiddenOrShown(state: Editing, some: readonly string[]): Editing {
  return change(state, { type: "hide", ids: some, hidden: some.some((id) => !drawingIn(state).hidden.has(id)) });
}

// Of what was hidden last, what is hidden still.
function hidBefore(state: Editing): string[] {
  return state.hid.filter((id) => drawingIn(state).hidden.has(id) && drawingIn(state).entries.some((entry) => entry.id === id));
}

// What is selected is let go of when it is hidden, so the key must know what it hid.
function hideOrShow(state: Editing): Editing {
  if (state.selected.size > 0) return { ...hiddenOrShown(state, ids(state)), hid: ids(state) };
  const before = hidBefore(state);
  return { ...select(change(state, { type: "hide", ids: before, hidden: false }), before), hid: [] };
}

/** Some annotations locked or freed: locked where one of them is free. */
export function lockedOrFreed(state: Editing, some: readonly string[]): Editing {
  return change(state, { type: "lock", ids: some, locked: some.some((id) => !drawingIn(state).locked.has(id)) });
}

export const CHANGES: readonly Action[] = [
  { name: "undo", title: "Undo", keys: ["Ctrl+z"], when: (state) => state.history.past.length > 0, act: undo },
  { name: "redo", title: "Do again", keys: ["Ctrl+y", "Ctrl+Shift+z"], when: (state) => state.history.future.length > 0, act: redo },
  { name: "delete", title: "Delete", keys: ["Delete", "Backspace"], when: chosen, act: remove },
  { name: "copy", title: "Copy", keys: ["Ctrl+c"], when: chosen, act: copy },
  { name: "cut_out", title: "Cut out", keys: ["Ctrl+x"], when: chosen, act: (state) => remove(copy(state)) },
  { name: "paste", title: "Paste", keys: ["Ctrl+v"], when: (state) => state.clipboard.length > 0 && state.draft === null, act: paste },
  { name: "duplicate", title: "Duplicate", keys: ["Ctrl+d"], when: chosen, act: (state) => paste(copy(state)) },
  {
    name: "select_all",
    title: "Select all",
    keys: ["Ctrl+a"],
    when: idle,
    act: (state) => select(state, allOf(state).filter((id) => !drawingIn(state).hidden.has(id))),
  },
  { name: "select_next", title: "Select the next one", keys: ["."], when: idle, act: (state) => selectNext(state, 1) },
  { name: "select_previous", title: "Select the one before", keys: [","], when: idle, act: (state) => selectNext(state, -1) },
  {
    name: "join",
    title: "Join to one",
    keys: ["y"],
    when: (state) => chosen(state) && joinable(selectedEntries(state).filter(({ id }) => !drawingIn(state).locked.has(id)).map(({ shape }) => shape)),
    act: join,
  },
  { name: "hide", title: "Hide, or show again what was hidden last", keys: ["h"], when: (state) => chosen(state) || (idle(state) && hidBefore(state).length > 0), act: hideOrShow },
  { name: "hide_all", title: "Hide or show all", keys: ["H"], when: idle, act: (state) => hiddenOrShown(state, allOf(state)) },
  { name: "lock", title: "Lock or free", keys: ["l"], when: chosen, act: (state) => lockedOrFreed(state, selectedEntries(state).map(({ id }) => id)) },
  { name: "lock_all", title: "Lock or free all", keys: ["L"], when: idle, act: (state) => lockedOrFreed(state, allOf(state)) },
  ...orders(),
  ...nudges(),
];
