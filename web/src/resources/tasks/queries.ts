/** Tasks: pages of a project's and of a dataset's, one task, and its neighbours. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Task } from "../../wire/types";
import type { TaskFilters } from "./search";

export const PAGE_SIZE = 60;

export const projectTasksQuery = (projectId: string, filters: TaskFilters, page: number, size = PAGE_SIZE) =>
  queryOptions({
    queryKey: ["projects", projectId, "tasks", filters, page, size],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v2/projects/{project_id}/tasks", {
          params: { path: { project_id: projectId }, query: { ...filters, limit: size, offset: (page - 1) * size } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

export const datasetTasksQuery = (datasetId: string, filters: TaskFilters, page: number, modelRunId?: string) =>
  queryOptions({
    queryKey: ["datasets", datasetId, "tasks", filters, page, modelRunId],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v2/datasets/{dataset_id}/tasks", {
          params: {
            path: { dataset_id: datasetId },
            query: {
              ...filters,
              limit: PAGE_SIZE,
              offset: (page - 1) * PAGE_SIZE,
              ...(modelRunId === undefined ? {} : { predictions: true, model_run_id: modelRunId }),
            },
          },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
  });

const MOST_IDS = 100;

/** Some tasks of a dataset with truth and one model run's predictions, in one request a hundred. */
export const judgedTasksQuery = (datasetId: string, modelRunId: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ["datasets", datasetId, "judged", modelRunId, ids],
    queryFn: async ({ signal }) => {
      const parts = Array.from({ length: Math.ceil(ids.length / MOST_IDS) }, (_, place) => ids.slice(place * MOST_IDS, (place + 1) * MOST_IDS));
      const pages = await Promise.all(parts.map((part) => judged(datasetId, modelRunId, part, signal)));
      return new Map(pages.flat().map((task) => [task.id, task]));
    },
    staleTime: 60_000,
  });

async function judged(datasetId: string, modelRunId: string, ids: readonly string[], signal: AbortSignal): Promise<Task[]> {
  const query = { ids: ids.join(","), limit: MOST_IDS, predictions: true, model_run_id: modelRunId };
  const page = await told(api.GET("/api/v2/datasets/{dataset_id}/tasks", { params: { path: { dataset_id: datasetId }, query }, signal }));
  return page.results;
}

/** Some tasks of a dataset by their ids, a hundred at most. */
export const someTasksQuery = (datasetId: string, ids: readonly string[]) =>
  queryOptions({
    queryKey: ["datasets", datasetId, "some", ids],
    queryFn: async ({ signal }) => {
      const page = await told(api.GET("/api/v2/datasets/{dataset_id}/tasks", { params: { path: { dataset_id: datasetId }, query: { ids: ids.join(","), limit: MOST_IDS } }, signal }));
      return page.results;
    },
  });

export const taskQuery = (taskId: string) =>
  queryOptions({
    queryKey: ["tasks", taskId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/tasks/{task_id}", { params: { path: { task_id: taskId } }, signal })),
  });

export const neighboursQuery = (taskId: string, within: TaskFilters & { dataset_id?: string }) =>
  queryOptions({
    queryKey: ["tasks", taskId, "neighbours", within],
    queryFn: ({ signal }) => told(api.GET("/api/v2/tasks/{task_id}/neighbours", { params: { path: { task_id: taskId }, query: within }, signal })),
    placeholderData: keepPreviousData,
  });

export type Verb = "submit" | "complete" | "reopen" | "reject";

/** Say that a task is done, is not, or must be done again. */
export function decide(taskId: string, verb: Verb, reason?: string): Promise<Task> {
  const params = { path: { task_id: taskId } };
  if (verb === "reject") return told(api.POST("/api/v2/tasks/{task_id}/reject", { params, body: { reason: reason ?? null } }));
  if (verb === "reopen") return told(api.POST("/api/v2/tasks/{task_id}/reopen", { params }));
  if (verb === "submit") return told(api.POST("/api/v2/tasks/{task_id}/submit", { params }));
  return told(api.POST("/api/v2/tasks/{task_id}/complete", { params }));
}
