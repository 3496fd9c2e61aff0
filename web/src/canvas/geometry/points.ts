/** Points that say in their type which plane they lie on, so that planes cannot be mixed up. */

declare const plane: unique symbol;

interface PointOn<Plane extends string> {
  readonly x: number;
  readonly y: number;
  readonly [plane]: Plane;
}

/** In pixels of an original image, x right and y down, from its left top corner. */
export type ImagePoint = PointOn<"image">;
/** In CSS pixels, from the left top corner of a canvas. */
export type ScreenPoint = PointOn<"screen">;
/** On the plane that a viewport moves over; images, or tiles of a map, lie on it. */
export type WorldPoint = PointOn<"world">;

export function imagePoint(x: number, y: number): ImagePoint {
  return { x, y } as ImagePoint;
}

export function screenPoint(x: number, y: number): ScreenPoint {
  return { x, y } as ScreenPoint;
}

export function worldPoint(x: number, y: number): WorldPoint {
  return { x, y } as WorldPoint;
}

/** An upright rectangle in pixels of an image. */
export interface Bounds {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** The smallest upright rectangle around points; null around none. */
export function around(points: Iterable<{ x: number; y: number }>): Bounds | null {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y } of points) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x);
    bottom = Math.max(bottom, y);
  }
  return left <= right ? { left, top, right, bottom } : null;
}

/** The smallest upright rectangle around rectangles; null around none. */
export function united(all: Iterable<Bounds | null>): Bounds | null {
  const corners = [...all].flatMap((bounds) =>
    bounds === null ? [] : [{ x: bounds.left, y: bounds.top }, { x: bounds.right, y: bounds.bottom }],
  );
  return around(corners);
}

/** The rectangle with a margin on every side. */
export function grown(bounds: Bounds, margin: number): Bounds {
  return { left: bounds.left - margin, top: bounds.top - margin, right: bounds.right + margin, bottom: bounds.bottom + margin };
}
