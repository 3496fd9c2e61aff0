/** Labels of the whole item, as buttons below it: each can be had, and several where they are wanted. */
import { useMemo } from "react";
import type { ReactElement } from "react";

import { drawingIn } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import type { Colours } from "../../../ui/colours";
import type { Choice } from "./choices";
import styles from "./editor.module.css";
import { useEditing } from "./session";

interface WholeBarProps {
  store: EditStore;
  choices: readonly Choice[];
  colours: Colours;
  choose: (choice: Choice) => void;
}

export function WholeBar({ store, choices, colours, choose }: WholeBarProps): ReactElement | null {
  const entries = useEditing(store, (state) => drawingIn(state).entries);
  const had = useMemo(() => new Set(entries.filter(({ shape }) => shape.type === "whole").map(({ label }) => label)), [entries]);
  if (choices.length === 0) return null;
  return (
    <div className={styles.wholes} role="group" aria-label="Labels of the whole item">
      {choices.map((choice) => (
        <button
          key={choice.name}
          type="button"
          className={styles.whole}
          aria-pressed={had.has(choice.name)}
          style={{ borderColor: colours(choice.name), background: had.has(choice.name) ? `color-mix(in srgb, ${colours(choice.name)} 26%, var(--surface))` : undefined }}
          onClick={() => choose(choice)}
        >
          <bdi>{choice.title}</bdi>
          {choice.key !== null && <kbd className={styles.key}>{choice.key}</kbd>}
        </button>
      ))}
    </div>
  );
}
