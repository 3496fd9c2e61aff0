/** How often each label occurs in a dataset. */
import { Fragment } from "react";
import type { ReactElement } from "react";

import { LabelChip } from "../../ui/badge";
import type { Colours } from "../../ui/colours";
import { Muted, Panel } from "../../ui/layout";
import { count, percent } from "../../ui/numbers";
import type { Dataset } from "../../wire/types";
import styles from "./labels.module.css";

export function LabelCounts({ dataset, colours }: { dataset: Dataset; colours: Colours }): ReactElement {
  if (dataset.labels.length === 0) return <Panel padded><Muted>No task of it is annotated yet.</Muted></Panel>;
  const most = Math.max(1, ...dataset.labels.map((entry) => entry.count));
  return (
    <div className={styles.list} role="group" aria-label="How often each label occurs" tabIndex={0}>
      {dataset.labels.map((entry) => (
        <Fragment key={`${entry.label} ${entry.shape}`}>
          <LabelChip name={entry.label} colour={colours(entry.label)} />
          <span className={styles.bar} style={{ width: `${(100 * entry.count) / most}%`, background: colours(entry.label) }} aria-hidden="true" />
          <span className={styles.amount}>
            {count(entry.count)} · {percent(entry.count, dataset.annotation_count)}
          </span>
        </Fragment>
      ))}
    </div>
  );
}
