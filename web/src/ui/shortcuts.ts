/** Keys that do something on the page that is shown; the sheet on `?` lists them. */
import { useEffect, useLayoutEffect, useRef, useSyncExternalStore } from "react";

export interface Shortcut {
  /** Keys that do it, by KeyboardEvent.key, such as "j" or "ArrowRight"; "Shift+ArrowRight" with Shift held. */
  keys: string[];
  title: string;
  run: () => void;
}

export interface ShortcutGroup {
  title: string;
  /** All its keys: with other keys it is another group. */
  keys: string;
  shortcuts: Shortcut[];
}

let groups: readonly ShortcutGroup[] = [];
const watchers = new Set<() => void>();

/** Let keys do something while the component is shown; later groups win over earlier ones. */
export function useShortcuts(title: string, shortcuts: Shortcut[]): void {
  const latest = useRef(shortcuts);
  useLayoutEffect(() => {
    latest.current = shortcuts;
  });
  const keys = shortcuts.map((shortcut) => shortcut.keys.join(" ")).join("|");
  useEffect(() => {
    const group: ShortcutGroup = {
      title,
      keys,
      get shortcuts() {
        return latest.current;
      },
    };
    change([...groups, group]);
    return () => change(groups.filter((other) => other !== group));
  }, [title, keys]);
}

/** All keys that do something now, for the sheet. */
export function useShortcutGroups(): readonly ShortcutGroup[] {
  return useSyncExternalStore(watch, () => groups);
}

/** Do what a pressed key stands for, unless the reader is typing. */
export function pressed(event: KeyboardEvent): void {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || typing(event.target)) return;
  const found = groups
    .toReversed()
    .flatMap((group) => group.shortcuts)
    .find((shortcut) => shortcut.keys.includes(named(event)));
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}

// Shift is part of a letter or a sign already: "?" is what it makes.
function named(event: KeyboardEvent): string {
  return event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
}

/** How a key is written on the sheet. */
export function keyName(key: string): string {
  const [shift, plain] = key.startsWith("Shift+") ? ["⇧ ", key.slice("Shift+".length)] : ["", key];
  return `${shift}${NAMES[plain] ?? plain}`;
}

const NAMES: Record<string, string> = {
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  " ": "Space",
};

// A dialog, menu or field keeps its keys to itself.
function typing(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  return element.closest("input, textarea, select, [contenteditable], [role=dialog], [role=menu], [role=slider], [role=listbox]") !== null;
}

function change(next: readonly ShortcutGroup[]): void {
  groups = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
