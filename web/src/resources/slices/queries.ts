/** Slices: saved queries over a dataset, and which tasks they take. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Slice } from "../../wire/types";
import type { Query } from "./query";

/** As many as one table of a report takes. */
export const MOST_SLICES = 50;

/** Whose slices they are, by the beginning of the id: a project's or a dataset's. */
const owner = (of: string): { project_id: string } | { dataset_id: string } => (of.startsWith("p_") ? { project_id: of } : { dataset_id: of });

/** The slices of a project or a dataset. */
export const slicesQuery = (of: string) =>
  queryOptions({
    queryKey: ["slices", "list", of],
    queryFn: ({ signal }) => told(api.GET("/api/v2/slices", { params: { query: { ...owner(of), limit: MOST_SLICES } }, signal })),
  });

/** The tasks that a slice takes: of the dataset now, or of what an evaluation judged by. */
export const sliceTasksQuery = (sliceId: string, evaluationId?: string) =>
  queryOptions({
    queryKey: ["slices", sliceId, "tasks", evaluationId],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v2/slices/{slice_id}/tasks", {
          params: { path: { slice_id: sliceId }, query: evaluationId === undefined ? {} : { evaluation_id: evaluationId } },
          signal,
        }),
      ),
  });

export function createSlice(of: string, name: string, query: Query): Promise<Slice> {
  return told(api.POST("/api/v2/slices", { body: { ...owner(of), name, query } }));
}

export function changeSlice(sliceId: string, name: string, query: Query): Promise<Slice> {
  return told(api.PATCH("/api/v2/slices/{slice_id}", { params: { path: { slice_id: sliceId } }, body: { name, query } }));
}

export function deleteSlice(sliceId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/slices/{slice_id}", { params: { path: { slice_id: sliceId } } }));
}
