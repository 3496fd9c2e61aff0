/** Evaluations, their reports, and comparisons of two. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Document, Evaluation, PerSlice } from "../../wire/types";
import { othersOf } from "./compare_search";
import type { CompareSearch } from "./compare_search";
import { readLabelMap } from "./label_map";
import type { Form } from "./download_menu";
import type { Opening } from "./openings";
import { protocolState } from "./search";
import type { ReportState } from "./search";

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

/** Ask for the report of a model run; a job makes it. */
export function evaluate(modelRunId: string): Promise<Evaluation> {
  return told(api.POST("/api/v2/evaluations", { body: { model_run_id: modelRunId } }));
}

export const evaluationQuery = (evaluationId: string) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/{evaluation_id}", { params: { path: { evaluation_id: evaluationId } }, signal })),
    refetchInterval: ({ state }) => (state.data !== undefined && underWay(state.data) ? RUNNING_EVERY_MS : false),
  });

const AS_EVALUATED: ReportState = {};
const OFTEN_MS = 10_000;

// A finished report never changes, but what a slice takes may.
const freshFor = (state: ReportState): number => (state.slice_id === undefined ? Infinity : OFTEN_MS);

/** A report under a state; what was shown before stays until the answer is there. */
export const reportQuery = (evaluationId: string, state: ReportState = AS_EVALUATED) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "report", state],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/{evaluation_id}/report", { params: { path: { evaluation_id: evaluationId }, query: state }, signal })),
    staleTime: freshFor(state),
    placeholderData: keepPreviousData,
  });

/** Some of what became of truths and predictions, from a place on; the count is that of all. */
export const outcomesQuery = (evaluationId: string, state: ReportState, opening: Opening, offset: number, limit: number) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "outcomes", state, opening, offset, limit],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/evaluations/{evaluation_id}/outcomes", { params: { path: { evaluation_id: evaluationId }, query: { ...state, ...opening, offset, limit } }, signal })),
    staleTime: freshFor(state),
  });

/** The labels that an evaluation met, with how often it did. */
export const evaluatedLabelsQuery = (evaluationId: string) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "labels"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/{evaluation_id}/labels", { params: { path: { evaluation_id: evaluationId } }, signal })),
    staleTime: Infinity,
  });

const MOST_TASKS = 100;

/** By task what an evaluation judged it by, in one request a hundred. */
export const truthsQuery = (evaluationId: string, taskIds: readonly string[]) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "truths", taskIds],
    queryFn: async ({ signal }) => {
      const parts = Array.from({ length: Math.ceil(taskIds.length / MOST_TASKS) }, (_, place) => taskIds.slice(place * MOST_TASKS, (place + 1) * MOST_TASKS));
      const path = { evaluation_id: evaluationId };
      const found = await Promise.all(parts.map((part) => told(api.GET("/api/v2/evaluations/{evaluation_id}/truths", { params: { path, query: { task_ids: part.join(",") } }, signal }))));
      return new Map(found.flatMap(({ truths }) => truths).map((truth) => [truth.task_id, truth]));
    },
  });

/** The same report with its intervals, which may take a second more. */
export const intervalsQuery = (evaluationId: string, state: ReportState) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "intervals", state],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/evaluations/{evaluation_id}/report", { params: { path: { evaluation_id: evaluationId }, query: { ...state, intervals: true } }, signal })),
    staleTime: freshFor(state),
  });

/** The main numbers of slices side by side, under the same state. */
export const sliceTableQuery = (evaluationId: string, { slice_id: _one, ...state }: ReportState, sliceIds: readonly string[]) =>
  queryOptions({
    queryKey: ["evaluations", evaluationId, "slices", state, sliceIds],
    queryFn: async ({ signal }) => {
      const query = { ...state, slices: sliceIds.join(",") };
      const report = await told(api.GET("/api/v2/evaluations/{evaluation_id}/report", { params: { path: { evaluation_id: evaluationId }, query }, signal }));
      return report.blocks.find((block): block is PerSlice => block.type === "per_slice") ?? null;
    },
    placeholderData: keepPreviousData,
  });

/** The same predictions by the rules of others, under the same labels and of the same tasks. */
export const protocolsQuery = (evaluationId: string, state: ReportState) => {
  const query = protocolState(state);
  return queryOptions({
    queryKey: ["evaluations", evaluationId, "protocols", query],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/{evaluation_id}/protocols", { params: { path: { evaluation_id: evaluationId }, query }, signal })),
    staleTime: freshFor(state),
    placeholderData: keepPreviousData,
  });
};

/** A report under a state, as a file. */
export function reportDocument(evaluationId: string, { label_map: labels, ...state }: ReportState, form: Form): Promise<Document> {
  const body = { slices: [], intervals: true, ...state, label_map: readLabelMap(labels) };
  return told(api.POST("/api/v2/evaluations/{evaluation_id}/document", { params: { path: { evaluation_id: evaluationId }, query: { form } }, body }));
}

/** Ask for the numbers of what is there now. */
export function evaluateAgain({ model_run_id, kind, config }: Evaluation): Promise<Evaluation> {
  return told(api.POST("/api/v2/evaluations", { body: { model_run_id, kind, config } }));
}

interface Compared {
  evaluation_ids: string;
  slice_id?: string;
  slices?: string;
}

function compared(search: CompareSearch, sliceIds: readonly string[]): Compared {
  return {
    evaluation_ids: [search.first, ...othersOf(search)].join(","),
    ...(search.slice_id === undefined ? {} : { slice_id: search.slice_id }),
    ...(sliceIds.length === 0 ? {} : { slices: sliceIds.join(",") }),
  };
}

/** A comparison as a file. */
export function comparisonDocument(search: CompareSearch, sliceIds: readonly string[], form: Form): Promise<Document> {
  return told(api.GET("/api/v2/evaluations/compare/document", { params: { query: { ...compared(search, sliceIds), form } } }));
}

/** What two to eight evaluations gained over the first of them, on all tasks or on a slice's, and slice by slice. */
export const comparisonQuery = (search: CompareSearch, sliceIds: readonly string[]) => {
  const query = compared(search, sliceIds);
  return queryOptions({
    queryKey: ["evaluations", "compare", query],
    queryFn: ({ signal }) => told(api.GET("/api/v2/evaluations/compare", { params: { query }, signal })),
    staleTime: sliceIds.length === 0 && search.slice_id === undefined ? Infinity : OFTEN_MS,
  });
};

export function underWay(evaluation: Evaluation): boolean {
  return evaluation.state === "queued" || evaluation.state === "running";
}
