/** A span: a range of a text. It has no place on an image; `resources/annotations` marks it in the text. */
import type { Span } from "../../wire/types";
import type { ShapeView } from "./_protocol";

export const span: ShapeView<Span> = {
  name: "span",
  draw: () => undefined,
  hit: () => false,
  bounds: () => null,
};
