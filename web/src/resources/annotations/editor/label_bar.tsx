/** The labels that parts of the item get, below it: with their numbers, and which one is in the hand. */
import type { ReactElement } from "react";

import type { EditStore } from "../../../canvas/edits/store";
import { Swatch } from "../../../ui/badge";
import type { Colours } from "../../../ui/colours";
import { isWhole, NUMBERS } from "./choices";
import type { Choice } from "./choices";
import styles from "./editor.module.css";
import { useEditing } from "./session";

interface LabelBarProps {
  store: EditStore;
  choices: readonly Choice[];
  colours: Colours;
  choose: (choice: Choice) => void;
}

export function LabelBar({ store, choices, colours, choose }: LabelBarProps): ReactElement | null {
  const active = useEditing(store, (state) => state.label);
  // As many as have numbers, and the one in the hand; all of them are in the list of labels.
  const shown = choices.filter((choice, place) => !isWhole(choice) && (place < NUMBERS.length || choice.name === active));
  if (shown.length === 0) return null;
  return (
    <div className={styles.bar} role="group" aria-label="Labels by number">
      {shown.map((choice) => (
        <button key={choice.name} type="button" className={styles.barred} aria-pressed={choice.name === active} onClick={() => choose(choice)}>
          <Swatch colour={colours(choice.name)} />
          <bdi>{choice.title}</bdi>
          {choice.key !== null && <kbd className={styles.key}>{choice.key}</kbd>}
        </button>
      ))}
    </div>
  );
}
