/** Keys that the reader chose instead of the given ones, kept in this browser. */
import { useSyncExternalStore } from "react";

/** Chosen keys by the name of what they do. */
export type ChosenKeys = Readonly<Record<string, readonly string[]>>;

const PLACE = "linlog.keys";

/** What was kept; what cannot be read is as if nothing was chosen. */
export function readChosen(text: string | null): ChosenKeys {
  try {
    const read: unknown = JSON.parse(text ?? "{}");
    if (typeof read !== "object" || read === null || Array.isArray(read)) return {};
    return Object.fromEntries(Object.entries(read).filter(([, keys]) => Array.isArray(keys) && keys.every((key) => typeof key === "string")));
  } catch {
    return {};
  }
}

/** The choice after a key was given to something: whatever else of `others` had it, has it no more. */
export function withKey(chosen: ChosenKeys, name: string, key: string, others: readonly { name: string; keys: readonly string[] }[]): ChosenKeys {
  const robbed = others.filter((other) => other.name !== name && other.keys.includes(key)).map((other) => [other.name, other.keys.filter((held) => held !== key)]);
  return { ...chosen, ...Object.fromEntries(robbed), [name]: [key] };
}

/** Whether a key belongs to something that has no name, and so cannot be given to anything else. */
export function isFixed(key: string, all: readonly { name?: string; keys: readonly string[] }[]): boolean {
  return all.some((shortcut) => shortcut.name === undefined && shortcut.keys.includes(key));
}

let held: ChosenKeys | null = null;
const watchers = new Set<() => void>();

export function chosenKeys(): ChosenKeys {
  held ??= readChosen(stored());
  return held;
}

export function useChosenKeys(): ChosenKeys {
  return useSyncExternalStore(watch, chosenKeys);
}

/** Choose keys from now on. */
export function choose(chosen: ChosenKeys): void {
  held = chosen;
  try {
    localStorage.setItem(PLACE, JSON.stringify(chosen));
  } catch {
    // A browser that keeps nothing has them until the page is left.
  }
  for (const watcher of watchers) watcher();
}

function stored(): string | null {
  try {
    return localStorage.getItem(PLACE);
  } catch {
    return null;
  }
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
