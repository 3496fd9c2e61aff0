/** Evaluations, their reports, and comparisons of two. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Evaluation } from "../../wire/types";

const RUNNING_EVERY_MS = 1000;

interface Of {
  model_run_id?: string;
  dataset_id?: string;
  model_version_id?: string;
}

export const evaluationsQuery = (of: Of = {}) =>
  queryOptions({
    queryKey: ["evaluations", "list", of],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations", { params: { query: { limit: 500, ...of } }, signal })),
    refetchInterval: ({ state }) => (state.data?.results.some(underWay) ? RUNNING_EVERY_MS : false),
  });

export const evaluationQuery = (evaluationId: string) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/{evaluation_id}", { params: { path: { evaluation_id: evaluationId } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && underWay(state.data) ? RUNNING_EVERY_MS : false),
  });

// A finished report never changes. With intervals it may take a second more.
export const reportQuery = (evaluationId: string, intervals = false) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "report", intervals],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/evaluations/{evaluation_id}/report", { params: { path: { evaluation_id: evaluationId }, query: intervals ? { intervals } : {} }, signal })),
    staleTime: Infinity,
  });

export const comparisonQuery = (first: string, second: string) =>
  queryOptions({
    queryKey: ["evaluations", "compare", first, second],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/compare", { params: { query: { evaluation_ids: `${first},${second}` } }, signal })),
    staleTime: Infinity,
  });

export function underWay(evaluation: Evaluation): boolean {
  return evaluation.state === "queued" || evaluation.state === "running";
}
