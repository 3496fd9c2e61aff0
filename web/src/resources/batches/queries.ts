/** A project's batches. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

export const batchesQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["projects", projectId, "batches"],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/projects/{project_id}/batches", { params: { path: { project_id: projectId }, query: { limit: 1000 } }, signal })),
  });
