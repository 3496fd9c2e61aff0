/** Datasets, as the pages ask for them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

export const MOST_DATASETS = 500;

export const datasetsQuery = () =>
  queryOptions({
    queryKey: ["datasets", "list"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/datasets", { params: { query: { limit: MOST_DATASETS } }, signal })),
    placeholderData: keepPreviousData,
  });

export const datasetQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ["datasets", datasetId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/datasets/{dataset_id}", { params: { path: { dataset_id: datasetId } }, signal })),
  });
