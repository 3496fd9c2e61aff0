/** Other names for labels: which are read as one, and which are left out. The address holds them as the API takes them. */

/** By label its other name; null leaves the label out. */
export type LabelMap = Readonly<Record<string, string | null>>;

/** Labels that are read as one, one label alone, or one that is left out. */
export interface Reading {
  name: string;
  members: readonly string[];
  leftOut: boolean;
}

/** The map that a text holds; an empty one for what is none. */
export function readLabelMap(text: unknown): LabelMap {
  if (typeof text !== "string") return {};
  try {
    const found: unknown = JSON.parse(text);
    return isLabelMap(found) ? found : {};
  } catch {
    return {};
  }
}

function isLabelMap(found: unknown): found is LabelMap {
  if (typeof found !== "object" || found === null || Array.isArray(found)) return false;
  return Object.values(found).every((name) => name === null || (typeof name === "string" && name.trim() !== ""));
}

/** A map as a text, the same for the same map; undefined where nothing is otherwise. */
export function labelMapText(map: LabelMap): string | undefined {
  const entries = Object.entries(map).filter(([label, name]) => label !== name);
  return entries.length === 0 ? undefined : JSON.stringify(Object.fromEntries(entries.toSorted(([one], [other]) => (one < other ? -1 : 1))));
}

/** The map with some labels read as `name`; null leaves them out. */
export function readAs(map: LabelMap, labels: readonly string[], name: string | null): LabelMap {
  return { ...map, ...Object.fromEntries(labels.map((label) => [label, name?.trim() ?? null])) };
}

/** The map with some labels read as they are again. */
export function asTheyAre(map: LabelMap, labels: readonly string[]): LabelMap {
  return Object.fromEntries(Object.entries(map).filter(([label]) => !labels.includes(label)));
}

/** How labels are read, in their order; those that are left out last. */
export function readings(labels: readonly string[], map: LabelMap): Reading[] {
  const counted = new Map<string, string[]>();
  const leftOut: Reading[] = [];
  for (const label of labels) {
    const name = map[label] === undefined ? label : map[label];
    if (name === null) leftOut.push({ name: label, members: [label], leftOut: true });
    else counted.set(name, [...(counted.get(name) ?? []), label]);
  }
  return [...[...counted].map(([name, members]) => ({ name, members, leftOut: false })), ...leftOut];
}

/** What is otherwise, in words: "truck and van as vehicle", "dog left out". */
export function labelMapWords(map: LabelMap): string[] {
  const found = readings(Object.keys(map).toSorted(), map);
  const out = found.filter(({ leftOut }) => leftOut).map(({ name }) => name);
  const others = found.filter(({ leftOut }) => !leftOut).map(({ name, members }) => `${listed(members)} as ${name}`);
  return [...others, ...(out.length === 0 ? [] : [`${listed(out)} left out`])];
}

const MOST_NAMED = 3;

function listed(names: readonly string[]): string {
  if (names.length > MOST_NAMED) return `${names.length} labels`;
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}
