/** What a hand does with each tool, told without a page: presses, moves and keys go in, annotations come out. */
import { expect, test } from "vitest";

import type { Shape } from "../../wire/types";
import { actionOf } from "../actions";
import { imagePoint, screenPoint } from "../geometry/points";
import type { ToolName } from "../tools";
import type { Entry } from "./drawing";
import { carriedOn, copy, drawingIn, editingOf, giveUp, hover, input, name, nudge, paste, reach, reading, redo, select, selectNext, sized, take, turn, undo, viewOn } from "./editing";
import type { Editing } from "./editing";

const SIZE = { width: 200, height: 100 };

function entry(id: string, shape: Shape): Entry {
  return { id, label: "cell", shape, attributes: {}, source: null };
}
const box = (id: string, left: number, top: number, width = 20, height = 20): Entry => entry(id, { type: "box", left, top, width, height, rotation: 0 });

/** The canvas is as large as the image with its margins, so that a pixel is a pixel. */
function begun(entries: Entry[] = [], tool: ToolName = "select"): Editing {
  const state = sized(editingOf(entries, SIZE), { width: SIZE.width + 48, height: SIZE.height + 48 });
  expect(viewOn(state).scale).toBe(1);
  return take(name(state, "cell"), tool);
}

interface Held {
  shift?: boolean;
  alt?: boolean;
}

function hand(state: Editing, type: "down" | "move" | "up", x: number, y: number, held: Held = {}): Editing {
  return input(state, { type, at: imagePoint(x, y), screen: screenPoint(x + 24, y + 24), shift: held.shift ?? false, alt: held.alt ?? false });
}

function drag(state: Editing, from: [number, number], to: [number, number], held: Held = {}): Editing {
  const middle = hand(hand(state, "down", ...from, held), "move", (from[0] + to[0]) / 2, (from[1] + to[1]) / 2, held);
  return hand(hand(middle, "move", ...to, held), "up", ...to, held);
}

const click = (state: Editing, x: number, y: number, held: Held = {}): Editing => hand(hand(hand(state, "move", x, y, held), "down", x, y, held), "up", x, y, held);
const shapesOf = (state: Editing): Shape[] => drawingIn(state).entries.map(({ shape }) => shape);
const labelsOf = (state: Editing): string[] => drawingIn(state).entries.map(({ label }) => label);
const act = (state: Editing, action: string): Editing => actionOf(action).act(state);

test("a box is drawn in one stroke or by two clicks, in any direction", () => {
  const wanted = [{ type: "box", left: 10, top: 20, width: 50, height: 30, rotation: 0 }];
  expect(shapesOf(drag(begun([], "box"), [10, 20], [60, 50]))).toEqual(wanted);
  expect(shapesOf(drag(begun([], "box"), [60, 50], [10, 20]))).toEqual(wanted);
  expect(shapesOf(click(click(begun([], "box"), 10, 50), 60, 20))).toEqual(wanted);
});

test("what is drawn stays on the image, and snaps to its edges when it is near", () => {
  expect(shapesOf(drag(begun([], "box"), [-30, 3], [150, 400]))).toEqual([{ type: "box", left: 0, top: 0, width: 150, height: 100, rotation: 0 }]);
  expect(shapesOf(drag(begun([], "box"), [20, 20], [197, 60]))).toMatchObject([{ left: 20, width: 180 }]);
});

test("a square, where shift is held", () => {
  expect(shapesOf(drag(begun([], "box"), [10, 10], [50, 20], { shift: true }))).toMatchObject([{ width: 40, height: 40 }]);
});

test("nothing is drawn without a label, and that is said", () => {
  const state = drag(take(sized(editingOf([], SIZE), { width: 248, height: 148 }), "box"), [10, 10], [50, 50]);
  expect(shapesOf(state)).toEqual([]);
  expect(state.said).toBe("Choose a label first.");
});

test("a turned box has the drawn edge and reaches as far as the hand", () => {
  const state = click(drag(begun([], "turned_box"), [50, 50], [80, 80]), 80, 40);
  const [shape] = shapesOf(state);
  expect(shape).toMatchObject({ type: "box", rotation: 45 });
  expect((shape as { width: number }).width).toBeCloseTo(Math.hypot(30, 30), 1);
  expect((shape as { height: number }).height).toBeCloseTo(Math.hypot(20, 20), 1);
});

test("a polygon is closed at its first corner, by Enter, or by a double click", () => {
  const corners: [number, number][] = [[20, 20], [80, 20], [80, 60]];
  const drawn = corners.reduce((state, [x, y]) => click(state, x, y), begun([], "polygon"));
  const wanted = [{ type: "polygon", segments: [{ path: corners, holes: [] }] }];
  expect(shapesOf(click(drawn, 21, 21))).toEqual(wanted);
  expect(shapesOf(input(drawn, { type: "finish" }))).toEqual(wanted);
  expect(shapesOf(input(click(drawn, 80, 60), { type: "finish" })), "the second click of a double click").toEqual(wanted);
  expect(input(input(drawn, { type: "back" }), { type: "finish" }).said).toBe("It needs 3 corners.");
  expect(giveUp(drawn).draft).toBeNull();
});

test("a free hand leaves corners on its way", () => {
  let state = hand(begun([], "polygon"), "down", 20, 20);
  for (const [x, y] of [[50, 20], [80, 20], [80, 50], [80, 80], [50, 50]] as const) state = hand(state, "move", x, y);
  state = input(hand(state, "up", 50, 50), { type: "finish" });
  expect(shapesOf(state)).toMatchObject([{ segments: [{ path: [[20, 20], [50, 20], [80, 20], [80, 50], [80, 80], [50, 50]] }] }]);
});

test("a hole goes into the polygon that is around all of it", () => {
  const polygon = entry("p", { type: "polygon", segments: [{ path: [[10, 10], [90, 10], [90, 90], [10, 90]], holes: [] }] });
  const hole = ([[30, 30], [50, 30], [50, 50]] as [number, number][]).reduce((state, [x, y]) => click(state, x, y), begun([polygon], "hole"));
  expect(shapesOf(input(hole, { type: "finish" }))).toMatchObject([{ segments: [{ holes: [[[30, 30], [50, 30], [50, 50]]] }] }]);
  const outside = ([[30, 30], [150, 30], [50, 50]] as [number, number][]).reduce((state, [x, y]) => click(state, x, y), begun([polygon], "hole"));
  expect(input(outside, { type: "finish" })).toMatchObject({ said: "A hole is drawn wholly within a polygon." });
});

test("lines and points", () => {
  const line = input(click(click(begun([], "polyline"), 10, 10), 60, 40), { type: "finish" });
  expect(shapesOf(line)).toEqual([{ type: "polyline", points: [[10, 10], [60, 40]] }]);
  expect(shapesOf(click(begun([], "point"), 33, 44))).toEqual([{ type: "point", x: 33, y: 44 }]);
});

test("strokes of the brush make one mask, the eraser takes from it, and all of it takes it away", () => {
  let state = drag(begun([], "brush"), [30, 30], [60, 30]);
  state = drag(state, [60, 30], [60, 60]);
  expect(shapesOf(state)).toMatchObject([{ type: "mask", size: [100, 200] }]);
  const before = (shapesOf(state)[0] as { counts: number[] }).counts.filter((_, place) => place % 2 === 1).reduce((sum, count) => sum + count, 0);
  state = click(take(state, "eraser"), 30, 30);
  const after = (shapesOf(state)[0] as { counts: number[] }).counts.filter((_, place) => place % 2 === 1).reduce((sum, count) => sum + count, 0);
  expect(after).toBeLessThan(before);
  state = drag({ ...state, radius: 60 }, [20, 30], [90, 60]);
  expect(shapesOf(state)).toEqual([]);
  expect(shapesOf(undo(state))).toHaveLength(1);
});

test("a press selects, a drag moves, and the image holds what is moved", () => {
  const first = click(begun([box("a", 10, 10), box("b", 100, 40)]), 20, 20);
  expect([...first.selected]).toEqual(["a"]);
  const moved = drag(first, [20, 20], [50, 30]);
  expect(shapesOf(moved)[0]).toMatchObject({ left: 40, top: 20 });
  expect(shapesOf(drag(first, [20, 20], [-500, 900]))[0]).toMatchObject({ left: 0, top: 80 });
  expect(moved.history.past).toHaveLength(1);
});

test("one that is not selected moves alone; shift adds to the selection, and the group moves as one", () => {
  const both = click(click(begun([box("a", 10, 10), box("b", 100, 40)]), 20, 20), 110, 50, { shift: true });
  expect([...both.selected]).toEqual(["a", "b"]);
  expect(shapesOf(drag(both, [20, 20], [30, 25]))).toMatchObject([{ left: 20, top: 15 }, { left: 110, top: 45 }]);
  const other = drag(select(both, ["a"]), [110, 50], [120, 50]);
  expect(shapesOf(other)).toMatchObject([{ left: 10 }, { left: 110 }]);
  expect([...other.selected]).toEqual(["b"]);
});

test("where two overlap a drag moves the selected one and a click selects the smaller; one within it is meant itself", () => {
  const state = select(begun([box("a", 40, 20, 60, 40), box("b", 80, 30, 50, 40), box("c", 50, 40, 12, 12)]), ["a"]);
  expect(shapesOf(drag(state, [88, 45], [98, 45]))).toMatchObject([{ left: 50 }, { left: 80 }, {}]);
  expect([...click(state, 88, 45).selected]).toEqual(["b"]);
  expect(shapesOf(drag(state, [56, 46], [66, 46]))).toMatchObject([{ left: 40 }, {}, { left: 60 }]);
  expect(shapesOf(drag(act(state, "lock"), [88, 45], [98, 45]))).toMatchObject([{ left: 40 }, { left: 90 }, {}]);
});

test("shift draws a rectangle that selects what lies wholly in it", () => {
  const state = drag(begun([box("a", 10, 10), box("b", 40, 10), box("c", 100, 40)]), [5, 5], [65, 50], { shift: true });
  expect([...state.selected]).toEqual(["a", "b"]);
});

test("a handle reshapes, and one step undoes it", () => {
  const state = drag(select(begun([box("a", 40, 40)]), ["a"]), [60, 60], [90, 70]);
  expect(shapesOf(state)).toMatchObject([{ left: 40, top: 40, width: 50, height: 30 }]);
  expect(shapesOf(undo(state))).toMatchObject([{ width: 20, height: 20 }]);
  expect(shapesOf(redo(undo(state)))).toMatchObject([{ width: 50, height: 30 }]);
});

test("alt takes the corner away that is pressed", () => {
  const polygon = entry("p", { type: "polygon", segments: [{ path: [[10, 10], [90, 10], [90, 90], [10, 90]], holes: [] }] });
  const state = hand(select(begun([polygon]), ["p"]), "down", 90, 90, { alt: true });
  expect(shapesOf(state)).toMatchObject([{ segments: [{ path: [[10, 10], [90, 10], [10, 90]] }] }]);
});

test("what is locked does not move, what is hidden is not found", () => {
  const locked = act(click(begun([box("a", 10, 10)]), 20, 20), "lock");
  expect(shapesOf(drag(locked, [20, 20], [80, 40]))).toEqual(shapesOf(locked));
  const hidden = act(select(locked, ["a"]), "hide");
  expect(hidden.selected.size).toBe(0);
  expect(hover(hidden, imagePoint(20, 20)).hoveredId).toBeNull();
});

test("the key that hides what is selected shows it again, selected", () => {
  const hidden = act(select(begun([box("a", 10, 10), box("b", 100, 40)]), ["a", "b"]), "hide");
  expect([[...hidden.selected], drawingIn(hidden).hidden.size, actionOf("hide").when(hidden)]).toEqual([[], 2, true]);
  const again = act(hidden, "hide");
  expect([[...again.selected], drawingIn(again).hidden.size]).toEqual([["a", "b"], 0]);
  // What was shown or deleted otherwise is not meant any more.
  expect(actionOf("hide").when(undo(hidden))).toBe(false);
  expect(actionOf("hide").when(act(hidden, "hide_all"))).toBe(false);
  // What is selected meanwhile is hidden, and is what the key shows then.
  const one = act(select(begun([box("a", 10, 10), box("b", 100, 40)]), ["a"]), "hide");
  const both = act(select(one, ["b"]), "hide");
  expect([...drawingIn(act(both, "hide")).hidden]).toEqual(["a"]);
});

test("who draws at what is locked is told so, while the view moves and after", () => {
  const state = select(act(select(begun([box("a", 10, 10)]), ["a"]), "lock"), []);
  const drawn = hand(hand(state, "down", 20, 20), "move", 60, 20);
  expect(drawn.said).toBe("What is locked stays: free it first.");
  expect(drag(state, [20, 20], [60, 20])).toMatchObject({ history: state.history, said: "What is locked stays: free it first." });
  expect(drag(state, [150, 80], [120, 70]).said).toBeNull();
  expect(click(drag(state, [20, 20], [60, 20]), 150, 80).said).toBeNull();
});

test("a label names what is drawn next and what is selected", () => {
  const state = name(click(begun([box("a", 10, 10)]), 20, 20), "dirt");
  expect(drawingIn(state).entries[0]?.label).toBe("dirt");
  expect(drawingIn(drag(take(select(state, []), "box"), [100, 40], [150, 80])).entries[1]?.label).toBe("dirt");
});

test("what was just drawn is selected until the next is begun or another tool draws, so that a label still names it", () => {
  const first = drag(begun([], "box"), [10, 10], [30, 30]);
  expect(labelsOf(name(first, "dirt"))).toEqual(["dirt"]);
  expect(labelsOf(name(hand(first, "down", 50, 50), "dirt")), "the next is in the hand").toEqual(["cell"]);
  expect(labelsOf(drag(name(first, "dirt"), [50, 50], [80, 80]))).toEqual(["dirt", "dirt"]);
  expect(take(first, "brush").selected.size).toBe(0);
  expect(take(first, "select").selected.size).toBe(1);
});

test("copies are new annotations, beside the first, and on the image", () => {
  const state = paste(copy(click(begun([box("a", 10, 10), box("b", 175, 75)]), 20, 20)));
  const [, , made] = drawingIn(state).entries;
  expect(made?.id).not.toBe("a");
  expect(made?.shape).toMatchObject({ left: 22, top: 22 });
  expect([...state.selected]).toEqual([made?.id]);
  expect(shapesOf(paste(copy(select(state, ["b"]))))[3]).toMatchObject({ left: 180, top: 80 });
});

test("a copy lies where its original was on another item, and where that was moved away; further off only where it still lies", () => {
  const copied = copy(select(begun([box("a", 10, 10)]), ["a"]));
  const other = carriedOn(begun(), copied);
  expect(shapesOf(paste(other))).toMatchObject([{ left: 10, top: 10 }]);
  expect(shapesOf(paste(paste(other)))).toMatchObject([{ left: 10, top: 10 }, { left: 22, top: 22 }]);
  expect(shapesOf(paste(act(copied, "delete")))).toMatchObject([{ left: 10, top: 10 }]);
  expect(shapesOf(paste(nudge(copied, 50, 0)))).toMatchObject([{ left: 60 }, { left: 10, top: 10 }]);
  expect(shapesOf(paste(paste(copied)))).toMatchObject([{ left: 10 }, { left: 22 }, { left: 34 }]);
  // In the corner of the image there is no room further off.
  expect(shapesOf(paste(copy(select(begun([box("b", 180, 80)]), ["b"]))))).toMatchObject([{ left: 180 }, { left: 180, top: 80 }]);
});

test("nudges of one box are one step, and end at the edge", () => {
  let state = select(begun([box("a", 2, 10)]), ["a"]);
  for (let step = 0; step < 5; step += 1) state = nudge(state, -1, 0);
  expect(shapesOf(state)).toMatchObject([{ left: 0 }]);
  expect(shapesOf(undo(state))).toMatchObject([{ left: 2 }]);
});

test("one after the other is selected, round the end, hidden ones left out", () => {
  const state = act(select(begun([box("a", 0, 0), box("b", 30, 0), box("c", 60, 0)]), ["b"]), "hide");
  expect([...selectNext(state, 1).selected]).toEqual(["a"]);
  expect([...selectNext(selectNext(state, 1), 1).selected]).toEqual(["c"]);
  expect([...selectNext(selectNext(state, 1), -1).selected]).toEqual(["c"]);
});

test("a hand that draws where nothing lies moves the view, and no annotation", () => {
  const before = begun([box("a", 10, 10)]);
  const state = drag(before, [150, 80], [120, 70]);
  expect(viewOn(state).offsetX).toBe(viewOn(before).offsetX - 30);
  expect(shapesOf(state)).toEqual(shapesOf(before));
});

test("a turned view shows the whole image again", () => {
  const state = turn(begun([], "box"));
  expect(viewOn(state)).toMatchObject({ turn: 1 });
  expect(viewOn(turn(turn(turn(state))))).toMatchObject({ turn: 0, scale: 1 });
});

test("giving up goes step by step: the shape, the tool, the selection", () => {
  let state = giveUp(hand(begun([], "box"), "down", 100, 20));
  expect([state.draft, state.tool]).toEqual([null, "box"]);
  state = giveUp(drag(state, [10, 10], [30, 30]));
  expect([state.tool, state.selected.size]).toEqual(["select", 1]);
  expect(giveUp(state).selected.size).toBe(0);
});

test("a part of the image is shown large, and the hand is free again", () => {
  const state = drag(begun([box("a", 10, 10)], "region"), [100, 20], [150, 45]);
  expect(state.tool).toBe("select");
  expect(drawingIn(state).entries).toHaveLength(1);
  const view = viewOn(state);
  // 50 by 25 pixels in the room of 248 by 148: the width decides.
  expect(view.scale).toBeCloseTo(248 / 50);
  const middle = [(124 - view.offsetX) / view.scale, (74 - view.offsetY) / view.scale];
  expect(middle[0]).toBeCloseTo(125);
  expect(middle[1]).toBeCloseTo(32.5);
});

test("a click shows nothing large", () => {
  const state = drag(begun([], "region"), [100, 20], [100, 20]);
  expect(viewOn(state).scale).toBe(1);
  expect(state.tool).toBe("region");
});

test("a box is held at its edges anywhere, and a small one is still moved by its middle", () => {
  const state = select(begun([box("a", 50, 20, 100, 60)]), ["a"]);
  expect(shapesOf(drag(state, [50, 36], [42, 60]))).toMatchObject([{ left: 42, top: 20, width: 108, height: 60 }]);
  expect(shapesOf(drag(state, [80, 80], [90, 90]))).toMatchObject([{ left: 50, top: 20, width: 100, height: 70 }]);
  expect(shapesOf(drag(state, [100, 50], [90, 55]))).toMatchObject([{ left: 40, top: 25, width: 100, height: 60 }]);
  const small = select(begun([box("a", 50, 20, 16, 16)]), ["a"]);
  expect(shapesOf(drag(small, [58, 28], [68, 38]))).toMatchObject([{ left: 60, top: 30, width: 16, height: 16 }]);
});

test("what the hand would take hold of is known before it presses, of the selected one alone", () => {
  const state = begun([box("a", 50, 20, 100, 60), box("b", 10, 10)]);
  const over = (x: number, y: number): string | null => hover(select(state, ["a"]), imagePoint(x, y)).grip;
  expect([over(50, 30), over(150, 80), over(100, 18), over(100, 50), over(10, 15)]).toEqual(["left", "right bottom", "top", null, null]);
  expect(hover(state, imagePoint(50, 30)).grip).toBeNull();
  expect(hover(act(select(state, ["a"]), "lock"), imagePoint(50, 30)).grip).toBeNull();
});

test("a selected span grows and shrinks by keys and where the hand points, in one step to undo", () => {
  const text = "Ada met Bob in York.";
  const span = { ...entry("s", { type: "span", start: 4, end: 7 }), label: "name" };
  const state = select(reading(editingOf([span], SIZE), text), ["s"]);
  const words = (now: Editing): string[] => shapesOf(now).flatMap((shape) => (shape.type === "span" ? [text.slice(shape.start, shape.end)] : []));
  const longer = act(act(state, "word_more"), "word_before");
  expect([words(longer), [...longer.selected], longer.range]).toEqual([["Ada met Bob"], ["s"], null]);
  expect(words(undo(longer))).toEqual(["met"]);
  expect(words(act(act(longer, "word_less"), "word_later"))).toEqual(["met"]);
  expect(words(reach(state, 16))).toEqual(["met Bob in York"]);
  // A range that waits for a label is what is meant, not the span.
  const waiting = act(act(state, "next_word"), "word_more");
  expect([words(waiting), waiting.range]).toEqual([["met"], { start: 8, end: 14 }]);
  // A locked span stays.
  expect(words(act(act(state, "lock"), "word_more"))).toEqual(["met"]);
});

test("who deletes or moves what is locked is told why nothing happens", () => {
  const state = act(select(begun([box("a", 50, 20), box("b", 10, 10)]), ["a"]), "lock");
  for (const action of ["delete", "nudge_left_1"]) expect(act(state, action)).toMatchObject({ history: state.history, said: "What is locked stays: free it first." });
  const both = act(select(state, ["a", "b"]), "delete");
  expect([drawingIn(both).entries.map(({ id }) => id), both.said]).toEqual([["a"], null]);
});

test("a tool that draws new shapes lets go of what was selected; those that work on it do not", () => {
  const state = select(begun([box("a", 50, 20)]), ["a"]);
  for (const tool of ["box", "turned_box", "polygon", "polyline", "point"] as const) expect([...take(state, tool).selected]).toEqual([]);
  for (const tool of ["hole", "knife", "brush", "eraser", "pan", "select"] as const) expect([...take(state, tool).selected]).toEqual(["a"]);
});
