/** Masks as run lengths down the columns: membership, bounds and pixels. */
import type { Bounds } from "./points";

export interface RunLengths {
  /** Height and width. */
  readonly size: readonly [number, number];
  /** The first run counts pixels outside, the second inside, and so on. */
  readonly counts: readonly number[];
}

/** Whether the pixel at the column and row is inside. */
export function holds({ size, counts }: RunLengths, column: number, row: number): boolean {
  const [height, width] = size;
  if (column < 0 || row < 0 || column >= width || row >= height) return false;
  const place = column * height + row;
  let end = 0;
  for (let run = 0; run < counts.length; run += 1) {
    end += counts[run] as number;
    if (place < end) return run % 2 === 1;
  }
  return false;
}

/** The smallest upright rectangle around the pixels inside; null where there are none. */
export function runBounds({ size, counts }: RunLengths): Bounds | null {
  const [height] = size;
  let [left, top, right, bottom, begin] = [Infinity, Infinity, -Infinity, -Infinity, 0];
  counts.forEach((count, run) => {
    if (run % 2 === 1 && count > 0) {
      const [first, last] = [begin, begin + count - 1];
      const [firstColumn, lastColumn] = [Math.floor(first / height), Math.floor(last / height)];
      left = Math.min(left, firstColumn);
      right = Math.max(right, lastColumn + 1);
      top = Math.min(top, firstColumn === lastColumn ? first % height : 0);
      bottom = Math.max(bottom, firstColumn === lastColumn ? (last % height) + 1 : height);
    }
    begin += count;
  });
  return left <= right ? { left, top, right, bottom } : null;
}

/** A part of the mask as rows of bytes, 1 inside: what a picture is made of. The whole mask where no part is given. */
export function pixels({ size, counts }: RunLengths, part?: Bounds): Uint8Array {
  const [height, width] = size;
  const { left, top, right, bottom } = part ?? { left: 0, top: 0, right: width, bottom: height };
  const rows = new Uint8Array((bottom - top) * (right - left));
  let place = 0;
  counts.forEach((count, run) => {
    if (run % 2 === 1) {
      for (let at = place; at < place + count; at += 1) {
        const [column, row] = [Math.floor(at / height), at % height];
        if (column >= left && column < right && row >= top && row < bottom) rows[(row - top) * (right - left) + column - left] = 1;
      }
    }
    place += count;
  });
  return rows;
}
