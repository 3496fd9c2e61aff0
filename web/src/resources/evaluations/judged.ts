/** What is drawn over an example: the labels that it was judged by, whatever they are now. */
import type { Annotation, EvaluatedTruth, Task } from "../../wire/types";

/** What a task was judged by; null where that is not kept, undefined until it is known. */
export type Truth = EvaluatedTruth | null | undefined;

type Marked = Pick<Annotation, "id" | "shape" | "label">;

const NONE: readonly Marked[] = [];

/** The annotations to draw: those of then; those of now only where the others are not kept. */
export function judgedAnnotations(task: Task | undefined, truth: Truth): readonly Marked[] {
  if (truth === undefined) return NONE;
  return truth === null ? (task?.annotations ?? NONE) : truth.annotations;
}
