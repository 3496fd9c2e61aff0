/** A text cut where its spans begin and end. Spans count code points, as Python does. */

export interface Placed {
  id: string;
  start: number;
  end: number;
}

export interface Piece {
  /** Where it begins, in code points. */
  start: number;
  text: string;
  /** Ids of the spans that cover the piece, in their order. */
  covered: string[];
  /** Ids of the spans that begin with the piece. */
  beginning: string[];
}

/** Pieces that make up the text; each lies wholly inside or outside of every span. */
export function pieces(text: string, spans: readonly Placed[]): Piece[] {
  const points = [...text];
  const held = spans
    .map((span) => ({ ...span, start: Math.min(span.start, points.length), end: Math.min(span.end, points.length) }))
    .filter((span) => span.start < span.end);
  const cuts = [...new Set([0, points.length, ...held.flatMap((span) => [span.start, span.end])])].toSorted((a, b) => a - b);
  return cuts.slice(0, -1).map((start, place) => {
    const end = cuts[place + 1] as number;
    return {
      start,
      text: points.slice(start, end).join(""),
      covered: held.filter((span) => span.start <= start && span.end >= end).map(({ id }) => id),
      beginning: held.filter((span) => span.start === start).map(({ id }) => id),
    };
  });
}

/** The words of a span. */
export function excerpt(text: string, start: number, end: number): string {
  return [...text].slice(start, end).join("");
}
