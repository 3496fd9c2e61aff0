/** Labels are offered once each, with numbers; what they are said of follows from their shapes. */
import { expect, test } from "vitest";

import { drawingIn, editingOf, mark, reading, select, take, undo } from "../../../canvas/edits/editing";
import type { Editing } from "../../../canvas/edits/editing";
import { attributesOf } from "./attributes";
import { choicesOf, howToBegin, isWhole } from "./choices";
import type { Choice } from "./choices";
import { chosen } from "./choosing";

const label = (name: string, shape: string, display: string | null = null): { name: string; display_name: string | null; shape: string } => ({ name, display_name: display, shape });
const choices = choicesOf([label("cell", "box", "Red cell"), label("blurred", "whole"), label("cell", "polygon"), label("path", "polyline")], ["cell", "typed in"]);
const choice = (name: string): Choice => choices.find((each) => each.name === name) as Choice;
const begun = (): Editing => editingOf([], { width: 10, height: 10 });
const labels = (state: Editing): string[] => drawingIn(state).entries.map((entry) => `${entry.shape.type} ${entry.label}`);

test("each name is there once, in order, with its number and all its shapes", () => {
  expect(choices.map(({ key, title, shapes }) => [key, title, ...shapes])).toEqual([
    ["1", "Red cell", "box", "polygon"],
    ["2", "blurred", "whole"],
    ["3", "path", "polyline"],
    ["4", "typed in"],
  ]);
  expect(choicesOf(Array.from({ length: 12 }, (_, place) => label(`l${place}`, "box"))).map(({ key }) => key)).toEqual([..."1234567890", null, null]);
  expect(choices.filter(isWhole).map(({ name }) => name)).toEqual(["blurred"]);
});

test("a label of the whole item is had, and had no more; several are had at once", () => {
  const once = chosen(begun(), "image", choice("blurred"), false);
  expect(labels(once)).toEqual(["whole blurred"]);
  expect(labels(chosen(once, "image", choice("blurred"), false))).toEqual([]);
  expect(labels(chosen(once, "html", choice("cell"), false))).toEqual(["whole blurred", "whole cell"]);
});

test("where an item has one label, another takes its place in one step", () => {
  const first = chosen(begun(), "html", choice("cell"), true);
  expect(labels(first)).toEqual(["whole cell"]);
  const second = chosen(first, "html", choice("blurred"), true);
  expect(labels(second)).toEqual(["whole blurred"]);
  expect(labels(undo(second))).toEqual(["whole cell"]);
  expect(labels(chosen(second, "html", choice("blurred"), true))).toEqual([]);
});

test("a label that is drawn in one way brings its tool, unless there is something to select and nothing is being drawn", () => {
  expect(chosen(take(begun(), "box"), "image", choice("path"), false)).toMatchObject({ tool: "polyline", label: "path" });
  expect(chosen(take(begun(), "polyline"), "image", choice("cell"), false)).toMatchObject({ tool: "polyline", label: "cell" });
  expect(chosen(begun(), "image", choice("path"), false)).toMatchObject({ tool: "polyline", label: "path" });
  const shape = { type: "point" as const, x: 1, y: 1 };
  const filled = editingOf([{ id: "a", label: "cell", shape, attributes: {}, source: null }], { width: 10, height: 10 });
  expect(chosen(filled, "image", choice("path"), false)).toMatchObject({ tool: "select", label: "path" });
});

test("after a hole a number names what is drawn next, and not the shape around the hole", () => {
  const shape = { type: "box" as const, left: 0, top: 0, width: 5, height: 5, rotation: 0 };
  const state = select(editingOf([{ id: "a", label: "cell", shape, attributes: {}, source: null }], { width: 10, height: 10 }), ["a"]);
  const drawing = chosen(take(state, "hole"), "image", choice("typed in"), false);
  expect([labels(drawing), drawing.label]).toEqual([["box cell"], "typed in"]);
  for (const tool of ["select", "box"] as const) expect(labels(chosen({ ...state, tool }, "image", choice("typed in"), false))).toEqual(["box typed in"]);
  // A text has no such tools: the one in the hand is left from an image.
  expect(labels(chosen(take(state, "hole"), "text", choice("typed in"), false))).toEqual(["box typed in"]);
});

test("a label that a drawn shape never has names what is drawn next", () => {
  const shape = { type: "box" as const, left: 0, top: 0, width: 5, height: 5, rotation: 0 };
  const drawn = select({ ...editingOf([{ id: "a", label: "cell", shape, attributes: {}, source: null }], { width: 10, height: 10 }), tool: "box" }, ["a"]);
  const next = chosen(drawn, "image", choice("path"), false);
  expect([labels(next), next.tool, next.label]).toEqual([["box cell"], "polyline", "path"]);
});

test("a marked range of a text takes the label", () => {
  const state = chosen(mark(reading(begun(), "Ada met Bob"), { start: 8, end: 11 }), "text", choice("cell"), false);
  expect(drawingIn(state).entries).toMatchObject([{ label: "cell", shape: { type: "span", start: 8, end: 11 } }]);
  expect(state).toMatchObject({ range: null, label: "cell" });
});

test("attributes have the fields that the project defines, and those they carry", () => {
  const definitions = [
    { key: "occluded", attribute_type: "binary" },
    { key: "stain", attribute_type: "categorical", options: ["pink", "blue"] },
    { key: "signs", attribute_type: "categorical", allow_multiple: true, options: ["a", "b"] },
    { key: "note", attribute_type: "text" },
    { no_key: true },
  ];
  const fields = attributesOf(definitions, { note: "x", crowd: true, size: 3, nested: { a: 1 } });
  expect(fields.map(({ key, sort }) => `${key} ${sort}`)).toEqual(["occluded flag", "stain one", "signs several", "note text", "crowd flag", "size number"]);
  expect(fields[1]?.options).toEqual(["pink", "blue"]);
});

test("how to begin is said of what can be annotated", () => {
  expect(howToBegin("html", choices)).toBe("Press the number of a label.");
  expect(howToBegin("text", [choice("blurred")])).toBe("Press the number of a label.");
  expect(howToBegin("text", choices)).toContain("Draw over words");
  expect(howToBegin("image", choices)).toBe("");
});
