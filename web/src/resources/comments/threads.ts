/** Comments with their answers, numbered as they are pinned. */
import { annotationOf, placeOf, rangeOf } from "../../canvas/edits/pins";
import type { Pin, Target } from "../../canvas/edits/pins";
import type { Editing } from "../../canvas/edits/editing";
import { imagePoint } from "../../canvas/geometry/points";
import type { Comment, Point, Span } from "../../wire/types";
import { excerpt } from "../annotations/spans";

export interface Thread {
  /** Its number among all of the task, resolved ones too, so that it stays. */
  number: number;
  comment: Comment;
  answers: readonly Comment[];
}

/** The comments in their order, each with its answers. */
export function threadsOf(comments: readonly Comment[]): Thread[] {
  const first = comments.filter(({ reply_to: of }) => of === null);
  return first.map((comment, place) => ({ number: place + 1, comment, answers: comments.filter(({ reply_to: of }) => of === comment.id) }));
}

/** Those that are shown: the open ones, or all. */
export function shownOf(threads: readonly Thread[], resolvedToo: boolean): Thread[] {
  return threads.filter(({ comment }) => resolvedToo || !comment.resolved);
}

/** How many wait for somebody. */
export function openCount(comments: readonly Comment[]): number {
  return comments.filter(({ reply_to: of, resolved }) => of === null && !resolved).length;
}

export function pinOf({ number, comment: { id, annotation_id: annotationId, place, resolved } }: Thread): Pin {
  return {
    id,
    number,
    resolved,
    annotationId,
    at: place?.type === "point" ? imagePoint(place.x, place.y) : null,
    range: place?.type === "span" ? { start: place.start, end: place.end } : null,
  };
}

/** Where a comment is pinned, as it is sent: beside its annotation too, so that its place outlives that. */
export function placeToSend(state: Editing, target: Target): Point | Span | null {
  const range = rangeOf(state, target);
  if (range !== null) return { type: "span", ...range };
  const at = placeOf(state, target);
  return at === null ? null : { type: "point", x: Math.round(at.x * 10) / 10, y: Math.round(at.y * 10) / 10 };
}

const MOST_WORDS = 30;

/** What a comment means, in words. */
export function meant(state: Editing, target: Target, text: string | null): string {
  const entry = annotationOf(state, target);
  const range = rangeOf(state, target);
  const words = range === null || text === null ? "" : excerpt(text, range.start, range.end);
  const quoted = words === "" ? "" : `“${words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words}”`;
  if (entry !== null) return quoted === "" ? entry.label : `${entry.label} ${quoted}`;
  if (target.annotationId !== null) return "an annotation that was deleted";
  if (quoted !== "") return quoted;
  return target.at === null ? "the whole item" : `a point at ${Math.round(target.at.x)}, ${Math.round(target.at.y)}`;
}
