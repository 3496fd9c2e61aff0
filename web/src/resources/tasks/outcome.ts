/** What came of a change of many tasks, in sentences. */
import { counted } from "../../ui/numbers";
import type { TasksChanged } from "../../wire/types";

/** What came of a change, in sentences. */
export function outcome(result: TasksChanged | null): string {
  if (result === null) return "Nothing is known of it.";
  const refused = result.refused.map(({ reason, count: amount }) => `${counted(amount, "task")}: ${reason}.`);
  return [`${counted(result.changed, "task")} changed.`, ...(refused.length > 0 ? ["Left as they are:", ...refused] : [])].join(" ");
}
