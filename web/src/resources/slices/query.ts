/** Queries of slices as rows of a form. */
import { fullName, OPS, readName } from "./fields";
import type { Sort } from "./fields";

export type Query = Record<string, unknown>;

/** How the conditions belong together; the last two ask everything of one mark. */
export type Joined = "all" | "any" | "annotation" | "prediction";

/** One condition as a form holds it. */
export interface Row {
  field: string;
  /** The caller's own part of the field's name. */
  key: string;
  /** A value of `OPS`. */
  op: string;
  text: string;
}

export interface Draft {
  joined: Joined;
  rows: Row[];
}

/** What is wrong with a row; null where nothing is. */
export function wrongWith({ field, key, op, text }: Row): string | null {
  const found = readName(fullName(field, key));
  if (field === "") return "Choose a field.";
  if (found === null) return "Its key is needed.";
  const choice = OPS.find(({ value }) => value === op);
  if (choice === undefined) return "Choose what is asked.";
  if (choice.given !== undefined) return null;
  const parts = choice.op === "in" ? listed(text) : [text.trim()];
  if (parts.length === 0 || parts.includes("")) return "A value is needed.";
  if (found.field.sort === "number" && parts.some((part) => !Number.isFinite(Number(part)))) return "A number is needed.";
  return null;
}

/** The form when its conditions belong together otherwise; of one mark only what a mark has is asked. */
export function joinedBy(joined: Joined, { rows }: Draft): Draft {
  if (joined === "all" || joined === "any") return { joined, rows };
  const fits = ({ field }: Row): boolean => field.startsWith(`${joined}.`);
  return { joined, rows: rows.map((row) => (fits(row) ? row : { field: `${joined}.label`, key: "", op: "is", text: "" })) };
}

/** The query of a form without anything wrong in it. */
export function queryOf({ joined, rows }: Draft): Query {
  const conditions = rows.map(conditionOf);
  const [only] = conditions;
  if (joined === "annotation" || joined === "prediction") return { [joined]: { all: conditions } };
  return only !== undefined && conditions.length === 1 ? only : { [joined]: conditions };
}

/** A query as a form; null for one that is deeper than a form is. */
export function draftOf(query: Query): Draft | null {
  const draft = drafted(query);
  return draft !== null && sameQuery(queryOf(draft), query) ? draft : null;
}

/** Whether only an evaluation can tell what a query asks. */
export function needsEvaluation(query: unknown): boolean {
  if (Array.isArray(query)) return query.some(needsEvaluation);
  if (!isQuery(query)) return false;
  const { field } = query;
  if (typeof field === "string") return /^(predictions$|outcome$|score$|config\.|prediction\.)/.test(field);
  return "prediction" in query || Object.values(query).some(needsEvaluation);
}

function drafted(query: Query): Draft | null {
  const one = rowOf(query);
  if (one !== null) return { joined: "all", rows: [one] };
  const [group = "", inner] = Object.entries(query)[0] ?? [];
  if (group === "all" || group === "any") return withRows(group, inner);
  if ((group === "annotation" || group === "prediction") && isQuery(inner)) return withRows(group, inner.all);
  return null;
}

function withRows(joined: Joined, conditions: unknown): Draft | null {
  if (!Array.isArray(conditions) || conditions.length === 0) return null;
  const rows = conditions.map((condition) => (isQuery(condition) ? rowOf(condition) : null));
  return rows.every((row) => row !== null) ? { joined, rows } : null;
}

function rowOf(query: Query): Row | null {
  const inner = isQuery(query.not) ? query.not : query;
  const negated = inner !== query;
  const found = typeof inner.field === "string" ? readName(inner.field) : null;
  const choice = OPS.find(({ op, negated: not = false, given }) => op === inner.op && not === negated && (given === undefined || given === inner.value));
  if (found === null || choice === undefined) return null;
  const values = choice.given === undefined ? (choice.op === "in" && Array.isArray(inner.value) ? inner.value : [inner.value]) : [];
  return { field: found.field.name, key: found.key, op: choice.value, text: values.map((value) => textOf(value, found.field.sort)).join(", ") };
}

function conditionOf({ field, key, op, text }: Row): Query {
  const choice = OPS.find(({ value }) => value === op);
  const sort = readName(fullName(field, key))?.field.sort ?? "text";
  const given = choice?.op === "in" ? listed(text).map((part) => valueOf(part, sort)) : valueOf(text.trim(), sort);
  const condition = { field: fullName(field, key), op: choice?.op ?? op, value: choice?.given ?? given };
  return choice?.negated === true ? { not: condition } : condition;
}

function listed(text: string): string[] {
  return text.split(",").map((part) => part.trim());
}

// The caller's own data may be of any type: what reads as a number or a truth value is one, and
// quotation marks make a text of it.
function valueOf(text: string, sort: Sort): unknown {
  if (sort === "number") return Number(text);
  return sort === "data" ? (plainValue(text) ?? text) : text;
}

function textOf(value: unknown, sort: Sort): string {
  if (typeof value !== "string") return JSON.stringify(value);
  return sort === "data" && plainValue(value) !== null ? JSON.stringify(value) : value;
}

function plainValue(text: string): string | number | boolean | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? value : null;
  } catch {
    return null;
  }
}

/** Whether two queries, or two values, say the same. */
export function sameQuery(one: unknown, other: unknown): boolean {
  if (Array.isArray(one) && Array.isArray(other)) return one.length === other.length && one.every((part, place) => sameQuery(part, other[place]));
  if (!isQuery(one) || !isQuery(other)) return one === other;
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => sameQuery(one[name], other[name]));
}

function isQuery(value: unknown): value is Query {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

