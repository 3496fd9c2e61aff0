/** The numbers that a run's config can be judged by: what was logged, and what evaluations gave. */
import type { Evaluation } from "../../wire/types";

export interface ObjectiveGroup {
  group: string;
  items: { value: string; label: string }[];
}

/** Which end is best. */
export type Goal = "lowest" | "highest";

export interface Chosen {
  name: string;
  datasetId: string | undefined;
}

const CHECKED = /^(?:val|valid|validation|test|eval)(?:[./_-]|$)/iu;
const TO_LOWER = /loss|error|perplexity|\b(?:rmse|mse|mae)\b/iu;

/** The logged keys, and of each dataset the headline numbers of its evaluations. */
export function objectiveGroups(keys: readonly string[], evaluations: readonly Evaluation[]): ObjectiveGroup[] {
  const byDataset = new Map<string, { group: string; names: Set<string> }>();
  for (const { dataset_id: id, dataset_name: group, scalars } of evaluations) {
    const held = byDataset.get(id) ?? { group, names: new Set<string>() };
    for (const [name, value] of Object.entries(scalars)) if (value !== null) held.names.add(name);
    byDataset.set(id, held);
  }
  const logged = { group: "Logged", items: keys.map((name) => ({ value: valueOf({ name, datasetId: undefined }), label: name })) };
  const judged = [...byDataset].map(([datasetId, { group, names }]) => ({ group, items: [...names].map((name) => ({ value: valueOf({ name, datasetId }), label: name })) }));
  return [logged, ...judged].filter(({ items }) => items.length > 0);
}

/** What is shown unasked: a number of held-out data where one was logged. */
export function firstObjective(keys: readonly string[], evaluations: readonly Evaluation[]): Chosen | null {
  const logged = keys.find((key) => CHECKED.test(key)) ?? keys[0];
  if (logged !== undefined) return { name: logged, datasetId: undefined };
  const judged = evaluations.find(({ headline }) => headline !== null);
  return judged === undefined ? null : { name: judged.headline as string, datasetId: judged.dataset_id };
}

/** Whether the lowest of such a number is best, as far as its name tells. */
export function goalOf(name: string): Goal {
  return TO_LOWER.test(name) ? "lowest" : "highest";
}

/** A choice as one text, and back. */
export function valueOf({ name, datasetId }: Chosen): string {
  return `${datasetId ?? ""}:${name}`;
}

export function chosenOf(value: string): Chosen {
  const cut = value.indexOf(":");
  return { name: value.slice(cut + 1), datasetId: cut === 0 ? undefined : value.slice(0, cut) };
}
