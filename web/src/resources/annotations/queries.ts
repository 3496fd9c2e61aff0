/** Annotations, as the editor saves them. */
import type { Entry } from "../../canvas/edits/drawing";
import { api, told } from "../../wire/http";
import type { Task } from "../../wire/types";

/** Replace all annotations of a task; refused where the task is not at `version` any more. */
export function replaceAnnotations(taskId: string, entries: readonly Entry[], version: number): Promise<Task> {
  const annotations = entries.map(({ id, label, shape, attributes, source }) => ({ id, label, shape, attributes: { ...attributes }, source }));
  // The generator knows no pairs, so shapes are written out in `wire/types`.
  const body = { annotations: annotations as never, version };
  return told(api.PUT("/api/v2/tasks/{task_id}/annotations", { params: { path: { task_id: taskId } }, body }));
}
