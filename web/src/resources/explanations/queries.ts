/** Explanations: why a number changed from one evaluation to another. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

export const explanationQuery = (earlier: string, later: string) =>
  queryOptions({
    queryKey: ["explanations", earlier, later],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/{evaluation_id}/explanation", { params: { path: { evaluation_id: later }, query: { earlier } }, signal })),
    staleTime: Infinity,
  });
