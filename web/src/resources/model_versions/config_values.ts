/** Configs as flat names and values, and what differs between two. */

export type Flat = ReadonlyMap<string, unknown>;

/** Nested names with dots between; lists stay whole. */
export function flat(config: Record<string, unknown>, before = ""): Map<string, unknown> {
  const found = new Map<string, unknown>();
  for (const [key, value] of Object.entries(config)) {
    const name = before === "" ? key : `${before}.${key}`;
    if (isPlain(value) && Object.keys(value).length > 0) for (const [inner, entry] of flat(value, name)) found.set(inner, entry);
    else found.set(name, value);
  }
  return found;
}

export interface Difference {
  key: string;
  first: unknown;
  second: unknown;
  changed: boolean;
}

/** Every key of either config, the changed ones first, each part in the order of the configs. */
export function differences(first: Record<string, unknown>, second: Record<string, unknown>): Difference[] {
  const [one, two] = [flat(first), flat(second)];
  const keys = [...new Set([...one.keys(), ...two.keys()])];
  const all = keys.map((key) => ({ key, first: one.get(key), second: two.get(key), changed: written(one.get(key)) !== written(two.get(key)) }));
  return [...all.filter(({ changed }) => changed), ...all.filter(({ changed }) => !changed)];
}

/** A value as it is shown; what is absent is nothing. */
export function written(value: unknown): string {
  if (value === undefined) return "";
  if (typeof value === "string") return value;
  if (typeof value === "number") return String(value);
  return JSON.stringify(value);
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
