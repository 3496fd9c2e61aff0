/** What the address of a list of tasks says: the query, the order, how it is shown, and what is looked at. */
import type { Query } from "../slices/query";
import { queryText } from "../slices/query_text";

/** Which tasks, in which order. */
export interface TaskFilters {
  /** A query as text. */
  query?: string;
  /** A field, with a minus before it for the highest first. */
  sort?: string;
  /** Whose outcomes are asked for, where the tasks are a dataset's. */
  evaluation_id?: string;
}

export interface TaskSearch extends TaskFilters {
  view?: "table";
  /** The model run whose predictions are drawn, where the tasks are a dataset's. */
  model_run_id?: string;
  /** The columns of the table, with commas between them. */
  columns?: string;
  /** The task that is looked at beside the list. */
  look?: string;
}

export const STATUS_WORDS = ["pending", "in_progress", "in_review", "completed", "rejected", "processing", "error"] as const;
/** What waits for an annotator: new, begun, and sent back. */
export const TO_ANNOTATE = ["pending", "in_progress", "rejected"];
/** What waits for a reviewer. */
export const TO_REVIEW = ["in_review"];

const WORDS = ["query", "sort", "evaluation_id", "model_run_id", "columns", "look"] as const;

/** Read an address; what it cannot mean is left out. */
export function readTaskSearch(raw: Record<string, unknown>): TaskSearch {
  const search: TaskSearch = {};
  for (const key of WORDS) {
    const value = raw[key];
    if (typeof value === "string" && value.trim() !== "") search[key] = value;
  }
  if (raw.view === "table") search.view = "table";
  const statuses = typeof raw.status === "string" ? raw.status.split(",") : [];
  const known = STATUS_WORDS.filter((word) => statuses.includes(word));
  // A link to tasks of some statuses, from before there were queries.
  if (known.length > 0 && search.query === undefined) search.query = queryText(ofStatuses(known));
  return search;
}

/** The query for tasks of one or several statuses. */
export function ofStatuses(statuses: readonly string[]): Query {
  const [only] = statuses;
  return statuses.length === 1 ? { field: "status", op: "is", value: only } : { field: "status", op: "in", value: [...statuses] };
}

/** The parts of a query with its statuses narrowed to those of a queue; all of the queue where it asks for none of them. */
export function withinQueue(parts: readonly Query[], queue: readonly string[]): Query[] {
  const rest = parts.filter(({ field }) => field !== "status");
  const asked = new Set<unknown>(parts.flatMap(({ field, op, value }) => (field !== "status" ? [] : op === "is" ? [value] : op === "in" && Array.isArray(value) ? value : [])));
  const kept = queue.filter((status) => asked.has(status));
  return [...rest, ofStatuses(kept.length > 0 ? kept : queue)];
}

/** What the server is asked for; the plain list where the address asks for nothing. */
export function filtersOf({ query, sort, evaluation_id: evaluationId }: TaskSearch): TaskFilters {
  if (query === undefined && sort === undefined && evaluationId === undefined) return {};
  return { query: query ?? "", ...(sort === undefined ? {} : { sort }), ...(evaluationId === undefined ? {} : { evaluation_id: evaluationId }) };
}

/** The address of the tasks for which one thing holds. */
export function asking(field: string, value: unknown): TaskSearch {
  return { query: queryText({ field, op: "is", value } satisfies Query) };
}

/** The address sorted by a field: from the lowest, then from the highest, then by time again. */
export function sortedBy(search: TaskSearch, field: string): TaskSearch {
  const { sort, ...rest } = search;
  if (sort === field) return { ...rest, sort: `-${field}` };
  return sort === `-${field}` ? rest : { ...rest, sort: field };
}
