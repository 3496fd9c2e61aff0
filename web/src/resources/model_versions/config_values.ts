/** Configs as flat names and values, and what differs between two. */

export type Flat = ReadonlyMap<string, unknown>;

const known = new WeakMap<Record<string, unknown>, Flat>();

/** Nested names with dots between; lists stay whole. Each config is read once, however often it is asked for. */
export function flat(config: Record<string, unknown>): Flat {
  const found = known.get(config) ?? new Map(entriesOf(config, ""));
  known.set(config, found);
  return found;
}

function entriesOf(config: Record<string, unknown>, before: string): [name: string, value: unknown][] {
  return Object.entries(config).flatMap(([key, value]): [string, unknown][] => {
    const name = before === "" ? key : `${before}.${key}`;
    return isPlain(value) && Object.keys(value).length > 0 ? entriesOf(value, name) : [[name, value]];
  });
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
