/** Whether the page is being written into a file: then long lists draw more than is in sight. */
import { useSyncExternalStore } from "react";

let downloading = false;
const watchers = new Set<() => void>();

export function useDownloadingPage(): boolean {
  return useSyncExternalStore(watch, () => downloading);
}

export function setDownloading(now: boolean): void {
  downloading = now;
  for (const told of watchers) told();
}

function watch(told: () => void): () => void {
  watchers.add(told);
  return () => watchers.delete(told);
}
