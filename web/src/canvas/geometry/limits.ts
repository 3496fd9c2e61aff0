/** Keeps what is drawn on the image: points are held inside, and snap to its edges when they are near. */
import { imagePoint } from "./points";
import type { Bounds, ImagePoint, Size } from "./points";

/** Finer than a hand can draw; files and addresses stay short. */
const FINEST = 100;

/** The nearest point of the image in hundredths; one within `tolerance` of an edge lies on that edge. */
export function held(point: ImagePoint, size: Size, tolerance = 0): ImagePoint {
  return imagePoint(along(rounded(point.x), size.width, tolerance), along(rounded(point.y), size.height, tolerance));
}

export function rounded(value: number): number {
  return Math.round(value * FINEST) / FINEST;
}

/** How far bounds may move so that they stay on the image; what lies outside already may stay so. */
export function heldMove(dx: number, dy: number, bounds: Bounds, size: Size): [dx: number, dy: number] {
  return [slid(dx, bounds.left, bounds.right, size.width), slid(dy, bounds.top, bounds.bottom, size.height)];
}

function along(value: number, end: number, tolerance: number): number {
  if (value < tolerance) return 0;
  return value > end - tolerance ? end : value;
}

function slid(by: number, low: number, high: number, end: number): number {
  return Math.min(Math.max(by, Math.min(0, -low)), Math.max(0, end - high));
}
