/** What was logged in training: series for curves, entries for the table. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import { unmarkNumbers } from "../../wire/numbers";
import type { LogEntry } from "../../wire/types";

const POINTS = 800;
/** The first, lowest, highest and last of 800 columns. */
const RUN_POINTS = 3200;
const NUMBERS_EVERY_MS = 2000;
const PAGE_SIZE = 500;
const TRAINING_EVERY_MS = 1000;

/** The numeric series; `live` asks again while training goes on. */
export const seriesQuery = (versionId: string, live: boolean) =>
  queryOptions({
    queryKey: ["model_versions", versionId, "series"],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/model-versions/{version_id}/series", { params: { path: { version_id: versionId }, query: { points: POINTS } }, signal })),
    refetchInterval: live ? TRAINING_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });

export interface SeriesPart {
  keys: readonly string[];
  /** step, time or a logged key. */
  x: string;
  low: number | undefined;
  high: number | undefined;
}

/** Some keys of a run over an axis, or over the part of it that is zoomed to. */
export const runSeriesQuery = (versionId: string, { keys, x, low, high }: SeriesPart, live: boolean) =>
  queryOptions({
    queryKey: ["model_versions", versionId, "series", keys, x, low, high],
    queryFn: ({ signal }) => {
      const part = { points: RUN_POINTS, keys: JSON.stringify(keys), x, ...(low === undefined || high === undefined ? {} : { low, high }) };
      return told(api.GET("/api/v2/model-versions/{version_id}/series", { params: { path: { version_id: versionId }, query: part }, signal }));
    },
    refetchInterval: live ? TRAINING_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });

/** The last, lowest or highest number by key of every run. */
export const numbersQuery = (modelId: string | undefined, value: "last" | "lowest" | "highest", live: boolean) =>
  queryOptions({
    queryKey: ["log_entries", "numbers", modelId, value],
    queryFn: ({ signal }) => told(api.GET("/api/v2/log-entries/numbers", { params: { query: { value, ...(modelId === undefined ? {} : { model_id: modelId }) } }, signal })),
    refetchInterval: live ? NUMBERS_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });

/** The entries in order, page by page. */
export const entriesQuery = (versionId: string) =>
  infiniteQueryOptions({
    queryKey: ["model_versions", versionId, "log_entries"],
    initialPageParam: 0,
    queryFn: async ({ signal, pageParam }) => {
      const query = { limit: PAGE_SIZE, offset: pageParam };
      const page = await told(api.GET("/api/v2/model-versions/{version_id}/log-entries", { params: { path: { version_id: versionId }, query }, signal }));
      return { ...page, results: page.results.map(unmarked) };
    },
    getNextPageParam: (last, _all, offset) => (offset + last.results.length < last.count ? offset + PAGE_SIZE : null),
  });

function unmarked(entry: LogEntry): LogEntry {
  return { ...entry, data: unmarkNumbers(entry.data) as LogEntry["data"] };
}
