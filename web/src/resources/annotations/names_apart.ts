/** Names of spans that stand close together, each cut where the next one begins. */
import { useLayoutEffect } from "react";
import type { RefObject } from "react";

export interface Name {
  /** Where it begins and ends along its line, in pixels, in the direction of reading. */
  start: number;
  end: number;
  /** How far down its line is, in pixels. */
  line: number;
}

const GAP = 4;

/** Of each name the most width that it may have, in pixels, or null where the next one is far away. */
export function roomOf(names: readonly Name[]): (number | null)[] {
  return names.map(({ start, end, line }) => {
    const next = Math.min(...names.filter((other) => Math.abs(other.line - line) < GAP && other.start > start).map((other) => other.start));
    return next - GAP < end ? Math.max(0, next - GAP - start) : null;
  });
}

/** Cut the names of a sheet that would run into each other, again when its pieces change or it has another width. */
export function useNamesApart(sheet: RefObject<HTMLElement | null>, selectors: readonly string[], pieces: readonly unknown[]): void {
  useLayoutEffect(() => {
    const element = sheet.current;
    if (element === null || pieces.length === 0) return undefined;
    const apart = (): void => selectors.forEach((selector) => putApart(element, selector));
    apart();
    const watched = new ResizeObserver(apart);
    watched.observe(element);
    return () => watched.disconnect();
  }, [sheet, selectors, pieces]);
}

function putApart(sheet: HTMLElement, selector: string): void {
  const found = [...sheet.querySelectorAll<HTMLElement>(`.${selector}`)];
  for (const each of found) each.style.maxWidth = "";
  const right = getComputedStyle(sheet).direction === "rtl";
  const rooms = roomOf(found.map((each) => nameOf(each.getBoundingClientRect(), right)));
  found.forEach((each, place) => {
    const room = rooms[place] ?? null;
    if (room !== null) each.style.maxWidth = `${room}px`;
  });
}

function nameOf({ left, right, top }: DOMRect, fromRight: boolean): Name {
  return fromRight ? { start: -right, end: -left, line: top } : { start: left, end: right, line: top };
}
