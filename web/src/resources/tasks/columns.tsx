/** The columns that a table of tasks can have. */
import type { ReactElement, ReactNode } from "react";

import { count } from "../../ui/numbers";
import { Said, When } from "../../ui/text";
import type { Task } from "../../wire/types";
import { plain, StatusBadge } from "./words";

export interface TaskColumn {
  name: string;
  title: string;
  right?: boolean;
  /** The field that the list is sorted by with it. */
  sort?: string;
  width: string;
  show: (task: Task) => ReactNode;
  /** What a file says. */
  value: (task: Task) => string | number | null;
}

const text = (value: string | null): ReactNode => (value === null ? "–" : <Said>{value}</Said>);

const FIXED: readonly TaskColumn[] = [
  { name: "status", title: "Status", sort: "status", width: "122px", show: (task) => <StatusBadge status={task.status} />, value: ({ status }) => status },
  { name: "batch", title: "Batch", sort: "batch", width: "minmax(84px, 1fr)", show: (task) => text(task.batch), value: ({ batch }) => batch },
  { name: "labels", title: "Labels", width: "minmax(140px, 2fr)", show: (task) => <Labels task={task} />, value: (task) => labelsOf(task).join(", ") },
  { name: "annotators", title: "Annotators", width: "minmax(130px, 1fr)", show: (task) => text(annotatorsOf(task)), value: annotatorsOf },
  { name: "annotations", title: "Annotations", right: true, sort: "annotations", width: "116px", show: (task) => count(task.annotation_count), value: (task) => task.annotation_count },
  { name: "size", title: "Size", right: true, sort: "image.area", width: "108px", show: ({ item }) => (item.width === null ? "–" : `${item.width} × ${item.height}`), value: ({ item }) => (item.width === null ? null : `${item.width}x${item.height}`) },
  { name: "created", title: "Created", sort: "created", width: "136px", show: (task) => <When date={task.created_date} />, value: (task) => task.created_date },
  { name: "tags", title: "Tags", width: "minmax(110px, 1fr)", show: (task) => (task.tags.length === 0 ? "–" : <Said>{task.tags.join(", ")}</Said>), value: ({ tags }) => tags.join(", ") },
  { name: "unique_id", title: "Own id", sort: "unique_id", width: "minmax(120px, 1fr)", show: (task) => text(task.unique_id), value: (task) => task.unique_id },
  { name: "split", title: "Split", sort: "split", width: "110px", show: (task) => text(task.split), value: ({ split }) => split },
  { name: "predictions", title: "Predictions", right: true, width: "116px", show: (task) => count(task.predictions.length), value: ({ predictions }) => predictions.length },
];
const OWN = "metadata.";
const USUAL = ["status", "batch", "annotations", "size", "created"];

/** The columns that an address names, or the usual ones. */
export function columnsOf(named: string | undefined): TaskColumn[] {
  return (named?.split(",") ?? USUAL).flatMap((name) => FIXED.find((column) => column.name === name) ?? (name.startsWith(OWN) ? own(name) : []));
}

/** What can be chosen, with the keys of the tasks' own data. */
export function choicesOf(keys: readonly string[]): { value: string; label: string }[] {
  return [...FIXED.map(({ name, title }) => ({ value: name, label: title })), ...keys.map((key) => ({ value: key, label: key.slice(OWN.length) }))];
}

function own(name: string): TaskColumn {
  const key = name.slice(OWN.length);
  return { name, title: key, sort: name, width: "minmax(110px, 1fr)", show: ({ metadata }) => (metadata[key] === undefined || metadata[key] === null ? "–" : <Said>{plain(metadata[key])}</Said>), value: ({ metadata }) => valueOf(metadata[key]) };
}

function valueOf(value: unknown): string | number | null {
  if (value === undefined || value === null) return null;
  return typeof value === "number" ? value : plain(value);
}

function labelsOf(task: Task): string[] {
  return [...new Set(task.annotations.map(({ label }) => label))];
}

// Who is gone is called by their id, which still tells them from others.
function annotatorsOf({ annotations }: Task): string | null {
  const names = annotations.flatMap(({ annotator, annotator_id: id }) => annotator ?? id ?? []);
  return names.length === 0 ? null : [...new Set(names)].join(", ");
}

function Labels({ task }: { task: Task }): ReactElement {
  const labels = labelsOf(task);
  return labels.length === 0 ? <>–</> : <Said>{labels.join(", ")}</Said>;
}
