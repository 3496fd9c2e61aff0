/** Model versions: of a model, or one, asked again and again while it is in training. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import { unmarkNumbers } from "../../wire/numbers";
import type { ModelVersion } from "../../wire/types";
import { inTraining } from "./training";

const TRAINING_EVERY_MS = 1000;
const LIST_EVERY_MS = 5000;

export const versionsQuery = (modelId?: string) =>
  queryOptions({
    queryKey: ["model_versions", "list", modelId],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/model-versions", { params: { query: { limit: 500, ...(modelId === undefined ? {} : { model_id: modelId }) } }, signal })),
    refetchInterval: ({ state }) => (state.data?.results.some(inTraining) ? LIST_EVERY_MS : false),
  });

/** The newest version of a model, as a list of one or none. */
export const newestVersionQuery = (modelId: string) =>
  queryOptions({
    queryKey: ["model_versions", "newest", modelId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/model-versions", { params: { query: { limit: 1, model_id: modelId } }, signal })),
  });

const MOST_VERSIONS = 1000;

/** As many as one answer holds, newest first, with configs as they were given. */
export const allVersionsQuery = (modelId?: string) =>
  queryOptions({
    queryKey: ["model_versions", "all", modelId],
    queryFn: async ({ signal }) => {
      const query = { limit: MOST_VERSIONS, ...(modelId === undefined ? {} : { model_id: modelId }) };
      const page = await told(api.GET("/api/v2/model-versions", { params: { query }, signal }));
      return { ...page, results: page.results.map((version) => ({ ...version, config: unmarkNumbers(version.config) as ModelVersion["config"] })) };
    },
    refetchInterval: ({ state }) => (state.data?.results.some(inTraining) ? LIST_EVERY_MS : false),
  });

export const versionQuery = (versionId: string) =>
  queryOptions({
    queryKey: ["model_versions", versionId],
    queryFn: async ({ signal }) => {
      const version = await told(api.GET("/api/v2/model-versions/{version_id}", { params: { path: { version_id: versionId } }, signal }));
      return { ...version, config: unmarkNumbers(version.config) as ModelVersion["config"] };
    },
    refetchInterval: ({ state }) => (state.data !== undefined && inTraining(state.data) ? TRAINING_EVERY_MS : false),
  });

export interface Objective {
  name: string;
  /** Of the evaluations on this dataset; of the log without one. */
  datasetId: string | undefined;
  value: "last" | "lowest" | "highest";
}

const IMPORTANCES_EVERY_MS = 15_000;

/** What each key of the configs is worth for a number, and what every run reached. */
export const importancesQuery = (modelId: string | undefined, { name, datasetId, value }: Objective, live: boolean) =>
  queryOptions({
    queryKey: ["model_versions", "importances", modelId, name, datasetId, value],
    queryFn: ({ signal }) => {
      const query = { objective: name, value, ...(modelId === undefined ? {} : { model_id: modelId }), ...(datasetId === undefined ? {} : { dataset_id: datasetId }) };
      return told(api.GET("/api/v2/model-versions/importances", { params: { query }, signal }));
    },
    refetchInterval: live ? IMPORTANCES_EVERY_MS : false,
    placeholderData: keepPreviousData,
  });
