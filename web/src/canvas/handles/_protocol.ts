/** What every shape that can be changed by hand offers: where it is held, and what becomes of it. */
import type { Shape } from "../../wire/types";
import type { ImagePoint } from "../geometry/points";

export interface Handle {
  /** Which one it is, in the words of its shape. */
  name: string;
  at: ImagePoint;
  /** A corner, the middle of an edge that becomes a corner when it is drawn away, or the knob that turns. */
  sort: "corner" | "middle" | "turn";
}

export interface Handles<S extends Shape> {
  name: S["type"];
  /** `reach` is how far from the shape the knob stands that turns it, in pixels of the image. */
  handles: (shape: S, reach: number) => Handle[];
  /** The handle that stands for the edge under a point, where an edge can be held anywhere. */
  edge?: (shape: S, at: ImagePoint, tolerance: number) => string | null;
  /** The shape after a handle was drawn somewhere; `even` keeps proportions, or turns in steps. */
  dragged: (shape: S, handle: string, to: ImagePoint, even: boolean) => S;
  /** The shape without a corner; the same shape where it needs that corner. */
  without: (shape: S, handle: string) => S;
  moved: (shape: S, dx: number, dy: number) => S;
}
