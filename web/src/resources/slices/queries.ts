/** Slices: saved queries over a dataset. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

/** As many as one table of a report takes. */
export const MOST_SLICES = 50;

export const slicesQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ["slices", "list", datasetId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/slices", { params: { query: { dataset_id: datasetId, limit: MOST_SLICES } }, signal })),
  });
