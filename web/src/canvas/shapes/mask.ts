/** A mask: the pixels of an object, laid over the picture. */
import type { Mask } from "../../wire/types";
import type { Bounds } from "../geometry/points";
import { holds, pixels, runBounds } from "../geometry/runs";
import type { ShapeView } from "./_protocol";

const LEAST_FILL = 0.45;

export const mask: ShapeView<Mask> = {
  name: "mask",
  draw(ctx, shape, pen) {
    const bounds = runBounds(shape);
    if (bounds === null) return;
    ctx.imageSmoothingEnabled = false;
    ctx.globalAlpha = Math.max(LEAST_FILL, pen.fill) * pen.opacity;
    ctx.drawImage(picture(shape, bounds, pen.colour), bounds.left, bounds.top);
    ctx.globalAlpha = 1;
    ctx.imageSmoothingEnabled = true;
  },
  hit: (shape, point) => holds(shape, Math.floor(point.x), Math.floor(point.y)),
  bounds: runBounds,
};

// A mask's picture costs as much as the part of the image around it; it is made once a colour.
const pictures = new WeakMap<Mask, Map<string, HTMLCanvasElement>>();

function picture(shape: Mask, bounds: Bounds, colour: string): HTMLCanvasElement {
  const byColour = pictures.get(shape) ?? new Map<string, HTMLCanvasElement>();
  pictures.set(shape, byColour);
  const made = byColour.get(colour) ?? paint(shape, bounds, colour);
  byColour.set(colour, made);
  return made;
}

function paint(shape: Mask, { left, top, right, bottom }: Bounds, colour: string): HTMLCanvasElement {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [right - left, bottom - top];
  const ctx = canvas.getContext("2d");
  if (ctx === null) return canvas;
  const image = ctx.createImageData(canvas.width, canvas.height);
  pixels(shape, { left, top, right, bottom }).forEach((within, place) => {
    image.data[4 * place + 3] = 255 * within;
  });
  ctx.putImageData(image, 0, 0);
  ctx.globalCompositeOperation = "source-in";
  ctx.fillStyle = colour;
  ctx.fillRect(0, 0, canvas.width, canvas.height);
  return canvas;
}
