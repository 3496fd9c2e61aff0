/** Whether what is drawn is stored, in a word that is always in sight. */
import { Button } from "@mantine/core";
import { useSyncExternalStore } from "react";
import type { ReactElement } from "react";

import { Icon } from "../../../ui/icons";
import styles from "./editor.module.css";
import { handedOver } from "./handed_over";
import type { SaveState, Saver } from "./saver";
import { useSaving } from "./session";

const WORDS: Record<SaveState, string> = { saved: "Saved", waiting: "Unsaved", saving: "Saving", failed: "Not saved", conflict: "Changed by others" };

export function SaveSign({ saver }: { saver: Saver }): ReactElement {
  const { state: own, error } = useSaving(saver);
  const before = useSyncExternalStore(handedOver.watch, handedOver.sending) > 0;
  const state = own === "saved" && before ? "saving" : own;
  return (
    <span className={`${styles.saving} ${state === "failed" || state === "conflict" ? styles.bad : ""}`} role="status" data-state={state} title={error ?? undefined}>
      {state === "saved" && <Icon name="check" size={13} />}
      {state === own ? WORDS[state] : "Saving the one before"}
      {state === "failed" && (
        <Button size="compact-xs" variant="default" onClick={() => void saver.flush()}>
          Try again
        </Button>
      )}
    </span>
  );
}
