/** A mask in the hand: it moves by whole pixels; its outline is changed with the brush. */
import type { Mask } from "../../wire/types";
import { movedRuns } from "../geometry/mask_edits";
import type { Handles } from "./_protocol";

export const mask: Handles<Mask> = {
  name: "mask",
  handles: () => [],
  dragged: (shape) => shape,
  without: (shape) => shape,
  moved: (shape, dx, dy) => ({ ...shape, ...movedRuns(shape, Math.round(dx), Math.round(dy)) }),
};
