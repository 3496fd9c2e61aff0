/** Shapes cut in two along a line, and shapes joined to one. */
import clipping from "polygon-clipping";

import type { Box, Path, Polygon, Shape } from "../../wire/types";
import { corners } from "../shapes/box";
import { rounded } from "./limits";
import { divided, united } from "./mask_edits";
import { imagePoint } from "./points";
import type { ImagePoint } from "./points";
import { inside } from "./polygons";
import { holds } from "./runs";

type Rings = [number, number][][][];

/** Farther than any image reaches. */
const FAR = 1e6;

/** The parts on either side of the line; the shape alone where the stroke does not cross it. */
export function cutShape(shape: Shape, from: ImagePoint, to: ImagePoint): Shape[] {
  if (!crossed(shape, from, to)) return [shape];
  if (shape.type === "mask") return divided(shape, [from.x, from.y], [to.x, to.y]).map((part) => ({ type: "mask", size: [...part.size], counts: [...part.counts] }));
  if (shape.type === "polyline") return cutLine(shape.points, from, to).map((points) => ({ type: "polyline", points }));
  const rings = ringsOf(shape);
  if (rings === null) return [shape];
  const half = halfPlane(from, to);
  return [clipping.intersection(rings, half), clipping.difference(rings, half)].flatMap((part) => polygonOf(part) ?? []);
}

/** One shape of several: boxes and polygons become a polygon, masks a mask; null for others. */
export function joinShapes(shapes: readonly Shape[]): Shape | null {
  const [first, ...others] = shapes;
  if (first === undefined || others.length === 0) return null;
  if (shapes.every((shape) => shape.type === "mask")) {
    const whole = others.reduce((sum, shape) => (shape.type === "mask" ? united(sum, shape) : sum), { size: first.type === "mask" ? first.size : ([0, 0] as [number, number]), counts: first.type === "mask" ? first.counts : [] });
    return { type: "mask", ...whole };
  }
  const rings = shapes.map(ringsOf);
  if (rings.includes(null)) return null;
  const [one, ...rest] = rings as Rings[];
  return polygonOf(clipping.union(one as Rings, ...rest));
}

/** Whether shapes can be joined at all. */
export function joinable(shapes: readonly Shape[]): boolean {
  return shapes.length > 1 && (shapes.every(({ type }) => type === "mask") || shapes.every(({ type }) => type === "box" || type === "polygon"));
}

function ringsOf(shape: Shape): Rings | null {
  if (shape.type === "box") return [[outline(shape)]];
  if (shape.type !== "polygon") return null;
  return shape.segments.map(({ path, holes }) => [path, ...holes]);
}

function outline(box: Box): Path {
  return corners(box).map(({ x, y }) => [x, y]);
}

function polygonOf(rings: Rings): Polygon | null {
  const segments = rings.flatMap(([path, ...holes]) => (path === undefined ? [] : [{ path: opened(path), holes: holes.map(opened) }]));
  return segments.length === 0 ? null : { type: "polygon", segments };
}

// The library repeats the first corner at the end; our paths close by themselves.
function opened(ring: Path): Path {
  return ring.slice(0, -1).map(([x, y]) => [rounded(x), rounded(y)]);
}

// All that lies on one side of the line, as a rectangle that reaches beyond every image.
function halfPlane(from: ImagePoint, to: ImagePoint): Rings {
  const long = Math.hypot(to.x - from.x, to.y - from.y);
  const [ux, uy] = [((to.x - from.x) / long) * FAR, ((to.y - from.y) / long) * FAR];
  return [[[[from.x - ux, from.y - uy], [from.x + ux, from.y + uy], [from.x + ux - uy, from.y + uy + ux], [from.x - ux - uy, from.y - uy + ux]]]];
}

function cutLine(points: Path, from: ImagePoint, to: ImagePoint): Path[] {
  const parts: Path[] = [points.slice(0, 1)];
  points.slice(1).forEach((next, place) => {
    const before = points[place] as [number, number];
    const at = crossing(before, next, from, to);
    if (at !== null) {
      parts.at(-1)?.push(at);
      parts.push([at]);
    }
    parts.at(-1)?.push(next);
  });
  return parts;
}

const SAMPLES = 200;

function crossed(shape: Shape, from: ImagePoint, to: ImagePoint): boolean {
  if (from.x === to.x && from.y === to.y) return false;
  const along = (share: number): ImagePoint => imagePoint(from.x + share * (to.x - from.x), from.y + share * (to.y - from.y));
  if (shape.type === "mask") return Array.from({ length: SAMPLES + 1 }, (_, place) => along(place / SAMPLES)).some(({ x, y }) => holds(shape, Math.floor(x), Math.floor(y)));
  const lines = shape.type === "polyline" ? [shape.points] : (ringsOf(shape)?.flat() ?? []);
  const closed = shape.type !== "polyline";
  if (closed && lines.some((ring) => inside(ring, from) || inside(ring, to))) return true;
  return lines.some((line) => line.some((corner, place) => (closed || place > 0) && crossing(line.at(place - 1) as [number, number], corner, from, to) !== null));
}

/** Where a stretch crosses the stroke; null where it does not. */
function crossing([ax, ay]: [number, number], [bx, by]: [number, number], from: ImagePoint, to: ImagePoint): [number, number] | null {
  const [rx, ry, sx, sy] = [bx - ax, by - ay, to.x - from.x, to.y - from.y];
  const turn = rx * sy - ry * sx;
  if (turn === 0) return null;
  const [along, across] = [((from.x - ax) * sy - (from.y - ay) * sx) / turn, ((from.x - ax) * ry - (from.y - ay) * rx) / turn];
  return along < 0 || along > 1 || across < 0 || across > 1 ? null : [rounded(ax + along * rx), rounded(ay + along * ry)];
}
