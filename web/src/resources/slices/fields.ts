/** What a slice can ask of a task: fields, and what may be asked of each, in the words of the API. */

/** How a field's values are written: `data` is the caller's own, of any type. */
export type Sort = "text" | "number" | "data" | "label" | "split" | "outcome";

export interface Field {
  /** Name in a query; what ends with KEY is completed by the caller's own. */
  name: string;
  group: "Task" | "Annotation" | "Prediction" | "What a model did";
  sort: Sort;
}

const named = (group: Field["group"], sort: Sort, ...names: string[]): Field[] => names.map((name) => ({ name, group, sort }));

export const FIELDS: readonly Field[] = [
  ...named("Task", "data", "metadata.KEY"),
  ...named("Task", "split", "split"),
  ...named("Task", "text", "batch", "tag", "filename", "unique_id", "status", "kind", "project_id", "created_date"),
  ...named("Task", "number", "annotations", "image.width", "image.height", "image.area", "text.length"),
  ...named("Annotation", "label", "annotation.label"),
  ...named("Annotation", "text", "annotation.annotator", "annotation.source", "annotation.shape"),
  ...named("Annotation", "number", "annotation.area", "annotation.width", "annotation.height"),
  ...named("Annotation", "data", "annotation.attributes.KEY"),
  ...named("Prediction", "label", "prediction.label"),
  ...named("Prediction", "number", "prediction.confidence", "prediction.area"),
  ...named("What a model did", "outcome", "outcome"),
  ...named("What a model did", "number", "score", "predictions"),
  ...named("What a model did", "data", "config.KEY"),
];

const KEY = "KEY";

export function hasKey(field: string): boolean {
  return field.endsWith(KEY);
}

/** The name that a query has for a field and the caller's own key. */
export function fullName(field: string, key: string): string {
  return hasKey(field) ? field.slice(0, -KEY.length) + key.trim() : field;
}

/** The field and the key of a name in a query; null for what is no field. */
export function readName(name: string): { field: Field; key: string } | null {
  for (const field of FIELDS) {
    if (field.name === name) return { field, key: "" };
    const stem = field.name.slice(0, -KEY.length);
    if (hasKey(field.name) && name.startsWith(stem) && name.length > stem.length) return { field, key: name.slice(stem.length) };
  }
  return null;
}

export interface OpChoice {
  value: string;
  /** The op of the API. */
  op: string;
  words: string;
  /** Whether the condition stands in a `not`. */
  negated?: true;
  /** The value of an op that takes none from the reader. */
  given?: boolean;
}

export const OPS: readonly OpChoice[] = [
  { value: "is", op: "is", words: "is" },
  { value: "is not", op: "is", words: "is not", negated: true },
  { value: "in", op: "in", words: "is one of" },
  { value: "not in", op: "in", words: "is none of", negated: true },
  { value: "lt", op: "lt", words: "is less than" },
  { value: "le", op: "le", words: "is at most" },
  { value: "gt", op: "gt", words: "is greater than" },
  { value: "ge", op: "ge", words: "is at least" },
  { value: "contains", op: "contains", words: "contains" },
  { value: "contains not", op: "contains", words: "does not contain", negated: true },
  { value: "exists", op: "exists", words: "is there", given: true },
  { value: "exists not", op: "exists", words: "is not there", given: false },
];

const ALLOWED: Record<Sort, readonly string[]> = {
  text: ["is", "in", "lt", "le", "gt", "ge", "contains", "exists"],
  number: ["is", "in", "lt", "le", "gt", "ge", "exists"],
  data: ["is", "in", "lt", "le", "gt", "ge", "contains", "exists"],
  label: ["is", "in", "contains"],
  split: ["is", "in", "exists"],
  outcome: ["is", "in"],
};

/** What may be asked of a field. */
export function opsOf(sort: Sort): OpChoice[] {
  return OPS.filter(({ op }) => ALLOWED[sort].includes(op));
}
