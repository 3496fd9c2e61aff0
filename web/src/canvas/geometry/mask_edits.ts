/** Masks changed as run lengths: moved, brushed, united and cut, without ever unpacking an image. */
import type { RunLengths } from "./runs";

/** Pixels [start, end) counted down the columns, in order and apart from each other. */
type Intervals = (readonly [start: number, end: number])[];

/** A mask with nothing inside. */
export function emptyMask(size: readonly [number, number]): { size: [number, number]; counts: number[] } {
  return { size: [size[0], size[1]], counts: [size[0] * size[1]] };
}

export function area({ counts }: RunLengths): number {
  return counts.reduce((sum, count, place) => sum + (place % 2 === 1 ? count : 0), 0);
}

/** The mask moved by whole pixels; what leaves the image is lost. */
export function movedRuns(mask: RunLengths, dx: number, dy: number): { size: [number, number]; counts: number[] } {
  const [height, width] = mask.size;
  const moved = byColumn(intervalsOf(mask), height).flatMap(([column, top, bottom]): Intervals => {
    const [to, first, last] = [column + dx, Math.max(0, top + dy), Math.min(height, bottom + dy)];
    return to < 0 || to >= width || first >= last ? [] : [[to * height + first, to * height + last]];
  });
  return masked(mask.size, moved);
}

/** The mask with what a round brush went over, or without it: the centres of its way, in pixels. */
export function brushed(mask: RunLengths, way: readonly (readonly [number, number])[], radius: number, add: boolean): { size: [number, number]; counts: number[] } {
  const stroke = strokeOf(way, radius, mask.size);
  return masked(mask.size, add ? union(intervalsOf(mask), stroke) : difference(intervalsOf(mask), stroke));
}

/** All pixels of either mask. Both must have the same size. */
export function united(one: RunLengths, other: RunLengths): { size: [number, number]; counts: number[] } {
  return masked(one.size, union(intervalsOf(one), intervalsOf(other)));
}

/** The pixels of the mask on either side of the line through two points: first the left one of who walks along it. */
export function divided(mask: RunLengths, [ax, ay]: readonly [number, number], [bx, by]: readonly [number, number]): RunLengths[] {
  const [height] = mask.size;
  const sides: [Intervals, Intervals] = [[], []];
  for (const [column, top, bottom] of byColumn(intervalsOf(mask), height)) {
    // Where the line crosses the middles of the column's pixels.
    const crossing = bx === ax ? Infinity : Math.ceil(ay + ((column + 0.5 - ax) * (by - ay)) / (bx - ax) - 0.5);
    const over = Math.min(bottom, Math.max(top, crossing));
    const upIsLeft = bx === ax ? (column + 0.5 > ax) === by > ay : bx > ax;
    if (over > top) sides[upIsLeft ? 0 : 1].push([column * height + top, column * height + over]);
    if (bottom > over) sides[upIsLeft ? 1 : 0].push([column * height + over, column * height + bottom]);
  }
  return sides.map((side) => masked(mask.size, side)).filter((side) => area(side) > 0);
}

function intervalsOf({ counts }: RunLengths): Intervals {
  const found: Intervals = [];
  let place = 0;
  counts.forEach((count, run) => {
    if (run % 2 === 1 && count > 0) found.push([place, place + count]);
    place += count;
  });
  return found;
}

function masked(size: readonly [number, number], intervals: Intervals): { size: [number, number]; counts: number[] } {
  const counts: number[] = [];
  let place = 0;
  for (const [start, end] of joined(intervals)) {
    counts.push(start - place, end - start);
    place = end;
  }
  counts.push(size[0] * size[1] - place);
  return { size: [size[0], size[1]], counts };
}

// Runs that go on in the next column are cut at its top.
function byColumn(intervals: Intervals, height: number): [column: number, top: number, bottom: number][] {
  return intervals.flatMap(([start, end]) => {
    const parts: [number, number, number][] = [];
    for (let at = start; at < end; ) {
      const column = Math.floor(at / height);
      const stop = Math.min(end, (column + 1) * height);
      parts.push([column, at - column * height, stop - column * height]);
      at = stop;
    }
    return parts;
  });
}

function joined(intervals: Intervals): Intervals {
  const found: [number, number][] = [];
  for (const [start, end] of intervals.toSorted((a, b) => a[0] - b[0])) {
    const last = found.at(-1);
    if (last !== undefined && start <= last[1]) last[1] = Math.max(last[1], end);
    else found.push([start, end]);
  }
  return found;
}

function union(one: Intervals, other: Intervals): Intervals {
  return joined([...one, ...other]);
}

function difference(from: Intervals, gone: Intervals): Intervals {
  const found: Intervals = [];
  let next = 0;
  for (const [start, end] of from) {
    let at = start;
    while (next < gone.length && (gone[next]?.[1] ?? 0) <= at) next += 1;
    for (let place = next; place < gone.length && (gone[place]?.[0] ?? Infinity) < end; place += 1) {
      const [first, last] = gone[place] as readonly [number, number];
      if (first > at) found.push([at, first]);
      at = Math.max(at, last);
    }
    if (at < end) found.push([at, end]);
  }
  return found;
}

/** The pixels whose middle lies within the radius of the way. */
function strokeOf(way: readonly (readonly [number, number])[], radius: number, [height, width]: readonly [number, number]): Intervals {
  const found: Intervals = [];
  way.forEach((from, place) => {
    const to = way[place + 1] ?? from;
    if (place > 0 && place === way.length - 1) return;
    const first = Math.max(0, Math.ceil(Math.min(from[0], to[0]) - radius - 0.5));
    const last = Math.min(width - 1, Math.floor(Math.max(from[0], to[0]) + radius - 0.5));
    for (let column = first; column <= last; column += 1) {
      const range = across(from, to, radius, column + 0.5);
      if (range === null) continue;
      const top = Math.max(0, Math.ceil(range[0] - 0.5));
      const bottom = Math.min(height, Math.floor(range[1] - 0.5) + 1);
      if (top < bottom) found.push([column * height + top, column * height + bottom]);
    }
  });
  return joined(found);
}

/** Where the upright line at x enters and leaves the capsule around a stretch: a capsule is convex, so once each. */
function across([ax, ay]: readonly [number, number], [bx, by]: readonly [number, number], radius: number, x: number): [number, number] | null {
  const ranges: [number, number][] = [];
  for (const [cx, cy] of [[ax, ay], [bx, by]] as const) {
    const reach = radius ** 2 - (x - cx) ** 2;
    if (reach >= 0) ranges.push([cy - Math.sqrt(reach), cy + Math.sqrt(reach)]);
  }
  const long = Math.hypot(bx - ax, by - ay);
  if (long > 0) {
    // The corners of the rectangle between both discs.
    const [nx, ny] = [(-(by - ay) / long) * radius, ((bx - ax) / long) * radius];
    const corners = [[ax + nx, ay + ny], [bx + nx, by + ny], [bx - nx, by - ny], [ax - nx, ay - ny]] as const;
    const crossings = corners.flatMap(([px, py], place) => {
      const [qx, qy] = corners[(place + 1) % 4] as readonly [number, number];
      return px === qx || (px > x) === (qx > x) ? [] : [py + ((x - px) / (qx - px)) * (qy - py)];
    });
    if (crossings.length === 2) ranges.push([Math.min(...crossings), Math.max(...crossings)]);
  }
  if (ranges.length === 0) return null;
  return [Math.min(...ranges.map(([low]) => low)), Math.max(...ranges.map(([, high]) => high))];
}
