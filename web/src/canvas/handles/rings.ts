/** Lists of corners in the hand: closed rings and open lines alike. */
import { imagePoint } from "../geometry/points";
import type { ImagePoint } from "../geometry/points";
import type { Path } from "../../wire/types";
import type { Handle } from "./_protocol";

/** The corners of a line, and the middles of its edges. */
export function handlesOf(line: Path, closed: boolean, prefix = ""): Handle[] {
  const corners = line.map(([x, y], place) => ({ name: `${prefix}corner ${place}`, at: imagePoint(x, y), sort: "corner" as const }));
  const edges = closed ? line.length : line.length - 1;
  const middles = line.slice(0, edges).map(([x, y], place) => {
    const [nextX, nextY] = line[(place + 1) % line.length] as [number, number];
    return { name: `${prefix}middle ${place}`, at: imagePoint((x + nextX) / 2, (y + nextY) / 2), sort: "middle" as const };
  });
  return [...middles, ...corners];
}

/** The line after a corner moved, or a new one was drawn out of an edge. */
export function draggedLine(line: Path, handle: string, to: ImagePoint): Path {
  const [sort, place] = handle.split(" ") as [string, string];
  const at = Number(place);
  return sort === "middle" ? [...line.slice(0, at + 1), [to.x, to.y], ...line.slice(at + 1)] : line.map((corner, index) => (index === at ? [to.x, to.y] : corner));
}

/** The line without a corner; the same line where no more than `least` are left. */
export function withoutCorner(line: Path, handle: string, least: number): Path {
  const [sort, place] = handle.split(" ") as [string, string];
  return sort !== "corner" || line.length <= least ? line : line.filter((_, index) => index !== Number(place));
}

export function movedLine(line: Path, dx: number, dy: number): Path {
  return line.map(([x, y]) => [x + dx, y + dy]);
}
