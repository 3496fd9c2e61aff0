/** Model runs: which versions have predictions on which datasets. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

export const modelRunsQuery = (of: { dataset_id?: string; model_version_id?: string; task_id?: string }) =>
  queryOptions({
    queryKey: ["model_runs", "list", of],
    queryFn: ({ signal }) => told(api.GET("/api/v2/model-runs", { params: { query: { limit: 500, ...of } }, signal })),
  });

/** What became of the predictions of a run on a project. */
export const useOfRunQuery = (modelRunId: string) =>
  queryOptions({
    queryKey: ["model_runs", modelRunId, "use"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/model-runs/{model_run_id}/use", { params: { path: { model_run_id: modelRunId } }, signal })),
  });

export const modelRunQuery = (modelRunId: string) =>
  queryOptions({
    queryKey: ["model_runs", modelRunId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/model-runs/{model_run_id}", { params: { path: { model_run_id: modelRunId } }, signal })),
  });
