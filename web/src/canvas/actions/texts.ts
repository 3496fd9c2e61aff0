/** Actions that mark a range of a text by keys, word by word, and that change the span that is selected. */
import { mark, respan, selectedEntries } from "../edits/editing";
import type { Editing } from "../edits/editing";
import { begunBy, grownBy, grownByCharacter, stepped, steppedFar } from "../edits/words";
import type { Range } from "../edits/words";
import type { Action } from "./_protocol";

const FAR = 5;
const written = ({ words }: Editing): boolean => words.length > 0;
// Steps go on from the span that is selected: it is where the reader is.
function here(state: Editing): Range | null {
  const [shape] = selectedEntries(state).map((entry) => entry.shape);
  return state.range ?? (shape?.type === "span" ? { start: shape.start, end: shape.end } : null);
}

const marked = (state: Editing): boolean => here(state) !== null;

function step(name: string, title: string, key: string, by: number): Action {
  return { name, title, keys: [key], when: written, act: (state) => mark(state, steppedFar(state.words, here(state), by)) };
}

export const TEXTS: readonly Action[] = [
  step("next_word", "Mark the next word", "ArrowRight", 1),
  step("previous_word", "Mark the word before", "ArrowLeft", -1),
  step("next_words", "Mark the word five further", "Ctrl+ArrowRight", FAR),
  step("previous_words", "Mark the word five before", "Ctrl+ArrowLeft", -FAR),
  { name: "first_word", title: "Mark the first word", keys: ["Home"], when: written, act: (state) => mark(state, stepped(state.words, null, 1)) },
  { name: "last_word", title: "Mark the last word", keys: ["End"], when: written, act: (state) => mark(state, stepped(state.words, null, -1)) },
  { name: "word_more", title: "One word more, of the selected span too", keys: ["Shift+ArrowRight"], when: written, act: (state) => respan(state, grownBy(state.words, here(state), 1)) },
  { name: "word_less", title: "One word less", keys: ["Shift+ArrowLeft"], when: marked, act: (state) => respan(state, grownBy(state.words, here(state), -1)) },
  { name: "word_before", title: "One word more at the beginning", keys: ["Shift+ArrowUp"], when: marked, act: (state) => respan(state, begunBy(state.words, here(state), 1)) },
  { name: "word_later", title: "One word less at the beginning", keys: ["Shift+ArrowDown"], when: marked, act: (state) => respan(state, begunBy(state.words, here(state), -1)) },
  { name: "character_more", title: "One character more", keys: ["Ctrl+Shift+ArrowRight"], when: marked, act: (state) => respan(state, grownByCharacter(state.length, here(state), 1)) },
  { name: "character_less", title: "One character less", keys: ["Ctrl+Shift+ArrowLeft"], when: marked, act: (state) => respan(state, grownByCharacter(state.length, here(state), -1)) },
  {
    name: "unmark",
    title: "Give up the range, the selection",
    keys: ["Escape"],
    when: (state) => state.range !== null || state.selected.size > 0,
    act: (state) => (state.range !== null ? mark(state, null) : { ...state, selected: new Set() }),
  },
];
