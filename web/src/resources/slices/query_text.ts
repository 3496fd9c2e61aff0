/** Queries as text, as the server writes them; `docs/reference/queries.md` says how, and the server reads them. */
import type { Query } from "./query";

const SHORT: Record<string, string> = {
  "annotation.label": "label",
  "annotation.shape": "shape",
  "annotation.annotator": "annotator",
  "annotation.source": "source",
  "annotation.area": "area",
  "prediction.label": "predicted",
  "prediction.confidence": "confidence",
  created_date: "created",
};
/** Fields whose values are texts, so that a number needs no quotation marks to be one. */
const TEXTS = new Set(["batch", "kind", "project_id", "unique_id", "filename", "created_date", "status", "split", "tag", "outcome", "prediction.label", "annotation.label", "annotation.shape", "annotation.annotator", "annotation.source"]);
const SIGNS: Record<string, string> = { lt: "<", le: "<=", gt: ">", ge: ">=", contains: "~" };
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const BARE = /^[^\s()[\]{}",]+$/;
const PLAIN_KEY = /^[\p{L}\p{N}_-]+(\.[\p{L}\p{N}_-]+)*$/u;
const WORDS = new Set(["true", "false", "null"]);
type Subject = "task" | "annotation" | "prediction";

/** A query as text. */
export function queryText(query: Query): string {
  return Array.isArray(query.all) && query.all.length === 0 ? "" : whole(query, "task");
}

/** The parts of a query that must all hold. */
export function conjunctsOf(query: Query): Query[] {
  return Array.isArray(query.all) ? (query.all as Query[]) : [query];
}

/** The query whose parts must all hold. */
export function joined(parts: readonly Query[]): Query {
  const [only] = parts;
  return only !== undefined && parts.length === 1 ? only : { all: [...parts] };
}

function whole(query: Query, subject: Subject): string {
  const ways = query.any as Query[] | undefined;
  return ways !== undefined && ways.length > 1 ? ways.map((each) => way(each, subject)).join(" or ") : way(query, subject);
}

// What stands side by side needs no parentheses between two `or`.
function way(query: Query, subject: Subject): string {
  const parts = query.all as Query[] | undefined;
  return parts !== undefined && parts.length > 1 ? parts.map((each) => part(each, subject)).join(" ") : part(query, subject);
}

function part(query: Query, subject: Subject): string {
  if ("field" in query) return condition(query, subject);
  const [group = "", inner] = Object.entries(query)[0] ?? [];
  if (group === "not") return `-${part(inner as Query, subject)}`;
  if (group === "annotation" || group === "prediction") return `${group}(${whole(inner as Query, group)})`;
  const parts = inner as Query[];
  return parts.length > 1 ? `(${whole(query, subject)})` : `${group}(${parts.map((each) => part(each, subject)).join(" ")})`;
}

function condition({ field, op, value }: Query, subject: Subject): string {
  const name = String(field);
  const said = nameText(name, subject);
  if (op === "exists") return `${value === true ? "has" : "no"}:${said}`;
  if (op === "in") return `${said}:(${(value as unknown[]).map((each) => valueText(each, name)).join(", ")})`;
  return `${said}${SIGNS[String(op)] ?? (TEXTS.has(name) ? ":" : "=")}${valueText(value, name)}`;
}

function nameText(name: string, subject: Subject): string {
  if (subject === "task" && SHORT[name] !== undefined) return SHORT[name];
  const own = subject === "task" ? name : name.replace(`${subject}.`, "");
  for (const stem of ["metadata.", "config.", "annotation.attributes.", "attributes."]) {
    if (!own.startsWith(stem)) continue;
    const key = own.slice(stem.length);
    return PLAIN_KEY.test(key) ? own : stem + JSON.stringify(key);
  }
  return own;
}

function valueText(value: unknown, name: string): string {
  if (typeof value === "string") {
    const another = name === "outcome" ? value.includes("_") : !TEXTS.has(name) && (WORDS.has(value) || NUMBER.test(value));
    return BARE.test(value) && !another ? value : JSON.stringify(value);
  }
  const written = JSON.stringify(value);
  return !TEXTS.has(name) && (WORDS.has(written) || NUMBER.test(written)) ? written : `json(${spaced(value)})`;
}

// The server sets a space after colons and commas.
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  return `{${Object.entries(value).map(([key, inner]) => `${JSON.stringify(key)}: ${spaced(inner)}`).join(", ")}}`;
}
