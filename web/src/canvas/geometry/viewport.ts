/** The part of the world that a canvas shows: fit, zoom and pan, without a canvas. */
import { screenPoint, worldPoint } from "./points";
import type { Bounds, ScreenPoint, Size, WorldPoint } from "./points";

/** Quarter turns clockwise. */
export type Turn = 0 | 1 | 2 | 3;

/** screen = turned(world) * scale + offset, turned about the world's origin. */
export interface Viewport {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
  readonly turn?: Turn;
}

const LARGEST_SCALE = 60;
const SMALLEST_PART = 0.25;

const COSINES = [1, 0, -1, 0] as const;
const SINES = [0, 1, 0, -1] as const;

/** The numbers that a canvas takes to draw in the world's units. */
export function matrix(view: Viewport, ratio = 1): [a: number, b: number, c: number, d: number, e: number, f: number] {
  const [cos, sin] = [COSINES[view.turn ?? 0] * view.scale * ratio, SINES[view.turn ?? 0] * view.scale * ratio];
  return [cos, sin, -sin, cos, view.offsetX * ratio, view.offsetY * ratio];
}

export function toScreen(view: Viewport, point: WorldPoint): ScreenPoint {
  const [a, b, c, d, e, f] = matrix(view);
  return screenPoint(point.x * a + point.y * c + e, point.x * b + point.y * d + f);
}

export function toWorld(view: Viewport, point: ScreenPoint): WorldPoint {
  const [cos, sin] = [COSINES[view.turn ?? 0], SINES[view.turn ?? 0]];
  const [x, y] = [(point.x - view.offsetX) / view.scale, (point.y - view.offsetY) / view.scale];
  return worldPoint(x * cos + y * sin, y * cos - x * sin);
}

/** Where a rectangle of the world lies on the canvas. */
export function boundsOnScreen(view: Viewport, bounds: Bounds): Bounds {
  const [one, other] = [toScreen(view, worldPoint(bounds.left, bounds.top)), toScreen(view, worldPoint(bounds.right, bounds.bottom))];
  return {
    left: Math.min(one.x, other.x),
    top: Math.min(one.y, other.y),
    right: Math.max(one.x, other.x),
    bottom: Math.max(one.y, other.y),
  };
}

/** The part of the world that the canvas shows. */
export function seen(view: Viewport, canvas: Size): Bounds {
  const [one, other] = [toWorld(view, screenPoint(0, 0)), toWorld(view, screenPoint(canvas.width, canvas.height))];
  return {
    left: Math.min(one.x, other.x),
    top: Math.min(one.y, other.y),
    right: Math.max(one.x, other.x),
    bottom: Math.max(one.y, other.y),
  };
}

/** The viewport that shows the whole rectangle in the middle, with a margin in CSS pixels. */
export function fitted(bounds: Bounds, canvas: Size, margin = 0, turn: Turn = 0): Viewport {
  const [width, height] = [Math.max(1, bounds.right - bounds.left), Math.max(1, bounds.bottom - bounds.top)];
  const room = { width: Math.max(1, canvas.width - 2 * margin), height: Math.max(1, canvas.height - 2 * margin) };
  const [across, down] = turn % 2 === 0 ? [width, height] : [height, width];
  const scale = Math.min(room.width / across, room.height / down, LARGEST_SCALE);
  const middle = worldPoint((bounds.left + bounds.right) / 2, (bounds.top + bounds.bottom) / 2);
  return centred({ scale, offsetX: 0, offsetY: 0, turn }, middle, screenPoint(canvas.width / 2, canvas.height / 2));
}

/** The viewport after zooming by `factor`, with what lies under `centre` staying there. */
export function zoomed(view: Viewport, factor: number, centre: ScreenPoint, world: Bounds, canvas: Size): Viewport {
  const least = fitted(world, canvas, 0, view.turn).scale * SMALLEST_PART;
  const scale = Math.min(LARGEST_SCALE, Math.max(least, view.scale * factor));
  return kept(centred({ ...view, scale }, toWorld(view, centre), centre), world, canvas);
}

/** The viewport after dragging by CSS pixels. */
export function panned(view: Viewport, dx: number, dy: number, world: Bounds, canvas: Size): Viewport {
  return kept({ ...view, offsetX: view.offsetX + dx, offsetY: view.offsetY + dy }, world, canvas);
}

// The same scale and turn, with a point of the world under a point of the canvas.
function centred(view: Viewport, point: WorldPoint, at: ScreenPoint): Viewport {
  const now = toScreen(view, point);
  return { ...view, offsetX: view.offsetX + at.x - now.x, offsetY: view.offsetY + at.y - now.y };
}

// Some of the world stays in sight: its edge never passes the middle of the canvas.
function kept(view: Viewport, world: Bounds, canvas: Size): Viewport {
  const { left, top, right, bottom } = boundsOnScreen(view, world);
  return {
    ...view,
    offsetX: view.offsetX + between(0, canvas.width / 2 - right, canvas.width / 2 - left),
    offsetY: view.offsetY + between(0, canvas.height / 2 - bottom, canvas.height / 2 - top),
  };
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
