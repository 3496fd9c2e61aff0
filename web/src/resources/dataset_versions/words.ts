/** What changed between two versions, in words. */
import type { Change, Changes, DatasetVersion } from "../../wire/types";

/** What a version is called: its number, and its name where it has one. */
export function versionName({ number, name }: Pick<DatasetVersion, "number" | "name">): string {
  return name === null ? `version ${number}` : `version ${number} (${name})`;
}

export function total({ added, removed, changed }: Changes): number {
  return added + removed + changed;
}

type Held = Record<string, unknown>;

/** What became of an annotation: which label, and what of it changed. */
export function annotationWords({ before, after }: Change): string {
  const held = (after ?? before ?? {}) as Held;
  if (before === null || after === null) return `${text(held.label)} · ${shapeOf(held)}`;
  const [one, other] = [before as Held, after as Held];
  const label = one.label === other.label ? text(one.label) : `${text(one.label)} → ${text(other.label)}`;
  const parts = differing(one, other).filter((name) => name !== "label" && name !== "id");
  return parts.length === 0 ? label : `${label} · ${parts.join(", ")} changed`;
}

/** What became of a label of the taxonomy. */
export function labelWords({ before, after }: Change): string {
  const held = (after ?? before ?? {}) as Held;
  const name = `${text(held.name)} · ${text(held.shape)}`;
  return before === null || after === null ? name : `${name} · ${differing(before as Held, after as Held).join(", ")} changed`;
}

/** What of a task changed; nothing of one that came or went. */
export function taskWords({ before, after }: Change): string {
  if (before === null || after === null) return "";
  const [one, other] = [before as Held, after as Held];
  return differing(one, other)
    .map((name) => (isPlain(one[name]) && isPlain(other[name]) ? `${name} ${text(one[name])} → ${text(other[name])}` : `${name} changed`))
    .join(", ");
}

/** What a task in a version is called. */
export function heldName({ before, after, task_id: id }: Change): string {
  const held = (after ?? before ?? {}) as Held;
  const known = [held.filename, held.unique_id, typeof held.text === "string" ? held.text.slice(0, 70) : null].find((name) => typeof name === "string" && name !== "");
  return typeof known === "string" ? known : (id ?? "");
}

function differing(one: Held, other: Held): string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].filter((name) => JSON.stringify(one[name]) !== JSON.stringify(other[name])).map((name) => name.replaceAll("_", " "));
}

function shapeOf(held: Held): string {
  const { shape } = held;
  return typeof shape === "object" && shape !== null && "type" in shape ? String(shape.type) : "whole";
}

function isPlain(value: unknown): boolean {
  return value === null || value === undefined || typeof value !== "object";
}

function text(value: unknown): string {
  return value === null || value === undefined ? "none" : String(value);
}
