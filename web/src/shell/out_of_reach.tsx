/** What is said over every page while the server does not answer: why, what to do, and a way to ask at once. */
import { Button } from "@mantine/core";
import { useState, useSyncExternalStore } from "react";
import type { ReactElement } from "react";

import { Icon } from "../ui/icons";
import { askServer, ASKED_EVERY_MS, isLost, watchReach } from "../wire/reach";
import styles from "./out_of_reach.module.css";

export function OutOfReach(): ReactElement | null {
  const lost = useSyncExternalStore(watchReach, isLost);
  const [asking, setAsking] = useState(false);
  if (!lost) return null;
  const ask = async (): Promise<void> => {
    setAsking(true);
    await askServer();
    setAsking(false);
  };
  return (
    <div className={styles.bar} role="alert">
      <Icon name="warning" size={18} />
      <div className={styles.words}>
        <strong>The server does not answer.</strong> It is down, or this computer has no network. What is shown may be old. It is asked again every {ASKED_EVERY_MS / 1000} seconds, and the
        page goes on by itself; if this stays, look at your network, or at the server.
      </div>
      <Button variant="default" size="xs" loading={asking} onClick={() => void ask()}>
        Try again now
      </Button>
    </div>
  );
}
