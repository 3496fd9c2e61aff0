/** Masks changed as run lengths are what a loop over all pixels makes of them. */
import { expect, test } from "vitest";

import { area, brushed, divided, emptyMask, movedRuns, united } from "./mask_edits";
import { pixels } from "./runs";
import type { RunLengths } from "./runs";

const [HEIGHT, WIDTH] = [23, 31];
type Spot = readonly [number, number];

function chanceOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff;
    return state / 0x7fffffff;
  };
}

/** How far a point is from a stretch, by the definition. */
function distance([px, py]: Spot, [ax, ay]: Spot, [bx, by]: Spot): number {
  const long = (bx - ax) ** 2 + (by - ay) ** 2;
  const along = long === 0 ? 0 : Math.min(1, Math.max(0, ((px - ax) * (bx - ax) + (py - ay) * (by - ay)) / long));
  return Math.hypot(px - ax - along * (bx - ax), py - ay - along * (by - ay));
}

function filled(inside: (x: number, y: number) => boolean): Uint8Array {
  return Uint8Array.from({ length: HEIGHT * WIDTH }, (_, place) => Number(inside((place % WIDTH) + 0.5, Math.floor(place / WIDTH) + 0.5)));
}

function stroke(way: readonly Spot[], radius: number): Uint8Array {
  const ends = way.length === 1 ? [way[0] as Spot, way[0] as Spot] : way;
  return filled((x, y) => ends.slice(1).some((to, place) => distance([x, y], ends[place] as Spot, to) <= radius));
}

function whole({ size, counts }: RunLengths): void {
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(size[0] * size[1]);
  expect(counts.slice(1).every((count, place) => count > 0 || place === counts.length - 2), "no run in the middle is empty").toBe(true);
}

test.each(Array.from({ length: 40 }, (_, seed) => [seed]))("brush, eraser and union, seed %i", (seed) => {
  const chance = chanceOf(seed + 1);
  const spot = (): Spot => [chance() * (WIDTH + 10) - 5, chance() * (HEIGHT + 10) - 5];
  const way = Array.from({ length: 1 + Math.floor(chance() * 4) }, spot);
  const [radius, second] = [0.6 + chance() * 6, [spot(), spot()]];
  const painted = brushed(emptyMask([HEIGHT, WIDTH]), way, radius, true);
  const expected = stroke(way, radius);
  expect(pixels(painted)).toEqual(expected);
  expect(area(painted)).toBe(expected.reduce((sum, within) => sum + within, 0));
  whole(painted);

  const other = stroke(second, 3);
  const wiped = brushed(painted, second, 3, false);
  expect(pixels(wiped)).toEqual(expected.map((within, place) => within & (1 - (other[place] as number))));
  whole(wiped);

  const both = united(painted, brushed(emptyMask([HEIGHT, WIDTH]), second, 3, true));
  expect(pixels(both)).toEqual(expected.map((within, place) => within | (other[place] as number)));
  whole(both);
});

test.each(Array.from({ length: 20 }, (_, seed) => [seed]))("moved and divided, seed %i", (seed) => {
  const chance = chanceOf(seed + 100);
  const mask = brushed(emptyMask([HEIGHT, WIDTH]), [[chance() * WIDTH, chance() * HEIGHT], [chance() * WIDTH, chance() * HEIGHT]], 5, true);
  const [dx, dy] = [Math.floor(chance() * 20) - 10, Math.floor(chance() * 20) - 10];
  const before = pixels(mask);
  const at = (x: number, y: number): number => (x < 0 || y < 0 || x >= WIDTH || y >= HEIGHT ? 0 : (before[y * WIDTH + x] as number));
  const moved = movedRuns(mask, dx, dy);
  expect(pixels(moved)).toEqual(filled((x, y) => at(x - 0.5 - dx, y - 0.5 - dy) === 1));
  whole(moved);

  const [a, b]: [Spot, Spot] = [[chance() * WIDTH, chance() * HEIGHT], [chance() * WIDTH, chance() * HEIGHT]];
  const parts = divided(mask, a, b);
  expect(parts.reduce((sum, part) => sum + area(part), 0)).toBe(area(mask));
  for (const part of parts) {
    const side = new Set<number>();
    pixels(part).forEach((within, place) => {
      if (within === 1) side.add(Math.sign((b[0] - a[0]) * (Math.floor(place / WIDTH) + 0.5 - a[1]) - (b[1] - a[1]) * ((place % WIDTH) + 0.5 - a[0])));
    });
    expect(side.size, "a part lies on one side of the line").toBe(1);
  }
});
