/** The tasks of a list as far as they are in sight: pages are asked for when somebody scrolls there. */
import { useQueries, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import type { Task } from "../../wire/types";
import { PAGE_SIZE, tasksQuery } from "./queries";
import type { Source } from "./queries";
import type { TaskFilters } from "./search";

export interface Listed {
  source: Source;
  filters: TaskFilters;
  modelRunId?: string | undefined;
  /** How many tasks the list has. */
  total: number;
}

export interface TaskPages {
  /** The task at a place; undefined until its page is there. */
  at: (place: number) => Task | undefined;
  error: Error | null;
}

/** The pages that hold the places from `first` to `last`. */
export function useTaskPages({ source, filters, modelRunId, total }: Listed, first: number, last: number): TaskPages {
  const from = Math.floor(first / PAGE_SIZE);
  const to = Math.floor(Math.min(last, total - 1) / PAGE_SIZE);
  const wanted = Array.from({ length: Math.max(0, to - from + 1) }, (_, place) => from + place);
  const found = useQueries({ queries: wanted.map((page) => tasksQuery(source, filters, page, modelRunId)) });
  return {
    at: (place) => found[Math.floor(place / PAGE_SIZE) - from]?.data?.[place % PAGE_SIZE],
    error: found.find(({ error }) => error !== null)?.error ?? null,
  };
}

/** The ids of the tasks between two places, both included, in one request a page. */
export function useIdsBetween({ source, filters, modelRunId }: Listed): (first: number, last: number) => Promise<string[]> {
  const queries = useQueryClient();
  return useCallback(
    async (first, last) => {
      const pages = Array.from({ length: Math.floor(last / PAGE_SIZE) - Math.floor(first / PAGE_SIZE) + 1 }, (_, place) => Math.floor(first / PAGE_SIZE) + place);
      const found = await Promise.all(pages.map((page) => queries.fetchQuery(tasksQuery(source, filters, page, modelRunId))));
      const begun = (pages[0] ?? 0) * PAGE_SIZE;
      return found
        .flat()
        .slice(first - begun, last - begun + 1)
        .map(({ id }) => id);
    },
    [queries, source, filters, modelRunId],
  );
}
