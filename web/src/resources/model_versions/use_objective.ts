/** The number that configs are judged by, and what every run reached of it. */
import { useQuery } from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Evaluation, Importances } from "../../wire/types";
import { evaluationsQuery } from "../evaluations/queries";
import { OBJECTIVE } from "./brushes";
import type { Brushes } from "./brushes";
import { firstObjective } from "./objectives";
import type { Chosen } from "./objectives";
import { importancesQuery } from "./queries";
import type { WorkspaceSearch } from "./workspace_search";

export interface ObjectiveState {
  /** Null where no run has any number. */
  chosen: Chosen | null;
  evaluations: readonly Evaluation[];
  found: UseQueryResult<Importances>;
}

const NONE: readonly Evaluation[] = [];

/** Asked for where configs are shown, and where a brush lies on what runs reached. */
export function useObjective(search: WorkspaceSearch, logged: readonly string[], live: boolean, brushes: Brushes): { objective: ObjectiveState; reached: ReadonlyMap<string, number> | null } {
  const asked = search.view === "configs" || brushes.has(OBJECTIVE);
  const evaluated = useQuery({ ...evaluationsQuery(), enabled: asked });
  const evaluations = evaluated.data?.results ?? NONE;
  const chosen = search.objective === undefined ? firstObjective(logged, evaluations) : { name: search.objective, datasetId: search.dataset_id };
  const found = useQuery({ ...importancesQuery(search.model_id, { name: chosen?.name ?? "", datasetId: chosen?.datasetId, value: search.value ?? "last" }, live), enabled: asked && chosen !== null });
  const { data } = found;
  const reached = useMemo(() => (data === undefined ? null : new Map(data.model_versions.map(({ model_version_id: id, value }) => [id, value]))), [data]);
  return { objective: { chosen, evaluations, found }, reached };
}
