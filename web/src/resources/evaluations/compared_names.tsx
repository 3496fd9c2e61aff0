/** What compared evaluations are called: their model versions, and what tells those of one version apart. */
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext, useMemo } from "react";
import type { ReactElement, ReactNode } from "react";

import { Said } from "../../ui/text";
import type { Evaluation } from "../../wire/types";
import { othersOf } from "./compare_search";
import type { CompareSearch } from "./compare_search";
import { evaluationsQuery } from "./queries";
import { useWordsApart } from "./use_words_apart";

const NONE: readonly Evaluation[] = [];
const Apart = createContext<ReadonlyMap<string, readonly string[]>>(new Map());

/** Tells what a comparison is of to the names below. */
export function ComparedNames({ one, search, children }: { one: Evaluation; search: CompareSearch; children: ReactNode }): ReactElement {
  const { data } = useQuery(evaluationsQuery({ dataset_id: one.dataset_id }));
  const compared = useMemo(() => {
    const ids = new Set([search.first, ...othersOf(search)]);
    return data?.results.filter(({ id }) => ids.has(id)) ?? NONE;
  }, [data, search]);
  const apart = useWordsApart(compared);
  return <Apart value={apart}>{children}</Apart>;
}

/** The name of one of them as text. */
export function useComparedName(): (id: string, version: string) => string {
  const apart = useContext(Apart);
  return (id, version) => [version, ...(apart.get(id) ?? [])].join(", ");
}

export function ComparedName({ id, version }: { id: string; version: string }): ReactElement {
  return <Said>{useComparedName()(id, version)}</Said>;
}
