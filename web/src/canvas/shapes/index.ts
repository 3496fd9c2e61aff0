/** The table of shapes: by name, the same names as `linlog/shapes`. */
import type { Shape } from "../../wire/types";
import type { ShapeView } from "./_protocol";
import { box } from "./box";
import { keypoints } from "./keypoints";
import { mask } from "./mask";
import { other } from "./other";
import { point } from "./point";
import { polygon } from "./polygon";
import { polyline } from "./polyline";
import { span } from "./span";
import { whole } from "./whole";

export const TABLE: { [Name in Shape["type"]]: ShapeView<Extract<Shape, { type: Name }>> } = {
  box,
  polygon,
  polyline,
  point,
  keypoints,
  mask,
  span,
  whole,
  other,
};

/** How a shape is drawn and hit; a shape of a newer server is treated like `other`. */
export function viewOf(shape: Shape): ShapeView<Shape> {
  return (TABLE[shape.type] ?? other) as ShapeView<Shape>;
}
