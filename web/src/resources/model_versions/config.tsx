/** A config: every setting by its name. */
import type { ReactElement } from "react";

import { Muted, Panel } from "../../ui/layout";
import styles from "./config.module.css";
import { flat, written } from "./config_values";

export function Config({ config }: { config: Record<string, unknown> }): ReactElement {
  const entries = [...flat(config)];
  if (entries.length === 0) {
    return (
      <Panel padded>
        <Muted>Trained without a config.</Muted>
      </Panel>
    );
  }
  return (
    <dl className={styles.list}>
      {entries.map(([key, value]) => (
        <div key={key} className={styles.entry}>
          <dt className={styles.key}>
            <bdi>{key}</bdi>
          </dt>
          <dd className={styles.value}>
            <bdi>{written(value)}</bdi>
          </dd>
        </div>
      ))}
    </dl>
  );
}
