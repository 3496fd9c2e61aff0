/** The axes of parallel coordinates: where a value of a config lies on one, and what lies between two places. */
import { general } from "../../ui/numbers";
import { ABSENT, choiceOf } from "./brushes";
import type { Brush } from "./brushes";

export interface Tick {
  /** 0 at the bottom, 1 at the top. */
  at: number;
  text: string;
}

export interface Axis {
  key: string;
  title: string;
  ticks: readonly Tick[];
  /** Choices in order from the bottom; null on an axis of numbers. */
  choices: readonly string[] | null;
  /** The lowest and highest number; null on an axis of choices. */
  ends: readonly [low: number, high: number] | null;
  log: boolean;
  /** Where numbers begin; what is absent lies below. */
  floor: number;
}

/** What is absent has a place of its own below the numbers. */
const FLOOR = 0.12;
/** Numbers above 0 are read by their size where the highest is so many times the lowest, */
const WIDE = 50;
/** and half of them lie below this share of the way. */
const CROWDED = 0.25;
const TICKS = 5;
/** So few different numbers are all named. */
const FEW = 6;
/** More choices than that are not all named. */
const MOST_NAMED = 12;
/** Shares of an axis; a shorter brush is a click, which gives it up. */
const SHORTEST = 0.015;

/** An axis over the values of all runs; undefined is absent. */
export function axisOf(key: string, title: string, values: readonly unknown[]): Axis {
  const given = values.filter((value) => value !== undefined && value !== null);
  const numbers = given.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  return given.length > 0 && numbers.length === given.length ? numberAxis(key, title, numbers, given.length < values.length) : choiceAxis(key, title, values);
}

function numberAxis(key: string, title: string, numbers: readonly number[], someAbsent: boolean): Axis {
  const sorted = numbers.toSorted((a, b) => a - b);
  const [low, high] = [sorted[0] as number, sorted.at(-1) as number];
  const middle = sorted[Math.floor(sorted.length / 2)] as number;
  const log = low > 0 && high / low > WIDE && middle - low < CROWDED * (high - low);
  const axis: Axis = { key, title, choices: null, ends: [low, high], log, floor: someAbsent ? FLOOR : 0, ticks: [] };
  const different = [...new Set(sorted)];
  const even = Array.from({ length: TICKS }, (_, place) => shorter(numberAt(axis, axis.floor + (place / (TICKS - 1)) * (1 - axis.floor))));
  const ticks = (different.length <= FEW ? different : even).map((value) => ({ at: placeOf(axis, value) ?? 0, text: general(value) }));
  return { ...axis, ticks: someAbsent ? [{ at: 0, text: ABSENT }, ...ticks] : ticks };
}

function choiceAxis(key: string, title: string, values: readonly unknown[]): Axis {
  const choices = [...new Set(values.map(choiceOf))].toSorted((a, b) => a.localeCompare(b, "en", { numeric: true }));
  const every = Math.ceil(choices.length / MOST_NAMED);
  const ticks = choices.map((text, place) => ({ at: choicePlace(choices, place), text })).filter((_, place) => place % every === 0);
  return { key, title, ticks, choices, ends: null, log: false, floor: 0 };
}

function choicePlace(choices: readonly string[], place: number): number {
  return choices.length === 1 ? 0.5 : place / (choices.length - 1);
}

/** Where a value lies, from 0 to 1; null where it has no place, such as NaN among numbers. */
export function placeOf(axis: Axis, value: unknown): number | null {
  if (axis.choices !== null) {
    const place = axis.choices.indexOf(choiceOf(value));
    return place === -1 ? null : choicePlace(axis.choices, place);
  }
  if (value === undefined || value === null) return axis.floor > 0 ? 0 : null;
  if (typeof value !== "number" || !Number.isFinite(value) || axis.ends === null) return null;
  const [low, high] = axis.ends;
  if (low === high) return axis.floor + (1 - axis.floor) / 2;
  const share = axis.log ? Math.log(value / low) / Math.log(high / low) : (value - low) / (high - low);
  return axis.floor + share * (1 - axis.floor);
}

/** The ticks that can be read beside each other: both ends, and of the others what has room. */
export function apart(ticks: readonly Tick[], least: number): Tick[] {
  const sorted = ticks.toSorted((a, b) => a.at - b.at);
  const [first, last] = [sorted[0], sorted.at(-1)];
  if (first === undefined || last === undefined || first === last) return sorted;
  const kept = [first];
  for (const tick of sorted.slice(1, -1)) if (tick.at - (kept.at(-1) as Tick).at >= least && last.at - tick.at >= least) kept.push(tick);
  return [...kept, last];
}

/** A key that may be broken into lines where its parts end. */
export function parted(key: string): string {
  return key.replaceAll(/[._/]/g, "$&\u200b");
}

function numberAt({ ends, log, floor }: Axis, at: number): number {
  const [low, high] = ends ?? [0, 0];
  const share = Math.min(1, Math.max(0, (at - floor) / (1 - floor)));
  return log ? low * (high / low) ** share : low + share * (high - low);
}

/** What lies between two places; null for a click. Ends beyond the numbers take them all. */
export function brushBetween(axis: Axis, first: number, second: number): Brush | null {
  const [from, to] = [Math.min(first, second), Math.max(first, second)];
  if (to - from < SHORTEST) return null;
  if (axis.choices !== null) {
    const { choices } = axis;
    const taken = choices.filter((_, place) => choicePlace(choices, place) >= from && choicePlace(choices, place) <= to);
    return taken.length === 0 ? null : { choices: taken };
  }
  // An end of the axis is a run's own number and stays exact.
  return { low: from <= axis.floor ? numberAt(axis, 0) : shorter(numberAt(axis, from)), high: to >= 1 ? numberAt(axis, 1) : shorter(numberAt(axis, to)) };
}

/** The part of an axis that a brush covers. */
export function spanOf(axis: Axis, brush: Brush): readonly [from: number, to: number] {
  const ends = "choices" in brush ? brush.choices : [brush.low, brush.high];
  const places = ends.map((value) => clamped(placeOf(axis, value === ABSENT ? undefined : value)));
  return [Math.min(...places), Math.max(...places)];
}

function clamped(place: number | null): number {
  return Math.min(1, Math.max(0, place ?? 0));
}

// Six digits: an address and a field need no more, and no run lies that close to where a brush ends.
function shorter(value: number): number {
  return Number(value.toPrecision(6));
}
