/** A picture in several sizes, each half the one before, so that a far view is sharp and fast. */

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** The picture, its half, its quarter and so on; made when they are first needed. */
  readonly levels: CanvasImageSource[];
}

const SMALLEST = 256;

/** Fetch and decode a picture. Rejects where it is not there or no picture. */
export async function loadPicture(address: string): Promise<Picture> {
  const image = new Image();
  image.decoding = "async";
  image.src = address;
  await image.decode();
  return { width: image.naturalWidth, height: image.naturalHeight, levels: [image] };
}

const MOST_KEPT = 3;
const kept = new Map<string, Promise<Picture>>();

/** The picture at an address, kept for a while: what is loaded ahead is there at once, in every size. */
export function keptPicture(address: string): Promise<Picture> {
  const known = kept.get(address) ?? decodedPicture(address);
  kept.delete(address);
  kept.set(address, known);
  known.catch(() => kept.delete(address));
  for (const oldest of [...kept.keys()].slice(0, -MOST_KEPT)) kept.delete(oldest);
  return known;
}

// From bytes a browser decodes and shrinks beside the page; an image element would block it at the first painting.
async function decodedPicture(address: string): Promise<Picture> {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`the server answered ${answer.status}`);
  const bytes = await answer.blob();
  const whole = await createImageBitmap(bytes);
  const { width, height } = whole;
  const smaller = Array.from({ length: Math.max(0, Math.floor(Math.log2(width / SMALLEST))) }, (_, place) => 2 ** (place + 1));
  const levels = await Promise.all(
    smaller.map((by) => createImageBitmap(bytes, { resizeWidth: Math.max(1, Math.round(width / by)), resizeHeight: Math.max(1, Math.round(height / by)), resizeQuality: "high" })),
  );
  return { width, height, levels: [whole, ...levels] };
}

/** The smallest level that has a pixel for each pixel of the screen. */
export function levelFor(picture: Picture, scale: number): CanvasImageSource {
  let [level, width] = [0, picture.width];
  while (scale * picture.width <= width / 2 && width / 2 >= SMALLEST) {
    level += 1;
    width /= 2;
    picture.levels[level] ??= halved(picture, level);
  }
  return picture.levels[level] as CanvasImageSource;
}

function halved(picture: Picture, level: number): CanvasImageSource {
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(picture.width / 2 ** level));
  canvas.height = Math.max(1, Math.round(picture.height / 2 ** level));
  const ctx = canvas.getContext("2d");
  if (ctx === null) return picture.levels[level - 1] as CanvasImageSource;
  ctx.imageSmoothingQuality = "high";
  ctx.drawImage(picture.levels[level - 1] as CanvasImageSource, 0, 0, canvas.width, canvas.height);
  return canvas;
}
