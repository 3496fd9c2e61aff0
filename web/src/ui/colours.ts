/** Colours that people tell apart whatever their eyes, for labels and lines. */

/** For lines and for labels that bring no colour of their own; used in turn. */
export const PALETTE = [
  "#458ab4", "#ae7a0b", "#6a9b59", "#c91b62", "#6a57ca",
  "#86620e", "#a16ffc", "#5b736b", "#de5189", "#838c96",
] as const;

/** For what became of truths and predictions, on pictures as on pages. */
export const OUTCOME_COLOURS = {
  missed: "#488dff",
  "false positive": "#d57700",
  confused: "#914e90",
  duplicate: "#958c94",
  hit: "#1c7558",
} as const;

/** The colour of the line or label in this place. */
export function paletteColour(place: number): string {
  return PALETTE[place % PALETTE.length] ?? PALETTE[0];
}

/** A colour of the pages as it is now, light or dark, by its name in `tokens.css`. */
export function token(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

export type Colours = (label: string) => string;

/** Colours by label: known ones first, others by the alphabet, so that pages agree. */
export function coloursOf(known: Iterable<readonly [string, string | null | undefined]>): Colours {
  const entries = [...known];
  // A label may have a colour for each shape that it comes with: its first one stands for all.
  const given = new Map(entries.toReversed().flatMap(([label, colour]) => (colour ? [[label, colour] as const] : [])));
  const named = entries.filter(([, colour]) => !colour).map(([label]) => label);
  const places = new Map(named.toSorted().map((label, place) => [label, place]));
  return (label) => given.get(label) ?? paletteColour(places.get(label) ?? textPlace(label));
}

function textPlace(text: string): number {
  let sum = 0;
  for (const character of text) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973;
  return sum;
}
