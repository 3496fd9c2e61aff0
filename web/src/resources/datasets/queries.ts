/** Datasets, as the pages ask for them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Dataset } from "../../wire/types";

export const MOST_DATASETS = 500;

export const datasetsQuery = () =>
  queryOptions({
    queryKey: ["datasets", "list"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/datasets", { params: { query: { limit: MOST_DATASETS, newest_first: true } }, signal })),
    placeholderData: keepPreviousData,
  });

/** Make a dataset of every completed task of a project. */
export function createDataset(name: string, projectId: string): Promise<Dataset> {
  return told(api.POST("/api/v2/datasets", { body: { name, project_id: projectId } }));
}

/** The id of the dataset of a name; where there is none it is made, for tasks of a type. */
export async function datasetNamed(queries: QueryClient, name: string, type: string): Promise<string> {
  const { results } = await queries.fetchQuery({ ...datasetsQuery(), staleTime: 0 });
  const known = results.find((dataset) => dataset.name === name);
  if (known !== undefined) return known.id;
  const made = await told(api.POST("/api/v2/datasets", { body: { name, type, task_ids: [] } }));
  void queries.invalidateQueries({ queryKey: ["datasets", "list"] });
  return made.id;
}

export const datasetQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ["datasets", datasetId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/datasets/{dataset_id}", { params: { path: { dataset_id: datasetId } }, signal })),
  });
