/** What a model run says about one task. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

const MOST = 1000;

export const predictionsQuery = (modelRunId: string, taskId: string) =>
  queryOptions({
    queryKey: ["model_runs", modelRunId, "predictions", taskId],
    queryFn: ({ signal }) =>
      told(
        api.GET("/api/v2/model-runs/{model_run_id}/predictions", {
          params: { path: { model_run_id: modelRunId }, query: { task_id: taskId, limit: MOST } },
          signal,
        }),
      ),
    staleTime: 60_000,
  });
