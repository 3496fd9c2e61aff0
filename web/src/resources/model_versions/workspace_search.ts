/** What the address of the training runs says: which are listed and drawn, over what, and how. */

export const VALUES = ["last", "lowest", "highest"] as const;
export type NumberValue = (typeof VALUES)[number];

export interface WorkspaceSearch {
  model_id?: string;
  /** A regular expression over the names of runs. */
  find?: string;
  /** A key of the config. */
  group?: string;
  /** Ids with commas between. */
  pinned?: string;
  hidden?: string;
  baseline?: string;
  /** step, time or a logged key. */
  x?: string;
  low?: number;
  high?: number;
  smoothing?: number;
  log?: "y";
  view?: "table" | "configs";
  /** A logged key, or a number of the evaluations on `dataset_id`. */
  objective?: string;
  dataset_id?: string;
  goal?: "lowest" | "highest";
  /** A JSON list of keys of configs. */
  axes?: string;
  /** JSON by key: two numbers, or choices. */
  brushes?: string;
  value?: NumberValue;
}

const WORDS = ["model_id", "find", "group", "pinned", "hidden", "baseline", "x", "objective", "dataset_id", "axes", "brushes"] as const;

export function readWorkspaceSearch(raw: Record<string, unknown>): WorkspaceSearch {
  const words = WORDS.flatMap((name) => (typeof raw[name] === "string" && raw[name] !== "" ? [[name, raw[name]] as const] : []));
  const low = bound(raw.low);
  const high = bound(raw.high);
  const smoothing = bound(raw.smoothing);
  return {
    ...Object.fromEntries(words),
    ...(low !== null && high !== null && low < high ? { low, high } : {}),
    ...(smoothing !== null && smoothing > 0 && smoothing < 1 ? { smoothing } : {}),
    ...(raw.log === "y" ? { log: "y" } : {}),
    ...(raw.view === "table" || raw.view === "configs" ? { view: raw.view } : {}),
    ...(raw.goal === "lowest" || raw.goal === "highest" ? { goal: raw.goal } : {}),
    ...(raw.value === "lowest" || raw.value === "highest" ? { value: raw.value } : {}),
  };
}

/** The ids of a list in the address. */
export function idsOf(text: string | undefined): string[] {
  return text === undefined ? [] : text.split(",").filter((id) => id !== "");
}

/** The list with an id put in, or taken out where it was in. */
export function toggled(text: string | undefined, id: string): string | undefined {
  const ids = idsOf(text);
  const next = ids.includes(id) ? ids.filter((other) => other !== id) : [...ids, id];
  return next.length === 0 ? undefined : next.join(",");
}

function bound(value: unknown): number | null {
  const number = typeof value === "string" && value !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : null;
}
