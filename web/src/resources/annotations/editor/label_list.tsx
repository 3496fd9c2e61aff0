/** The labels: which one is drawn with, how often each is used, and all of one hidden or locked. */
import { Button, TextInput } from "@mantine/core";
import { useMemo, useState } from "react";
import type { ReactElement } from "react";

import { hiddenOrShown, lockedOrFreed } from "../../../canvas/actions/changes";
import type { Entry } from "../../../canvas/edits/drawing";
import { drawingIn } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import { Swatch } from "../../../ui/badge";
import type { Colours } from "../../../ui/colours";
import { count } from "../../../ui/numbers";
import type { Choice } from "./choices";
import styles from "./editor.module.css";
import { Sign } from "./entry_list";
import { useEditing } from "./session";

interface LabelListProps {
  store: EditStore;
  choices: readonly Choice[];
  colours: Colours;
  choose: (choice: Choice) => void;
  /** Take up a label that the project does not know yet. */
  add: (name: string) => void;
}

export function LabelList({ store, choices, colours, choose, add }: LabelListProps): ReactElement {
  const drawing = useEditing(store, drawingIn);
  const active = useEditing(store, (state) => state.label);
  const byLabel = useMemo(() => grouped(drawing.entries), [drawing.entries]);
  return (
    <>
      <ul className={styles.labels} aria-label="Labels">
        {choices.map((choice) => {
          const ids = byLabel.get(choice.name) ?? [];
          const allHidden = ids.length > 0 && ids.every((id) => drawing.hidden.has(id));
          const allLocked = ids.length > 0 && ids.every((id) => drawing.locked.has(id));
          return (
            <li key={choice.name} className={`${styles.row} ${styles.still} ${active === choice.name ? styles.chosen : ""}`}>
              <button type="button" className={styles.entry} aria-pressed={active === choice.name} onClick={() => choose(choice)}>
                <Swatch colour={colours(choice.name)} />
                <bdi className={styles.name}>{choice.title}</bdi>
                <span className={styles.more}>{ids.length > 0 && count(ids.length)}</span>
                {choice.key !== null && <kbd className={styles.key}>{choice.key}</kbd>}
              </button>
              <Sign icon={allHidden ? "eye_closed" : "eye"} title={`${allHidden ? "Show" : "Hide"} all: ${choice.title}`} quiet={!allHidden} disabled={ids.length === 0} act={() => store.update((state) => hiddenOrShown(state, ids))} />
              <Sign icon={allLocked ? "lock" : "unlock"} title={`${allLocked ? "Free" : "Lock"} all: ${choice.title}`} quiet={!allLocked} disabled={ids.length === 0} act={() => store.update((state) => lockedOrFreed(state, ids))} />
            </li>
          );
        })}
      </ul>
      <NewLabel add={add} />
    </>
  );
}

function grouped(entries: readonly Entry[]): Map<string, string[]> {
  const ids = new Map<string, string[]>();
  for (const { id, label } of entries) {
    const known = ids.get(label);
    if (known === undefined) ids.set(label, [id]);
    else known.push(id);
  }
  return ids;
}

function NewLabel({ add }: { add: (name: string) => void }): ReactElement {
  const [name, setName] = useState("");
  return (
    <form
      className={styles.finding}
      onSubmit={(event) => {
        event.preventDefault();
        if (name.trim() === "") return;
        add(name.trim());
        setName("");
      }}
    >
      <TextInput size="xs" placeholder="Another label" aria-label="Another label" maxLength={200} value={name} onChange={(event) => setName(event.currentTarget.value)} />
      <Button type="submit" size="xs" variant="default" disabled={name.trim() === ""}>
        Use it
      </Button>
    </form>
  );
}
