/** Comments are where their annotations are, and stay at their points; the keys go from one to the next. */
import { expect, test } from "vitest";

import { imagePoint, screenPoint } from "../geometry/points";
import { change, editingOf, mark, reading, select, sized, turn, viewOn } from "./editing";
import type { Editing } from "./editing";
import { boundsOnScreen } from "../geometry/viewport";
import { ask, askAt, lookAtNextPin, lookAtPin, pinAt, placeOf, rangeOf, spotsOf, WHOLE_ITEM, withPins } from "./pins";
import type { Pin } from "./pins";

const box = (id: string, left: number) => ({ id, label: "cell", shape: { type: "box" as const, left, top: 10, width: 20, height: 20, rotation: 0 }, attributes: {}, source: null });
const pin = (id: string, number: number, more: Partial<Pin> = {}): Pin => ({ ...WHOLE_ITEM, id, number, resolved: false, ...more });
const PINS = [pin("on", 1, { annotationId: "b" }), pin("at", 2, { at: imagePoint(80, 60) }), pin("all", 3)];
// The canvas shows the image at its own size, with the margin around it.
const begun = (): Editing => withPins(sized(editingOf([box("a", 0), box("b", 40)], { width: 100, height: 100 }), { width: 148, height: 148 }), PINS);

test("a pin lies beside its annotation, wherever that goes", () => {
  const state = begun();
  expect(placeOf(state, PINS[0] as Pin)).toEqual({ x: 60, y: 10 });
  const moved = change(state, { type: "move", ids: ["b"], dx: 5, dy: 7 });
  expect(placeOf(moved, PINS[0] as Pin)).toEqual({ x: 65, y: 17 });
  const gone = change(state, { type: "delete", ids: ["b"] });
  expect(placeOf(gone, PINS[0] as Pin)).toBeNull();
  expect(placeOf(gone, PINS[1] as Pin)).toEqual({ x: 80, y: 60 });
});

test("a pin is found under the hand", () => {
  expect(pinAt(begun(), screenPoint(24 + 72, 24 + 22))?.id).toBe("on");
  // The corner and the edge stay free for the handles there.
  expect(pinAt(begun(), screenPoint(24 + 60, 24 + 10))).toBeNull();
  expect(pinAt(begun(), screenPoint(24 + 60, 24 + 20))).toBeNull();
  expect(pinAt(begun(), screenPoint(24 + 80, 24 + 60))?.id).toBe("at");
  expect(pinAt(begun(), screenPoint(24 + 30, 24 + 90))).toBeNull();
});

test("no pin covers the label above its annotation, however long that is, turned or at the edge of the image", () => {
  const [TAG, RADIUS] = [16, 11];
  for (const top of [10, 0]) {
    let state = withPins(sized(editingOf([{ ...box("b", 40), shape: { type: "box", left: 40, top, width: 20, height: 20, rotation: 0 } }], { width: 100, height: 100 }), { width: 148, height: 148 }), [0, 1, 2].map((place) => pin(`${place}`, place, { annotationId: "b" })));
    for (let turns = 0; turns < 4; turns += 1, state = turn(state)) {
      const placed = boundsOnScreen(viewOn(state), { left: 40, top, right: 60, bottom: top + 20 });
      const label = Math.max(placed.top - TAG - 2, 2);
      for (const [, { x, y }] of spotsOf(state)) {
        expect(y - RADIUS).toBeGreaterThanOrEqual(label + TAG);
        expect(x).toBeGreaterThan(placed.right);
      }
    }
  }
});

test("pins of one annotation lie below each other", () => {
  const state = withPins(begun(), [pin("one", 1, { annotationId: "b" }), pin("two", 2, { annotationId: "b" })]);
  expect(spotsOf(state).map(([{ id }, { x, y }]) => [id, x, y])).toEqual([["one", 98, 48], ["two", 98, 67]]);
  expect(pinAt(state, screenPoint(98, 70))?.id).toBe("two");
});

test("looking at a comment selects what it means, and shows it large", () => {
  const on = lookAtPin(begun(), "on");
  expect([[...on.selected], on.pinId]).toEqual([["b"], "on"]);
  expect(viewOn(on).scale).toBeGreaterThan(0);
  const at = lookAtPin(on, "at");
  expect([[...at.selected], at.pinId]).toEqual([[], "at"]);
  expect(viewOn(at).scale).toBeGreaterThan(viewOn(begun()).scale);
  expect(lookAtPin(at, "all").moved).toBeNull();
  // What fills the image already is not shown smaller.
  const large = withPins(sized(editingOf([{ ...box("a", 0), shape: { type: "box", left: 5, top: 5, width: 90, height: 90, rotation: 0 } }], { width: 100, height: 100 }), { width: 148, height: 148 }), [pin("on", 1, { annotationId: "a" })]);
  expect(lookAtPin(large, "on").moved).toBeNull();
  expect(lookAtPin(at, null).pinId).toBeNull();
});

test("keys go round", () => {
  const seen: (string | null)[] = [];
  let state = begun();
  for (const by of [1, 1, 1, 1, -1, -1] as const) {
    state = lookAtNextPin(state, by);
    seen.push(state.pinId);
  }
  expect(seen).toEqual(["on", "at", "all", "on", "all", "at"]);
  expect(lookAtNextPin(withPins(begun(), []), 1).pinId).toBeNull();
});

test("a comment is asked for on what is meant", () => {
  expect(ask(select(begun(), ["a"])).asked).toEqual({ ...WHOLE_ITEM, annotationId: "a" });
  expect(ask(begun(), imagePoint(45, 15)).asked?.annotationId).toBe("b");
  expect(ask(begun(), imagePoint(90, 90)).asked?.at).toEqual({ x: 90, y: 90 });
  expect(ask(begun(), imagePoint(190, 90)).asked).toEqual(WHOLE_ITEM);
  expect(ask(select(begun(), ["a"]), imagePoint(90, 90)).asked?.annotationId).toBe("a");
  expect(ask(begun()).asked).toEqual(WHOLE_ITEM);
  expect(askAt(begun(), imagePoint(45, 15))).toMatchObject({ asked: { annotationId: "b" }, selected: new Set(["b"]) });
  expect(askAt(begun(), imagePoint(90, 90)).asked?.at).toEqual({ x: 90, y: 90 });
  expect(askAt(begun(), imagePoint(190, 90)).asked).toBeNull();
});

test("in a text a range is meant", () => {
  const text = withPins(reading(editingOf([], { width: 1, height: 1 }), "Ada met Bob."), [pin("words", 1, { range: { start: 4, end: 7 } })]);
  expect(rangeOf(text, text.pins[0] as Pin)).toEqual({ start: 4, end: 7 });
  expect(lookAtPin(text, "words").range).toEqual({ start: 4, end: 7 });
  expect(ask(mark(text, { start: 0, end: 3 })).asked?.range).toEqual({ start: 0, end: 3 });
});
