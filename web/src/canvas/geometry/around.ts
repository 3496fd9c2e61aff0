/** The part of an image around some marks, with room to see what they are on. */
import type { Mark } from "../scene";
import { viewOf } from "../shapes";
import { grown } from "./points";
import type { Bounds, Size } from "./points";

/** Of the longer side, on every side. */
const MARGIN = 0.45;
const LEAST = 12;

/** The bounds of all marks with a margin, within the image where its size is known; null without a place. */
export function aroundMarks(marks: readonly Mark[], size: Size | null): Bounds | null {
  const placed = marks.flatMap(({ shape }) => viewOf(shape).bounds(shape) ?? []);
  const [first, ...others] = placed;
  if (first === undefined) return null;
  const all = others.reduce((one, other) => ({ left: Math.min(one.left, other.left), top: Math.min(one.top, other.top), right: Math.max(one.right, other.right), bottom: Math.max(one.bottom, other.bottom) }), first);
  const wide = grown(all, Math.max(LEAST, MARGIN * Math.max(all.right - all.left, all.bottom - all.top)));
  if (size === null) return wide;
  const cut = { left: Math.max(0, wide.left), top: Math.max(0, wide.top), right: Math.min(size.width, wide.right), bottom: Math.min(size.height, wide.bottom) };
  return cut.left < cut.right && cut.top < cut.bottom ? cut : wide;
}
