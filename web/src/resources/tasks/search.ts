/** What the address of a list of tasks says: filters, page, and how the list is shown. */

export const STATUS_WORDS = ["pending", "in_progress", "in_review", "completed", "rejected", "processing", "error"] as const;
/** What waits for an annotator: new, begun, and sent back. */
export const TO_ANNOTATE = "pending,in_progress,rejected";
/** What waits for a reviewer. */
export const TO_REVIEW = "in_review";

export interface TaskFilters {
  /** One or several of the words, with commas between. */
  status?: string;
  batch_id?: string;
  label?: string;
  tag?: string;
  complete?: boolean;
  rejected?: boolean;
}

export interface TaskSearch extends TaskFilters {
  page?: number;
  view?: "table";
  /** The model run whose predictions are drawn, where the tasks are a dataset's. */
  model_run_id?: string;
}

const WORDS = ["batch_id", "label", "tag", "model_run_id"] as const;
const FLAGS = ["complete", "rejected"] as const;
export const FILTERS = ["status", "batch_id", "label", "tag", "complete", "rejected"] as const;

/** Read an address; what it cannot mean is left out. */
export function readTaskSearch(raw: Record<string, unknown>): TaskSearch {
  const search: TaskSearch = {};
  for (const key of WORDS) {
    const value = raw[key];
    if (typeof value === "string" && value !== "") search[key] = value;
  }
  const status = statusesOf(raw.status);
  if (status !== "") search.status = status;
  for (const key of FLAGS) {
    const value = String(raw[key]);
    if (value === "true" || value === "false") search[key] = value === "true";
  }
  const page = Number(raw.page);
  if (Number.isSafeInteger(page) && page > 1) search.page = page;
  if (raw.view === "table") search.view = "table";
  return search;
}

function statusesOf(raw: unknown): string {
  const words = typeof raw === "string" ? raw.split(",") : [];
  return STATUS_WORDS.filter((known) => words.includes(known)).join(",");
}

/** The filters alone. */
export function filtersOf(search: TaskSearch): TaskFilters {
  const entries = FILTERS.flatMap((key) => (search[key] === undefined ? [] : [[key, search[key]]]));
  return Object.fromEntries(entries) as TaskFilters;
}

/** The address after a filter changed: it begins at the first page again. */
export function withFilter(search: TaskSearch, change: Partial<Record<keyof TaskFilters, string | boolean | undefined>>): TaskSearch {
  return readTaskSearch({ ...search, ...change, page: undefined });
}

/** How many filters are set. */
export function filterCount(search: TaskSearch): number {
  return Object.keys(filtersOf(search)).length;
}
