/** Keys that do something on the page that is shown; the sheet on `?` lists them. */
import { useLayoutEffect, useRef, useSyncExternalStore } from "react";

import { chosenKeys } from "./chosen_keys";
import type { ChosenKeys } from "./chosen_keys";
import { named } from "./key_names";

export interface Shortcut {
  /** Keys that do it, as `named` writes them, such as "j", "ArrowRight" or "Ctrl+Shift+z". */
  keys: string[];
  /** What the sheet says; without words it is left out there. */
  title: string;
  /** Readers may choose other keys for what has a name; the name stays when the words change. */
  name?: string;
  /** Whether it can be done now; otherwise the key is left to others. */
  when?: () => boolean;
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
  // What is in sight has its keys at once.
  useLayoutEffect(() => {
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
  const key = named(event);
  if (event.defaultPrevented || key === null || typing(event.target) || presses(event.target, key)) return;
  const found = groups
    .toReversed()
    .flatMap((group) => group.shortcuts)
    .find((shortcut) => keysOf(shortcut).includes(key) && (shortcut.when?.() ?? true));
  if (found === undefined) return;
  event.preventDefault();
  found.run();
}

/** The keys that do it: those that the reader chose, else the given ones. */
export function keysOf(shortcut: Pick<Shortcut, "name" | "keys">, chosen: ChosenKeys = chosenKeys()): readonly string[] {
  return (shortcut.name === undefined ? undefined : chosen[shortcut.name]) ?? shortcut.keys;
}

// Enter and Space press the button that has the focus; Space ticks.
function presses(element: EventTarget | null, key: string): boolean {
  if (!(element instanceof HTMLElement)) return false;
  if (key === " " && element.matches("[type=checkbox]")) return true;
  return (key === "Enter" || key === " ") && element.closest("button, a, summary, [role=button], [role=tab], [role=option]") !== null;
}

/** Give the keys back to the page: a field that has done its work lets them go. */
export function letGo(): void {
  if (document.activeElement instanceof HTMLElement) document.activeElement.blur();
}

/** Give them back when Enter or Escape is pressed in a line of text, but not while a character is composed. */
export function letGoOf({ key, nativeEvent }: { key: string; nativeEvent: { isComposing: boolean } }): void {
  if (!nativeEvent.isComposing && (key === "Enter" || key === "Escape")) letGo();
}

// A dialog, menu or field keeps its keys to itself; a box to tick is none to type in.
function typing(element: EventTarget | null): boolean {
  if (!(element instanceof HTMLElement)) return false;
  return element.closest("input:not([type=checkbox]), textarea, select, [contenteditable], [role=dialog], [role=menu], [role=slider], [role=listbox]") !== null;
}

function change(next: readonly ShortcutGroup[]): void {
  groups = next;
  for (const watcher of watchers) watcher();
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}
