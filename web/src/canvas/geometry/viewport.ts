/** The part of the world that a canvas shows: fit, zoom and pan, without a canvas. */
import { screenPoint, worldPoint } from "./points";
import type { Bounds, ScreenPoint, Size, WorldPoint } from "./points";

/** screen = world * scale + offset. */
export interface Viewport {
  readonly scale: number;
  readonly offsetX: number;
  readonly offsetY: number;
}

const LARGEST_SCALE = 60;
const SMALLEST_PART = 0.25;

export function toScreen(view: Viewport, point: WorldPoint): ScreenPoint {
  return screenPoint(point.x * view.scale + view.offsetX, point.y * view.scale + view.offsetY);
}

export function toWorld(view: Viewport, point: ScreenPoint): WorldPoint {
  return worldPoint((point.x - view.offsetX) / view.scale, (point.y - view.offsetY) / view.scale);
}

/** The viewport that shows the whole rectangle in the middle, with a margin in CSS pixels. */
export function fitted(bounds: Bounds, canvas: Size, margin = 0): Viewport {
  const [width, height] = [Math.max(1, bounds.right - bounds.left), Math.max(1, bounds.bottom - bounds.top)];
  const room = { width: Math.max(1, canvas.width - 2 * margin), height: Math.max(1, canvas.height - 2 * margin) };
  const scale = Math.min(room.width / width, room.height / height, LARGEST_SCALE);
  return {
    scale,
    offsetX: canvas.width / 2 - ((bounds.left + bounds.right) / 2) * scale,
    offsetY: canvas.height / 2 - ((bounds.top + bounds.bottom) / 2) * scale,
  };
}

/** The viewport after zooming by `factor`, with what lies under `centre` staying there. */
export function zoomed(view: Viewport, factor: number, centre: ScreenPoint, world: Bounds, canvas: Size): Viewport {
  const least = fitted(world, canvas).scale * SMALLEST_PART;
  const scale = Math.min(LARGEST_SCALE, Math.max(least, view.scale * factor));
  const held = toWorld(view, centre);
  return kept({ scale, offsetX: centre.x - held.x * scale, offsetY: centre.y - held.y * scale }, world, canvas);
}

/** The viewport after dragging by CSS pixels. */
export function panned(view: Viewport, dx: number, dy: number, world: Bounds, canvas: Size): Viewport {
  return kept({ ...view, offsetX: view.offsetX + dx, offsetY: view.offsetY + dy }, world, canvas);
}

// Some of the world stays in sight: its edge never passes the middle of the canvas.
function kept(view: Viewport, world: Bounds, canvas: Size): Viewport {
  return {
    scale: view.scale,
    offsetX: between(view.offsetX, canvas.width / 2 - world.right * view.scale, canvas.width / 2 - world.left * view.scale),
    offsetY: between(view.offsetY, canvas.height / 2 - world.bottom * view.scale, canvas.height / 2 - world.top * view.scale),
  };
}

function between(value: number, low: number, high: number): number {
  return Math.min(high, Math.max(low, value));
}
