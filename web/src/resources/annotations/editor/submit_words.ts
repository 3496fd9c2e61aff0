/** What the button says by which work on a task ends. */
import type { Task } from "../../../wire/types";

type State = Pick<Task, "complete" | "rejected">;

export interface SubmitWords {
  /** What the button says, and what it does. */
  word: string;
  title: string;
}

/** What is left to do with a task: a complete one stays so, and what is corrected in it is saved by itself. */
export function submitWords({ complete, rejected }: State, last: boolean): SubmitWords {
  if (!isDone({ complete, rejected })) return { word: "Submit", title: "Submit, and open the next task" };
  if (last) return { word: "Done", title: "Back to the list; the task stays completed, with what was corrected" };
  return { word: "Next", title: "Open the next task; this one stays completed, with what was corrected" };
}

/** Whether nothing is left to submit. */
export function isDone({ complete, rejected }: State): boolean {
  return complete && !rejected;
}
