/** Whether what is drawn is stored, in a word that is always in sight. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "../../../ui/icons";
import styles from "./editor.module.css";
import type { SaveState, Saver } from "./saver";
import { useSaving } from "./session";

const WORDS: Record<SaveState, string> = { saved: "Saved", waiting: "Unsaved", saving: "Saving", failed: "Not saved", conflict: "Changed by others" };

export function SaveSign({ saver }: { saver: Saver }): ReactElement {
  const { state, error } = useSaving(saver);
  return (
    <span className={`${styles.saving} ${state === "failed" || state === "conflict" ? styles.bad : ""}`} role="status" data-state={state} title={error ?? undefined}>
      {state === "saved" && <Icon name="check" size={13} />}
      {WORDS[state]}
      {state === "failed" && (
        <Button size="compact-xs" variant="default" onClick={() => void saver.flush()}>
          Try again
        </Button>
      )}
    </span>
  );
}
