/** Tasks: pages of a project's and of a dataset's, one task, and its neighbours. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { StoredFile, Task, TaskCreate } from "../../wire/types";
import type { TaskFilters } from "./search";

/** Whose tasks are listed. */
export type Source = { projectId: string; datasetId?: never } | { datasetId: string; projectId?: never };

/** Tasks of one page of a list that is drawn as far as it is in sight. */
export const PAGE_SIZE = 60;

const keyOf = ({ projectId, datasetId }: Source): string[] => (datasetId === undefined ? ["projects", projectId] : ["datasets", datasetId]);

/** One page of what a query takes; `modelRunId` adds a model run's predictions. */
export const tasksQuery = (source: Source, filters: TaskFilters, page: number, modelRunId?: string) =>
  queryOptions({
    queryKey: [...keyOf(source), "tasks", filters, page, modelRunId],
    queryFn: async ({ signal }) => {
      const query = { ...filters, limit: PAGE_SIZE, offset: page * PAGE_SIZE };
      if (source.projectId !== undefined) return (await told(api.GET("/api/v2/projects/{project_id}/tasks", { params: { path: { project_id: source.projectId }, query }, signal }))).results;
      const predictions = modelRunId === undefined ? {} : { predictions: true, model_run_id: modelRunId };
      return (await told(api.GET("/api/v2/datasets/{dataset_id}/tasks", { params: { path: { dataset_id: source.datasetId }, query: { ...query, ...predictions } }, signal }))).results;
    },
    staleTime: 30_000,
  });

/** How many tasks a query takes, and how many have each value of every field. */
export const facetsQuery = (source: Source, { query = "", evaluation_id: evaluationId }: TaskFilters) =>
  queryOptions({
    queryKey: [...keyOf(source), "facets", query, evaluationId],
    queryFn: ({ signal }) =>
      source.projectId !== undefined
        ? told(api.GET("/api/v2/projects/{project_id}/tasks/facets", { params: { path: { project_id: source.projectId }, query: { query } }, signal }))
        : told(
            api.GET("/api/v2/datasets/{dataset_id}/tasks/facets", {
              params: { path: { dataset_id: source.datasetId }, query: evaluationId === undefined ? { query } : { query, evaluation_id: evaluationId } },
              signal,
            }),
          ),
    placeholderData: keepPreviousData,
  });

/** What a text means as a query, or where it goes wrong. */
export const queryReadQuery = (text: string) =>
  queryOptions({
    queryKey: ["queries", text],
    queryFn: ({ signal }) => told(api.GET("/api/v2/tasks/query", { params: { query: { text } }, signal })),
    staleTime: Infinity,
    placeholderData: keepPreviousData,
  });

/** The first tasks of a project, all or of one query or some statuses, and how many there are. */
export const firstTasksQuery = (projectId: string, size: number, filters: TaskFilters & { status?: string } = {}) =>
  queryOptions({
    queryKey: ["projects", projectId, "first", size, filters],
    queryFn: ({ signal }) => told(api.GET("/api/v2/projects/{project_id}/tasks", { params: { path: { project_id: projectId }, query: { ...filters, limit: size } }, signal })),
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

/** The task after one in its list, null after the last; waits until its place in the list is known. */
export async function taskAfter(queries: QueryClient, taskId: string, within: TaskFilters): Promise<string | null> {
  const { next } = await queries.fetchQuery({ ...neighboursQuery(taskId, within), staleTime: "static" });
  return next;
}

/** Ask anew where a list stands, after tasks left it. */
export function recountNeighbours(queries: QueryClient): void {
  void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] === "tasks" && queryKey[2] === "neighbours" });
}

export type Verb = "submit" | "complete" | "reopen" | "reject";

/** Say that a task is done, is not, or must be done again. */
export function decide(taskId: string, verb: Verb, reason?: string): Promise<Task> {
  const params = { path: { task_id: taskId } };
  if (verb === "reject") return told(api.POST("/api/v2/tasks/{task_id}/reject", { params, body: { reason: reason ?? null } }));
  if (verb === "reopen") return told(api.POST("/api/v2/tasks/{task_id}/reopen", { params }));
  if (verb === "submit") return told(api.POST("/api/v2/tasks/{task_id}/submit", { params }));
  return told(api.POST("/api/v2/tasks/{task_id}/complete", { params }));
}

export function uploadPicture(picture: File): Promise<StoredFile> {
  const sent = { params: { query: { filename: picture.name } }, headers: { "Content-Type": "application/octet-stream" } };
  return told(api.POST("/api/v2/files", { ...sent, body: picture as unknown as string, bodySerializer: (bytes) => bytes }));
}

export function createTasks(projectId: string, tasks: TaskCreate[]): Promise<{ created: number }> {
  return told(api.POST("/api/v2/projects/{project_id}/tasks", { params: { path: { project_id: projectId } }, body: { tasks } }));
}
