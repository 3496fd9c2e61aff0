/** What an annotation of an item may be called: the taxonomy's labels, as the editor offers them. */
import type { Label } from "../../../wire/types";

export interface Choice {
  name: string;
  /** What people read. */
  title: string;
  /** What the label is drawn with; several labels of one name may have several shapes. */
  shapes: readonly string[];
  /** The number key that chooses it, for the first ten. */
  key: string | null;
}

/** The keys of the first ten labels. */
export const NUMBERS = "1234567890";

/** The labels in their order, each name once. Labels that annotations carry already are choices too. */
export function choicesOf(labels: readonly Pick<Label, "name" | "display_name" | "shape">[], used: Iterable<string> = []): Choice[] {
  const byName = new Map<string, { title: string; shapes: string[] }>();
  for (const { name, display_name: title, shape } of labels) {
    const known = byName.get(name);
    if (known === undefined) byName.set(name, { title: title ?? name, shapes: [shape] });
    else known.shapes.push(shape);
  }
  for (const name of used) if (!byName.has(name)) byName.set(name, { title: name, shapes: [] });
  return [...byName].map(([name, { title, shapes }], place) => ({ name, title, shapes, key: NUMBERS[place] ?? null }));
}

/** Whether a label says something of the whole item, and of nothing smaller. */
export function isWhole({ shapes }: Choice): boolean {
  return shapes.length > 0 && shapes.every((shape) => shape === "whole");
}

const SMALLER = new Set(["image", "text"]);

/** Whether parts of an item of this type can be annotated, and not only the whole. */
export function holdsSmaller(itemType: string): boolean {
  return SMALLER.has(itemType);
}

/** How an item without annotations is begun, in a sentence; on an image the tools say it. */
export function howToBegin(itemType: string, choices: readonly Choice[]): string {
  if (!holdsSmaller(itemType) || (choices.length > 0 && choices.every(isWhole))) return "Press the number of a label.";
  return itemType === "text" ? "Draw over words, or go to them with →; then press the number of a label." : "";
}
