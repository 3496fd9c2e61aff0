/** Who made an annotation and who changed it last, in words. */
import type { Annotation } from "../../../wire/types";

type People = Partial<Pick<Annotation, "annotator_id" | "annotator" | "changed_by_id" | "changed_by">>;

/** A sentence, or null where nobody is known. Who is gone is called by their id. */
export function peopleWords(annotation: People | undefined): string | null {
  if (annotation === undefined) return null;
  const maker = annotation.annotator ?? annotation.annotator_id ?? null;
  const changer = annotation.changed_by ?? annotation.changed_by_id ?? null;
  if (maker === null) return changer === null ? null : `Last changed by ${changer}.`;
  if (changer === null) return `Made by ${maker}.`;
  return annotation.changed_by_id === annotation.annotator_id ? `Made and last changed by ${maker}.` : `Made by ${maker}, last changed by ${changer}.`;
}
