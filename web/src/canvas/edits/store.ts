/** Holds what is being edited, outside of every component, and tells who watches that it changed. */
import type { Editing } from "./editing";

export interface EditStore {
  get: () => Editing;
  /** Let the state become another. */
  update: (become: (state: Editing) => Editing) => void;
  /** Call back after every change, until the returned function is called. */
  watch: (watcher: () => void) => () => void;
}

export function storeOf(first: Editing): EditStore {
  let state = first;
  const watchers = new Set<() => void>();
  return {
    get: () => state,
    update(become) {
      const next = become(state);
      if (next === state) return;
      state = next;
      for (const watcher of watchers) watcher();
    },
    watch(watcher) {
      watchers.add(watcher);
      return () => watchers.delete(watcher);
    },
  };
}
