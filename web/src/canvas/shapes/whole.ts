/** The item itself: what classification marks. It has no place on the image; it is told beside it. */
import type { Whole } from "../../wire/types";
import type { ShapeView } from "./_protocol";

export const whole: ShapeView<Whole> = {
  name: "whole",
  draw: () => undefined,
  hit: () => false,
  bounds: () => null,
};
