/** Keypoints in the hand: each named point by itself. */
import type { Keypoints } from "../../wire/types";
import { imagePoint } from "../geometry/points";
import type { Handles } from "./_protocol";

export const keypoints: Handles<Keypoints> = {
  name: "keypoints",
  handles: (shape) => shape.points.map(({ name, x, y }) => ({ name, at: imagePoint(x, y), sort: "corner" })),
  dragged: (shape, handle, to) => ({ ...shape, points: shape.points.map((point) => (point.name === handle ? { ...point, x: to.x, y: to.y } : point)) }),
  without: (shape) => shape,
  moved(shape, dx, dy) {
    const { box } = shape;
    return {
      ...shape,
      points: shape.points.map((point) => ({ ...point, x: point.x + dx, y: point.y + dy })),
      ...(box === undefined ? {} : { box: { ...box, left: box.left + dx, top: box.top + dy } }),
    };
  },
};
