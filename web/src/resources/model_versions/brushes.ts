/** Brushes: the values that are kept of keys of configs, and of what runs reached. */
import { flat, written } from "./config_values";
import type { Run } from "./workspace_runs";

export type Brush = { low: number; high: number } | { choices: readonly string[] };
export type Brushes = ReadonlyMap<string, Brush>;

/** Stands for what runs reached; no key of a config begins so. */
export const OBJECTIVE = "$objective";

export const ABSENT = "absent";

/** A value as a choice. */
export function choiceOf(value: unknown): string {
  return value === undefined || value === null ? ABSENT : written(value);
}

/** Whether a brush takes a value. */
export function takes(brush: Brush, value: unknown): boolean {
  if ("choices" in brush) return brush.choices.includes(choiceOf(value));
  return typeof value === "number" && value >= brush.low && value <= brush.high;
}

/** The brushes of an address; what is none is left out. */
export function readBrushes(text: string | undefined): Brushes {
  const found = Object.entries(parsed(text)).map(([key, value]) => [key, readBrush(value)] as const);
  return new Map(found.flatMap(([key, brush]) => (brush === null ? [] : [[key, brush] as const])));
}

function readBrush(value: unknown): Brush | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const [low, high] = value as unknown[];
  if (value.length === 2 && typeof low === "number" && typeof high === "number") return { low, high };
  return value.every((choice) => typeof choice === "string") ? { choices: value as string[] } : null;
}

export function brushesText(brushes: Brushes): string | undefined {
  if (brushes.size === 0) return undefined;
  return JSON.stringify(Object.fromEntries([...brushes].map(([key, brush]) => [key, "choices" in brush ? brush.choices : [brush.low, brush.high]])));
}

function parsed(text: string | undefined): Record<string, unknown> {
  try {
    const found: unknown = JSON.parse(text ?? "{}");
    return typeof found === "object" && found !== null ? (found as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}

export function without(brushes: Brushes, key: string): Brushes {
  return new Map([...brushes].filter(([other]) => other !== key));
}

/** Whether every brush takes a run; one over what runs reached takes all until that is known. */
export function takenBy(brushes: Brushes, run: Run, reached: ReadonlyMap<string, number> | null): boolean {
  if (brushes.size === 0) return true;
  const config = flat(run.version.config);
  return [...brushes].every(([key, brush]) => (key === OBJECTIVE ? reached === null || takes(brush, reached.get(run.version.id)) : takes(brush, config.get(key))));
}
