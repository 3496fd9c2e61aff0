/** How tasks are called: their names and states. */
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { FileName } from "../../ui/text";
import type { Task } from "../../wire/types";

const STATUSES = [
  { value: "pending", label: "Pending" },
  { value: "in_progress", label: "In progress" },
  { value: "in_review", label: "In review" },
  { value: "completed", label: "Completed" },
  { value: "rejected", label: "Rejected" },
  { value: "processing", label: "Processing" },
  { value: "error", label: "Error" },
];

const TONES: Record<string, Tone> = { completed: "good", rejected: "bad", error: "bad", in_progress: "info", in_review: "warn", processing: "warn" };

export function StatusBadge({ status }: { status: string }): ReactElement {
  return (
    <Badge tone={TONES[status] ?? "neutral"} live={status === "processing"}>
      {statusName(status)}
    </Badge>
  );
}

/** What a state of a task is called. */
export function statusName(status: string): string {
  return STATUSES.find(({ value }) => value === status)?.label ?? status;
}

/** What a task is called: its file, its own id, the beginning of its text, or where it lives. */
export function taskName({ item, unique_id: uniqueId, id }: Task): string {
  return item.filename || uniqueId || beginning(item) || item.url || id;
}

/** The name of a task where there is little room: files are told apart by the end of theirs. */
export function TaskName({ task, className = "" }: { task: Task; className?: string }): ReactElement {
  const name = taskName(task);
  return task.item.filename || task.unique_id ? <FileName className={className}>{name}</FileName> : <bdi className={className}>{name}</bdi>;
}

const MOST_BEGINNING = 70;
const MOST_MARKUP = 4000;

function beginning({ type, text }: Task["item"]): string {
  if (text === null || (type !== "text" && type !== "html")) return "";
  const words = (type === "html" ? wordsOf(text) : text).trim();
  return words.length <= MOST_BEGINNING ? words : `${words.slice(0, MOST_BEGINNING).trimEnd()}…`;
}

/** Where a reader sees one word end and another begin, though nothing stands between them. */
const BREAKS = /<(?:br|\/(?:p|div|li|td|th|h[1-6]|section|article))\b/gi;

// What is parsed so is never shown, run or fetched.
function wordsOf(html: string): string {
  const spaced = html.slice(0, MOST_MARKUP).replaceAll(BREAKS, " $&");
  const { body } = new DOMParser().parseFromString(spaced, "text/html");
  for (const hidden of body.querySelectorAll("script, style")) hidden.remove();
  return (body.textContent ?? "").replaceAll(/\s+/g, " ");
}

const MOST_METADATA = 400;
/** Digits of a number that tell it from others; a file has all of them. */
const MOST_DIGITS = 8;

/** A value of metadata in one line. */
export function plain(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(MOST_DIGITS)) : value);
  return text.length > MOST_METADATA ? `${text.slice(0, MOST_METADATA)}…` : text;
}
