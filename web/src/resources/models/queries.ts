/** Models, as the pages ask for them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";

export const MOST_MODELS = 500;

export const modelsQuery = () =>
  queryOptions({
    queryKey: ["models", "list"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/models", { params: { query: { limit: MOST_MODELS, newest_first: true } }, signal })),
    placeholderData: keepPreviousData,
  });

export const modelQuery = (modelId: string) =>
  queryOptions({
    queryKey: ["models", modelId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/models/{model_id}", { params: { path: { model_id: modelId } }, signal })),
  });
