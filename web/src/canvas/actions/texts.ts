/** Actions that mark a range of a text by keys, word by word. */
import { mark, selectedEntries } from "../edits/editing";
import type { Editing } from "../edits/editing";
import { grownBy, grownByCharacter, stepped } from "../edits/words";
import type { Range } from "../edits/words";
import type { Action } from "./_protocol";

const written = ({ words }: Editing): boolean => words.length > 0;
// Steps go on from the span that is selected: it is where the reader is.
function here(state: Editing): Range | null {
  const [shape] = selectedEntries(state).map((entry) => entry.shape);
  return state.range ?? (shape?.type === "span" ? { start: shape.start, end: shape.end } : null);
}

const marked = ({ range }: Editing): boolean => range !== null;

export const TEXTS: readonly Action[] = [
  { name: "next_word", title: "Mark the next word", keys: ["ArrowRight"], when: written, act: (state) => mark(state, stepped(state.words, here(state), 1)) },
  { name: "previous_word", title: "Mark the word before", keys: ["ArrowLeft"], when: written, act: (state) => mark(state, stepped(state.words, here(state), -1)) },
  { name: "word_more", title: "One word more", keys: ["Shift+ArrowRight"], when: written, act: (state) => mark(state, grownBy(state.words, state.range, 1)) },
  { name: "word_less", title: "One word less", keys: ["Shift+ArrowLeft"], when: marked, act: (state) => mark(state, grownBy(state.words, state.range, -1)) },
  { name: "character_more", title: "One character more", keys: ["Ctrl+Shift+ArrowRight"], when: marked, act: (state) => mark(state, grownByCharacter(state.length, state.range, 1)) },
  { name: "character_less", title: "One character less", keys: ["Ctrl+Shift+ArrowLeft"], when: marked, act: (state) => mark(state, grownByCharacter(state.length, state.range, -1)) },
  {
    name: "unmark",
    title: "Give up the range, the selection",
    keys: ["Escape"],
    when: (state) => marked(state) || state.selected.size > 0,
    act: (state) => (marked(state) ? mark(state, null) : { ...state, selected: new Set() }),
  },
];
