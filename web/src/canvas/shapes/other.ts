/** A shape that linlog does not know: kept, listed, and drawn nowhere. */
import type { Other } from "../../wire/types";
import type { ShapeView } from "./_protocol";

export const other: ShapeView<Other> = {
  name: "other",
  draw: () => undefined,
  hit: () => false,
  bounds: () => null,
};
