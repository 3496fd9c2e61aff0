/** What every action offers: its name, its keys, when it can be taken, and what it does. Buttons, keys and the sheet read this. */
import type { Editing } from "../edits/editing";

export interface Action {
  /** Stays the same when the words change: chosen keys are kept under it. */
  name: string;
  title: string;
  /** As `ui/shortcuts` writes them. */
  keys: string[];
  when: (state: Editing) => boolean;
  act: (state: Editing) => Editing;
}
