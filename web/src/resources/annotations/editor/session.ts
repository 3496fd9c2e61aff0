/** The work on one task: what is edited, and what saves it. */
import type { QueryClient } from "@tanstack/react-query";
import { useEffect, useState, useSyncExternalStore } from "react";

import { carriedOn, drawingIn, editingOf, reading } from "../../../canvas/edits/editing";
import type { Editing } from "../../../canvas/edits/editing";
import { storeOf } from "../../../canvas/edits/store";
import type { EditStore } from "../../../canvas/edits/store";
import { ApiFailure } from "../../../wire/http";
import type { Task } from "../../../wire/types";
import { sizeOf } from "../../files/addresses";
import { taskQuery } from "../../tasks/queries";
import { replaceAnnotations } from "../queries";
import { entriesOf } from "./contents";
import { handedOver } from "./handed_over";
import { saverOf } from "./saver";
import type { Saver, Saving, Stored } from "./saver";

export interface WorkOnTask {
  taskId: string;
  store: EditStore;
  saver: Saver;
}

const CONFLICT = 409;
const OUR_FAULT = 400;
const THEIR_FAULT = 500;
const TOO_MANY = 429;

/** Begin to work on a task. The hand keeps from the task `before` what it held. */
export function workOn(task: Task, queries: QueryClient, before: Editing | null): WorkOnTask {
  const blank = editingOf(entriesOf(task.annotations), sizeOf(task.item) ?? { width: 1, height: 1 });
  const begun = task.item.type === "text" ? reading(blank, task.item.text ?? "") : blank;
  const store = storeOf(before === null ? begun : carriedOn(begun, before));
  const key = taskQuery(task.id).queryKey;
  const kept = (told: Task): Stored => {
    queries.setQueryData(key, told);
    return { version: told.version, entries: entriesOf(told.annotations) };
  };
  const saver = saverOf(
    { version: task.version, entries: drawingIn(store.get()).entries },
    {
      put: async (entries, version) => kept(await replaceAnnotations(task.id, entries, version)),
      get: async () => kept(await queries.fetchQuery({ ...taskQuery(task.id), staleTime: 0 })),
      judge,
    },
  );
  store.watch(() => saver.note(drawingIn(store.get()).entries));
  return { taskId: task.id, store, saver };
}

function judge(error: unknown): "conflict" | "again" | "never" {
  if (!(error instanceof ApiFailure)) return "again";
  if (error.status === CONFLICT && error.field === "version") return "conflict";
  return error.status >= OUR_FAULT && error.status < THEIR_FAULT && error.status !== TOO_MANY ? "never" : "again";
}

/** The work on the task that is shown; it begins anew with the next task, or when others changed an untouched one. */
export function useWork(task: Task, queries: QueryClient): WorkOnTask {
  const [work, setWork] = useState(() => handedOver.of(task.id) ?? workOn(task, queries, null));
  const { state, base } = work.saver.get();
  const other = work.taskId !== task.id;
  const moved = !other && state === "saved" && task.version > base.version;
  const current = other ? (handedOver.of(task.id) ?? workOn(task, queries, work.store.get())) : moved ? workOn(task, queries, work.store.get()) : work;
  if (current !== work) setWork(current);
  useEffect(() => () => current.saver.stop(), [current]);
  return current;
}

export function useSaving(saver: Saver): Saving {
  return useSyncExternalStore(saver.watch, saver.get);
}

/** Part of what is edited; `pick` must give the same object for the same state. */
export function useEditing<T>(store: EditStore, pick: (state: Editing) => T): T {
  return useSyncExternalStore(store.watch, () => pick(store.get()));
}
