/** What became of a task's truths and predictions, in words and colours. */
import type { ReactElement } from "react";

import type { Outcome, OutcomeName } from "../../wire/types";
import styles from "./report.module.css";

const COLOURS: Record<OutcomeName, string> = {
  hit: "#00835f",
  missed: "#0a6cb5",
  "false positive": "#c4480b",
  confused: "#a8468a",
  duplicate: "#6b6862",
};

/** An outcome's name behind its colour. */
export function OutcomeSign({ name, amount }: { name: OutcomeName; amount?: number }): ReactElement {
  return (
    <span className={styles.sign} style={{ background: COLOURS[name] }}>
      {amount === undefined ? name : `${amount} ${name}`}
    </span>
  );
}

/** How often each outcome occurs, the mistakes first. */
export function outcomeCounts(outcomes: readonly Outcome[]): [OutcomeName, number][] {
  const names: OutcomeName[] = ["missed", "false positive", "confused", "duplicate", "hit"];
  return names.flatMap((name) => {
    const amount = outcomes.filter(({ outcome }) => outcome === name).length;
    return amount === 0 ? [] : [[name, amount]];
  });
}

interface OutcomeListProps {
  outcomes: readonly Outcome[];
  selectedId: string | null;
  onSelect: (id: string | null) => void;
}

/** Every truth and prediction with its outcome; choosing one shows it in the picture. */
export function OutcomeList({ outcomes, selectedId, onSelect }: OutcomeListProps): ReactElement {
  return (
    <ul className={styles.outcomes}>
      {outcomes.map((entry) => {
        const id = entry.prediction_id ?? entry.truth_id;
        return (
          <li key={`${entry.truth_id} ${entry.prediction_id}`}>
            <button type="button" className={`${styles.outcome} ${id === selectedId ? styles.chosen : ""}`} aria-pressed={id === selectedId} onClick={() => onSelect(id === selectedId ? null : id)}>
              <OutcomeSign name={entry.outcome} />
              <bdi>{labels(entry)}</bdi>
              <span className={styles.more}>{numbers(entry)}</span>
            </button>
          </li>
        );
      })}
    </ul>
  );
}

function labels({ truth_label: truth, prediction_label: prediction }: Outcome): string {
  if (truth !== null && prediction !== null && truth !== prediction) return `${truth} taken for ${prediction}`;
  return truth ?? prediction ?? "";
}

function numbers({ confidence, iou }: Outcome): string {
  const parts = [confidence === null ? "" : confidence.toFixed(2), iou === null ? "" : `IoU ${iou.toFixed(2)}`];
  return parts.filter((part) => part !== "").join(" · ");
}
