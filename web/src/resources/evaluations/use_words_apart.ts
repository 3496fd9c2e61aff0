/** What tells listed evaluations apart, with the names of the dataset versions that those words need. */
import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";

import type { Evaluation } from "../../wire/types";
import { datasetVersionsQuery } from "../dataset_versions/queries";
import { datasetsToName, wordsApart } from "./telling_apart";

const NONE: readonly Evaluation[] = [];

export function useWordsApart(evaluations: readonly Evaluation[] = NONE): ReadonlyMap<string, readonly string[]> {
  const datasets = useMemo(() => datasetsToName(evaluations), [evaluations]);
  const versions = useQueries({
    queries: datasets.map((id) => datasetVersionsQuery(id)),
    combine: (asked) => new Map(asked.flatMap(({ data }) => (data?.results ?? []).map((version) => [version.id, version] as const))),
  });
  return useMemo(() => wordsApart(evaluations, versions), [evaluations, versions]);
}

/** By id what an evaluation is called in a list that others are chosen from as well. */
export function useEvaluationNames(evaluations: readonly Evaluation[]): ReadonlyMap<string, string> {
  const apart = useWordsApart(evaluations);
  return useMemo(
    () => new Map(evaluations.map(({ id, model_name: model, model_version_name: version }) => [id, [`${model} · ${version}`, ...(apart.get(id) ?? [])].join(", ")])),
    [evaluations, apart],
  );
}
