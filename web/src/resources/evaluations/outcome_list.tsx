/** Outcomes on the pages: signs, counts, and the list beside a task. */
import type { ReactElement } from "react";

import type { Selection } from "../../ui/selection";
import type { Outcome, OutcomeName } from "../../wire/types";
import { OUTCOME_COLOURS, OUTCOME_NAMES, outcomeCounts } from "./outcomes";
import type { Measure } from "./outcomes";
import styles from "./outcomes.module.css";

/** An outcome's name behind its colour. */
export function OutcomeSign({ name, amount }: { name: OutcomeName; amount?: number }): ReactElement {
  return (
    <span className={styles.sign}>
      <span className={styles.dot} style={{ background: OUTCOME_COLOURS[name] }} />
      {amount === undefined ? name : `${amount} ${name}`}
    </span>
  );
}

/** How often each outcome occurs in one task, the mistakes first; a single one in full. */
export function OutcomeCounts({ outcomes, measure }: { outcomes: readonly Outcome[]; measure: Measure }): ReactElement {
  const [only, ...others] = outcomes;
  if (only !== undefined && others.length === 0) {
    return (
      <span className={styles.counts}>
        <OutcomeSign name={only.outcome} />
        <bdi className={styles.only}>{labels(only)}</bdi>
        <span className={styles.more}>{numbers(only, measure)}</span>
      </span>
    );
  }
  return (
    <span className={styles.counts}>
      {outcomeCounts(outcomes).map(([name, amount]) => (
        <OutcomeSign key={name} name={name} amount={amount} />
      ))}
    </span>
  );
}

interface OutcomeListProps extends Selection {
  outcomes: readonly Outcome[];
  measure: Measure;
}

/** Every truth and prediction with its outcome; choosing one shows it on the item. */
export function OutcomeList({ outcomes, measure, selected, select }: OutcomeListProps): ReactElement {
  const ordered = outcomes.toSorted((a, b) => OUTCOME_NAMES.indexOf(a.outcome) - OUTCOME_NAMES.indexOf(b.outcome));
  return (
    <ul className={styles.list}>
      {ordered.map((entry) => {
        const ids = [entry.truth_id, entry.prediction_id];
        const chosen = ids.some((id) => id !== null && selected.has(id));
        return (
          <li key={ids.join(" ")}>
            <button type="button" className={`${styles.outcome} ${chosen ? styles.chosen : ""}`} aria-pressed={chosen} onClick={() => select(...ids)}>
              <OutcomeSign name={entry.outcome} />
              <bdi>{labels(entry)}</bdi>
              <span className={styles.more}>{numbers(entry, measure)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function labels({ truth_label: truth, prediction_label: prediction }: Outcome): string {
  if (truth !== null && prediction !== null && truth !== prediction) return `${truth} as ${prediction}`;
  return truth ?? prediction ?? "";
}

function numbers({ confidence, iou }: Outcome, measure: Measure): string {
  const parts = [confidence === null ? "" : confidence.toFixed(2), iou === null ? "" : `${measure} ${iou.toFixed(2)}`];
  return parts.filter((part) => part !== "").join(" · ");
}
