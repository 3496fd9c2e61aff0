/** A box, upright or turned about its centre. */
import type { Box } from "../../wire/types";
import { around, imagePoint } from "../geometry/points";
import type { ImagePoint } from "../geometry/points";
import { inked } from "./_protocol";
import type { ShapeView } from "./_protocol";

export const box: ShapeView<Box> = {
  name: "box",
  draw(ctx, shape, pen) {
    const path = new Path2D();
    corners(shape).forEach(({ x, y }, place) => (place === 0 ? path.moveTo(x, y) : path.lineTo(x, y)));
    path.closePath();
    inked(ctx, path, pen);
  },
  hit(shape, point, tolerance) {
    const { x, y } = turned(point, centre(shape), -(shape.rotation ?? 0));
    return (
      x >= shape.left - tolerance &&
      x <= shape.left + shape.width + tolerance &&
      y >= shape.top - tolerance &&
      y <= shape.top + shape.height + tolerance
    );
  },
  bounds: (shape) => around(corners(shape)),
};

/** The corners, clockwise from the left top one. */
export function corners(shape: Box): ImagePoint[] {
  const { left, top, width, height, rotation = 0 } = shape;
  const upright = [imagePoint(left, top), imagePoint(left + width, top), imagePoint(left + width, top + height), imagePoint(left, top + height)];
  return rotation === 0 ? upright : upright.map((corner) => turned(corner, centre(shape), rotation));
}

/** The middle of the box. */
export function centre(shape: Box): ImagePoint {
  return imagePoint(shape.left + shape.width / 2, shape.top + shape.height / 2);
}

/** The point after a turn; clockwise on screen, since y points down. */
export function turned(point: ImagePoint, about: ImagePoint, degrees: number): ImagePoint {
  const turn = (degrees * Math.PI) / 180;
  const [dx, dy] = [point.x - about.x, point.y - about.y];
  return imagePoint(
    about.x + dx * Math.cos(turn) - dy * Math.sin(turn),
    about.y + dx * Math.sin(turn) + dy * Math.cos(turn),
  );
}
