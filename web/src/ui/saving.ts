/** Whether the page is being saved: then long lists draw more than is in sight. */
import { useSyncExternalStore } from "react";

let saving = false;
const watchers = new Set<() => void>();

export function useSavingPage(): boolean {
  return useSyncExternalStore(watch, () => saving);
}

export function setSaving(now: boolean): void {
  saving = now;
  for (const told of watchers) told();
}

function watch(told: () => void): () => void {
  watchers.add(told);
  return () => watchers.delete(told);
}
