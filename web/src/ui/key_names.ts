/** How a pressed key is named, and how the name is written for people. Knows no event listener. */

/** What of a KeyboardEvent says which key it is. */
export interface Pressed {
  key: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}

const MODIFIERS = new Set(["Shift", "Control", "Meta", "Alt", "AltGraph", "CapsLock", "Dead"]);

/**
 * The name of a pressed key, such as "j", "?", "Shift+ArrowRight" or "Ctrl+Shift+z"; null for a
 * modifier alone. Shift is part of a letter or sign already. Command counts as Ctrl.
 */
export function named(event: Pressed): string | null {
  if (MODIFIERS.has(event.key)) return null;
  const control = event.ctrlKey || event.metaKey;
  const long = event.key.length > 1;
  const parts = [
    ...(control ? ["Ctrl"] : []),
    // What Alt makes of a letter on some keyboards is a sign of its own.
    ...(event.altKey && (control || long) ? ["Alt"] : []),
    ...(event.shiftKey && (control || long) ? ["Shift"] : []),
    control ? (long ? event.key : event.key.toLowerCase()) : event.key,
  ];
  return parts.join("+");
}

const SIGNS: Record<string, string> = {
  Ctrl: "Ctrl ",
  Alt: "Alt ",
  Shift: "⇧ ",
  ArrowLeft: "←",
  ArrowRight: "→",
  ArrowUp: "↑",
  ArrowDown: "↓",
  Escape: "Esc",
  Delete: "Del",
  " ": "Space",
};

/** How a key is written on the sheet. */
export function keyName(key: string): string {
  const parts = key.split(/(?<=Ctrl|Alt|Shift)\+/);
  return parts.map((part) => SIGNS[part] ?? part).join("");
}
