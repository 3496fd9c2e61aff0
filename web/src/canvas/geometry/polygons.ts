/** Closed and open paths: what lies inside, and how far a point is from the line. */
import type { ImagePoint } from "./points";

export type Corner = readonly [number, number];

/** Whether the point is inside the path by the even-odd rule. */
export function inside(path: readonly Corner[], point: ImagePoint): boolean {
  let within = false;
  for (let place = 0, before = path.length - 1; place < path.length; before = place, place += 1) {
    const [ax, ay] = path[place] as Corner;
    const [bx, by] = path[before] as Corner;
    const crosses = ay > point.y !== by > point.y;
    if (crosses && point.x < ((bx - ax) * (point.y - ay)) / (by - ay) + ax) within = !within;
  }
  return within;
}

/** How far the point is from the nearest part of the path, in the path's own units. */
export function distance(path: readonly Corner[], point: ImagePoint, closed: boolean): number {
  let least = Infinity;
  const last = closed ? path.length : path.length - 1;
  for (let place = 0; place < last; place += 1) {
    least = Math.min(least, toEdge(path[place] as Corner, path[(place + 1) % path.length] as Corner, point));
  }
  return least;
}

function toEdge([ax, ay]: Corner, [bx, by]: Corner, point: ImagePoint): number {
  const squared = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = squared === 0 ? 0 : ((point.x - ax) * (bx - ax) + (point.y - ay) * (by - ay)) / squared;
  const held = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - (ax + held * (bx - ax)), point.y - (ay + held * (by - ay)));
}
