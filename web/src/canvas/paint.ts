/** Paints an image and its marks on a canvas. Knows no component and no resource. */
import type { Bounds, Size } from "./geometry/points";
import { boundsOnScreen, matrix } from "./geometry/viewport";
import type { Viewport } from "./geometry/viewport";
import { levelFor } from "./picture";
import type { Picture } from "./picture";
import type { Mark, Scene } from "./scene";
import { viewOf } from "./shapes";

export interface Look {
  view: Viewport;
  /** The canvas in CSS pixels, and how many device pixels each has. */
  canvas: Size;
  ratio: number;
  /** Marks that stand out; all others step back. */
  selected: ReadonlySet<string>;
  hoveredId: string | null;
  /** Whether every mark shows its tag; otherwise only the one that is pointed at. */
  captions: boolean;
  /** Whether the canvas is a small still, where thick lines would hide the picture. */
  small: boolean;
}

/** Nothing stands out. */
export const NONE: ReadonlySet<string> = new Set();

const MAGNIFIED = 4;

/** Paint everything anew. */
export function paint(ctx: CanvasRenderingContext2D, picture: Picture | null, size: Size, scene: Scene, look: Look): void {
  const { view, canvas, ratio } = look;
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  ctx.clearRect(0, 0, canvas.width, canvas.height);
  ctx.setTransform(...matrix(view, ratio));
  if (picture !== null) paintPicture(ctx, picture, size, view.scale * ratio);
  for (const mark of scene.marks) paintMark(ctx, mark, look);
  ctx.setTransform(ratio, 0, 0, ratio, 0, 0);
  const tagged = scene.marks.filter((mark) => (look.captions && look.selected.size === 0) || look.selected.has(mark.id) || mark.id === look.hoveredId);
  for (const mark of tagged) paintTag(ctx, mark, scene, look);
}

/** Paint the picture alone, in pixels of the image. */
export function paintPicture(ctx: CanvasRenderingContext2D, picture: Picture, size: Size, scale: number, quality: ImageSmoothingQuality = "high"): void {
  ctx.imageSmoothingEnabled = scale < MAGNIFIED;
  ctx.imageSmoothingQuality = quality;
  ctx.drawImage(levelFor(picture, scale), 0, 0, size.width, size.height);
  ctx.imageSmoothingEnabled = true;
}

function paintMark(ctx: CanvasRenderingContext2D, mark: Mark, look: Look): void {
  const active = look.selected.has(mark.id) || mark.id === look.hoveredId;
  const other = (look.selected.size > 0 && !active) || mark.faint === true;
  viewOf(mark.shape).draw(ctx, mark.shape, {
    colour: mark.colour,
    dashed: mark.layer === "prediction",
    width: look.small ? 1.3 : active ? 2.6 : other ? 1.2 : 1.9,
    fill: active ? 0.25 : mark.layer === "truth" && !other ? 0.08 : 0,
    opacity: other ? 0.45 : 1,
    scale: look.view.scale,
  });
}

const TAG_HEIGHT = 16;

function paintTag(ctx: CanvasRenderingContext2D, mark: Mark, scene: Scene, look: Look): void {
  const bounds = scene.boundsOf.get(mark.id);
  if (bounds !== undefined) paintCaption(ctx, bounds, { text: mark.caption, colour: mark.colour, below: mark.layer === "prediction" }, look);
}

/** Paint the tag of what lies within the bounds, in CSS pixels; it stays on the canvas. */
export function paintCaption(
  ctx: CanvasRenderingContext2D,
  bounds: Bounds,
  caption: { text: string; colour: string; below: boolean },
  { view, canvas }: Pick<Look, "view" | "canvas">,
): void {
  if (caption.text === "") return;
  ctx.font = `600 11px ${FONT}`;
  const width = Math.ceil(ctx.measureText(caption.text).width) + 10;
  const place = boundsOnScreen(view, bounds);
  const left = Math.min(Math.max(place.left - 1, 2), canvas.width - width - 2);
  const wanted = caption.below ? place.bottom + 2 : place.top - TAG_HEIGHT - 2;
  const top = Math.min(Math.max(wanted, 2), canvas.height - TAG_HEIGHT - 2);
  ctx.fillStyle = caption.colour;
  ctx.beginPath();
  ctx.roundRect(left, top, width, TAG_HEIGHT, 3);
  ctx.fill();
  ctx.fillStyle = inkOn(caption.colour);
  ctx.textBaseline = "middle";
  ctx.fillText(caption.text, left + 5, top + TAG_HEIGHT / 2 + 0.5);
}

const FONT = '-apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif';

/** Black or white, whichever is read better on a colour of the form #rrggbb: 4.5 to 1 at least. */
export function inkOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const luminance = 0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue);
  return luminance > EQUAL ? "#000000" : "#ffffff";
}

/** The luminance on which black and white are read equally well. */
const EQUAL = Math.sqrt(1.05 * 0.05) - 0.05;

function linear(value: number): number {
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}
