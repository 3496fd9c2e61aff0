/** How tasks are called: their names and states. */
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
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

/** What a task is called: its file, its own id, or the beginning of its text. */
export function taskName(task: Task): string {
  const { item, unique_id: uniqueId, id } = task;
  const text = item.type === "text" ? item.text?.trim().slice(0, 70) : undefined;
  return item.filename || uniqueId || text || id;
}

const MOST_METADATA = 400;
/** Digits of a number that tell it from others; a file has all of them. */
const MOST_DIGITS = 8;

/** A value of metadata in one line. */
export function plain(value: unknown): string {
  const text = typeof value === "string" ? value : JSON.stringify(typeof value === "number" && !Number.isInteger(value) ? Number(value.toPrecision(MOST_DIGITS)) : value);
  return text.length > MOST_METADATA ? `${text.slice(0, MOST_METADATA)}…` : text;
}
