/** A box in the hand: eight handles around it and a knob that turns it. */
import type { Box } from "../../wire/types";
import { imagePoint } from "../geometry/points";
import type { ImagePoint } from "../geometry/points";
import { centre, turned } from "../shapes/box";
import type { Handles } from "./_protocol";

/** Which way from the centre each handle lies: left or right, up or down. */
const SIDES = {
  "left top": [-1, -1],
  top: [0, -1],
  "right top": [1, -1],
  right: [1, 0],
  "right bottom": [1, 1],
  bottom: [0, 1],
  "left bottom": [-1, 1],
  left: [-1, 0],
} as const;
type Side = keyof typeof SIDES;
const STEP_DEGREES = 15;
/** A box never becomes flatter than this, in pixels. */
const LEAST = 1;

export const box: Handles<Box> = {
  name: "box",
  handles(shape, reach) {
    const about = centre(shape);
    const spot = (x: number, y: number): ImagePoint => turned(imagePoint(about.x + x, about.y + y), about, shape.rotation ?? 0);
    const around = (Object.keys(SIDES) as Side[]).map((name) => {
      const [x, y] = SIDES[name];
      return { name, at: spot((x * shape.width) / 2, (y * shape.height) / 2), sort: "corner" as const };
    });
    return [...around, { name: "turn", at: spot(0, -shape.height / 2 - reach), sort: "turn" }];
  },
  edge(shape, at, tolerance) {
    const about = centre(shape);
    const { x, y } = turned(at, about, -(shape.rotation ?? 0));
    const [beside, above] = [Math.abs(x - about.x) - shape.width / 2, Math.abs(y - about.y) - shape.height / 2];
    if (Math.abs(beside) <= tolerance && above <= 0) return x < about.x ? "left" : "right";
    return Math.abs(above) <= tolerance && beside <= 0 ? (y < about.y ? "top" : "bottom") : null;
  },
  dragged: (shape, handle, to, even) => (handle === "turn" ? turnedTo(shape, to, even) : stretched(shape, SIDES[handle as Side], to, even)),
  without: (shape) => shape,
  moved: (shape, dx, dy) => ({ ...shape, left: shape.left + dx, top: shape.top + dy }),
};

function turnedTo(shape: Box, to: ImagePoint, even: boolean): Box {
  const about = centre(shape);
  const degrees = (Math.atan2(to.x - about.x, about.y - to.y) * 180) / Math.PI;
  const held = even ? Math.round(degrees / STEP_DEGREES) * STEP_DEGREES : degrees;
  return { ...shape, rotation: Math.round(((held + 360) % 360) * 100) / 100 };
}

// The opposite side stays where it is; in the box's own frame that is plain arithmetic.
function stretched(shape: Box, [x, y]: readonly [number, number], to: ImagePoint, even: boolean): Box {
  const [about, rotation] = [centre(shape), shape.rotation ?? 0];
  const local = turned(to, about, -rotation);
  const [halfWidth, halfHeight] = [shape.width / 2, shape.height / 2];
  let width = x === 0 ? shape.width : x * (local.x - about.x) + halfWidth;
  let height = y === 0 ? shape.height : y * (local.y - about.y) + halfHeight;
  if (even && x !== 0 && y !== 0 && shape.width > 0 && shape.height > 0) {
    const factor = Math.max(Math.abs(width) / shape.width, Math.abs(height) / shape.height);
    [width, height] = [Math.sign(width) * shape.width * factor, Math.sign(height) * shape.height * factor];
  }
  const middle = turned(imagePoint(about.x + (x * (width - shape.width)) / 2, about.y + (y * (height - shape.height)) / 2), about, rotation);
  const size = { width: Math.max(LEAST, Math.abs(width)), height: Math.max(LEAST, Math.abs(height)) };
  return { ...shape, ...size, left: middle.x - size.width / 2, top: middle.y - size.height / 2 };
}
