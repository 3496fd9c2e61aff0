/** Keypoints: named points of one thing, the limbs between them, and the box around it. */
import type { Keypoint, Keypoints } from "../../wire/types";
import type { Corner } from "../geometry/polygons";
import { distance } from "../geometry/polygons";
import { around } from "../geometry/points";
import { inked, outlined } from "./_protocol";
import type { ShapeView } from "./_protocol";

const RADIUS = 4;
/** Pairs of names that are joined by a line: a person's joints as COCO names them. */
const LIMBS: readonly (readonly [string, string])[] = [
  ["nose", "left_eye"], ["nose", "right_eye"], ["left_eye", "right_eye"], ["left_eye", "left_ear"], ["right_eye", "right_ear"],
  ["left_ear", "left_shoulder"], ["right_ear", "right_shoulder"], ["left_shoulder", "right_shoulder"],
  ["left_shoulder", "left_elbow"], ["left_elbow", "left_wrist"], ["right_shoulder", "right_elbow"], ["right_elbow", "right_wrist"],
  ["left_shoulder", "left_hip"], ["right_shoulder", "right_hip"], ["left_hip", "right_hip"],
  ["left_hip", "left_knee"], ["left_knee", "left_ankle"], ["right_hip", "right_knee"], ["right_knee", "right_ankle"],
];

export const keypoints: ShapeView<Keypoints> = {
  name: "keypoints",
  draw(ctx, shape, pen) {
    const lines = new Path2D();
    for (const line of [...limbs(shape), ...border(shape)]) line.forEach(([x, y], place) => (place === 0 ? lines.moveTo(x, y) : lines.lineTo(x, y)));
    outlined(ctx, lines, pen);
    inked(ctx, dots(shape.points.filter(shown), pen.scale), { ...pen, fill: 0.9 });
    // A hidden point is a ring: its place is known, but it is not seen.
    inked(ctx, dots(shape.points.filter((point) => !shown(point)), pen.scale), { ...pen, fill: 0 });
  },
  hit: (shape, at, tolerance) =>
    shape.points.some((point) => Math.hypot(point.x - at.x, point.y - at.y) <= tolerance * 2) ||
    [...limbs(shape), ...border(shape)].some((line) => distance(line, at, false) <= tolerance),
  bounds: (shape) => around([...shape.points, ...border(shape).flatMap((line) => line.map(([x, y]) => ({ x, y })))]),
};

function shown({ visible }: Keypoint): boolean {
  return visible ?? true;
}

function dots(points: readonly Keypoint[], scale: number): Path2D {
  const path = new Path2D();
  for (const { x, y } of points) {
    path.moveTo(x + RADIUS / scale, y);
    path.arc(x, y, RADIUS / scale, 0, 2 * Math.PI);
  }
  return path;
}

function limbs({ points }: Keypoints): Corner[][] {
  const named = new Map(points.map((point) => [point.name, [point.x, point.y] as const]));
  return LIMBS.flatMap(([one, other]) => {
    const ends = [named.get(one), named.get(other)];
    return ends.every((end) => end !== undefined) ? [ends] : [];
  });
}

function border({ box }: Keypoints): Corner[][] {
  if (!box) return [];
  const [right, bottom] = [box.left + box.width, box.top + box.height];
  return [[[box.left, box.top], [right, box.top], [right, bottom], [box.left, bottom], [box.left, box.top]]];
}
