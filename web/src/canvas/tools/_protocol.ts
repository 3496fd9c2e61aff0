/** What every tool offers: a small machine that turns what the pointer does into edits. It owns no event. */
import type { Shape } from "../../wire/types";
import type { Drawing, Edit, Entry } from "../edits/drawing";
import type { Bounds, ImagePoint, ScreenPoint, Size } from "../geometry/points";

/** What a hand does, without the event that told of it. */
export type Input =
  | { type: "down" | "move" | "up"; at: ImagePoint; screen: ScreenPoint; shift: boolean; alt: boolean }
  /** Enter, or a double click. */
  | { type: "finish" }
  /** One step back within what is being drawn. */
  | { type: "back" }
  | { type: "cancel" };

export type PointerInput = Extract<Input, { at: ImagePoint }>;

/** What a tool may look at. */
export interface Around {
  drawing: Drawing;
  selected: ReadonlySet<string>;
  size: Size;
  /** Pixels of the image that a hand may miss by. */
  tolerance: number;
  /** What new annotations are called; nothing is drawn without. */
  label: string | null;
  /** Of the brush, in pixels of the image. */
  radius: number;
  newId: () => string;
}

/** What became of an input. */
export interface Outcome<Draft> {
  draft: Draft | null;
  edit?: Edit;
  select?: readonly string[];
  /** By how much the view moves, in CSS pixels. */
  pan?: readonly [dx: number, dy: number];
  /** The part of the image that is to be shown large. */
  look?: Bounds;
  /** Why nothing could be done, in words for the reader. */
  said?: string;
}

/** What is shown of a draft. */
export interface Preview {
  /** Annotations as they will be. */
  shapes?: ReadonlyMap<string, Shape>;
  /** A new shape as it will be. */
  drawn?: Shape;
  /** A line that is not whole yet. */
  line?: readonly ImagePoint[];
  /** A rectangle that selects. */
  rubber?: Bounds;
  /** Where the brush went. */
  way?: { points: readonly (readonly [number, number])[]; radius: number; add: boolean };
}

export interface Tool<Draft> {
  name: string;
  title: string;
  /** How the pointer looks. */
  cursor: "default" | "crosshair" | "grab" | "none";
  step: (draft: Draft | null, input: Input, around: Around) => Outcome<Draft>;
  preview: (draft: Draft, around: Around) => Preview;
}

/** A new annotation. */
export function drawn(shape: Shape, around: Around): Entry {
  return { id: around.newId(), label: around.label ?? "", shape, attributes: {}, source: null };
}

/** The edit that adds a shape and selects it, so that a label names it still; or word that one must be chosen first. */
export function adding(shape: Shape, around: Around): { edit?: Edit; select?: readonly string[]; said?: string } {
  if (around.label === null) return { said: "Choose a label first." };
  const entry = drawn(shape, around);
  return { edit: { type: "add", entries: [entry] }, select: [entry.id] };
}
