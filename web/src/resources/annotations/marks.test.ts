/** What is drawn is also told in words. */
import { expect, test } from "vitest";

import type { Mark } from "../../canvas/scene";
import { described } from "./marks";

function mark(id: string, layer: Mark["layer"], label: string): Mark {
  return { id, layer, label, colour: "#000000", caption: label, shape: { type: "whole" } };
}

test("a description counts by layer and label", () => {
  const marks = [mark("a", "truth", "cell"), mark("b", "truth", "cell"), mark("c", "prediction", "dirt")];
  expect(described(marks)).toBe("Image with 2 annotations (2 cell) and 1 prediction (1 dirt)");
  expect(described([])).toBe("Image with 0 annotations");
});
