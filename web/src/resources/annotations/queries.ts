/** Annotations, as the editor saves them. */
import { queryOptions } from "@tanstack/react-query";

import type { Entry } from "../../canvas/edits/drawing";
import { api, told } from "../../wire/http";
import type { Annotation, Task } from "../../wire/types";

/** Replace all annotations of a task; refused where the task is not at `version` any more. */
export function replaceAnnotations(taskId: string, entries: readonly Entry[], version: number): Promise<Task> {
  const annotations = entries.map(({ id, label, shape, attributes, source }) => ({ id, label, shape, attributes: { ...attributes }, source }));
  // The generator knows no pairs, so shapes are written out in `wire/types`.
  const body = { annotations: annotations as never, version };
  return told(api.PUT("/api/v2/tasks/{task_id}/annotations", { params: { path: { task_id: taskId } }, body }));
}

/** The oldest annotations that are known of a task: those before its first change that took something away. */
export const oldestAnnotationsQuery = ({ id, version, annotations }: Pick<Task, "id" | "version" | "annotations">) =>
  queryOptions({
    queryKey: ["tasks", id, "annotations", "oldest", version],
    queryFn: async ({ signal }): Promise<readonly Annotation[]> => {
      const kept = (offset: number, whole: boolean) =>
        told(api.GET("/api/v2/tasks/{task_id}/annotations/earlier", { params: { path: { task_id: id }, query: { limit: 1, offset, annotations: whole } }, signal }));
      const { count } = await kept(0, false);
      if (count === 0) return annotations;
      // They come newest first.
      const { results } = await kept(count - 1, true);
      return results[0]?.annotations ?? annotations;
    },
    staleTime: Infinity,
  });
