/** Dataset versions: what a dataset held at one moment, and what differs between two. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { DatasetVersion } from "../../wire/types";

export const MOST_VERSIONS = 200;

export const datasetVersionsQuery = (datasetId: string) =>
  queryOptions({
    queryKey: ["dataset_versions", "list", datasetId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/dataset-versions", { params: { query: { dataset_id: datasetId, limit: MOST_VERSIONS } }, signal })),
  });

// Neither of the two ever changes.
export const differenceQuery = (versionId: string, since: string) =>
  queryOptions({
    queryKey: ["dataset_versions", versionId, "difference", since],
    queryFn: ({ signal }) =>
      told(api.GET("/api/v2/dataset-versions/{dataset_version_id}/difference", { params: { path: { dataset_version_id: versionId }, query: { since } }, signal })),
    staleTime: Infinity,
  });

export function freeze(datasetId: string, name: string): Promise<DatasetVersion> {
  return told(api.POST("/api/v2/dataset-versions", { body: { dataset_id: datasetId, name: name.trim() === "" ? null : name } }));
}

export function renameVersion(versionId: string, name: string): Promise<DatasetVersion> {
  return told(api.PATCH("/api/v2/dataset-versions/{dataset_version_id}", { params: { path: { dataset_version_id: versionId } }, body: { name } }));
}
