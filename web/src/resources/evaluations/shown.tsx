/** What of truth and predictions is shown over an item, by which colours, from which confidence. */
import { Checkbox, SegmentedControl, Slider } from "@mantine/core";
import { useState } from "react";
import type { ReactElement } from "react";

import type { Mark } from "../../canvas/scene";
import { useShortcuts } from "../../ui/shortcuts";
import type { Outcome, Prediction } from "../../wire/types";
import { outcomeMarks } from "./outcomes";
import styles from "./shown.module.css";

export interface Shown {
  truth: boolean;
  predictions: boolean;
  byOutcome: boolean;
  /** The least confidence; null for the one that the report counts from. */
  confidence: number | null;
}

/** The state of the controls, with a key for each layer. */
export function useShown(): [Shown, (shown: Shown) => void] {
  const [shown, setShown] = useState<Shown>({ truth: true, predictions: true, byOutcome: true, confidence: null });
  useShortcuts("Layers", [
    { keys: ["t"], title: "Show or hide the truth", run: () => setShown({ ...shown, truth: !shown.truth }) },
    { keys: ["p"], title: "Show or hide predictions", run: () => setShown({ ...shown, predictions: !shown.predictions }) },
    { keys: ["c"], title: "Colours of outcomes or labels", run: () => setShown({ ...shown, byOutcome: !shown.byOutcome }) },
  ]);
  return [shown, setShown];
}

/** The marks that are to be seen. */
export function shownMarks(truth: readonly Mark[], predictions: readonly Mark[], outcomes: readonly Outcome[], shown: Shown): Mark[] {
  const all = [...(shown.truth ? truth : []), ...(shown.predictions ? predictions : [])];
  return outcomeMarks(all, outcomes, shown.byOutcome);
}

/** The predictions of at least a confidence; one without confidence counts as 1. */
export function confident(predictions: readonly Prediction[], least: number): Prediction[] {
  return predictions.filter(({ confidence }) => (confidence ?? 1) >= least);
}

interface ControlsProps {
  shown: Shown;
  change: (shown: Shown) => void;
  /** The confidence that the report counts from. */
  threshold: number;
}

export function ShownControls({ shown, change, threshold }: ControlsProps): ReactElement {
  const least = shown.confidence ?? threshold;
  return (
    <div className={styles.controls}>
      <SegmentedControl
        size="xs"
        fullWidth
        aria-label="Colours of"
        value={shown.byOutcome ? "outcome" : "label"}
        onChange={(value) => change({ ...shown, byOutcome: value === "outcome" })}
        data={[
          { value: "outcome", label: "By outcome" },
          { value: "label", label: "By label" },
        ]}
      />
      <div className={styles.layers}>
        <Checkbox size="xs" label="Truth" checked={shown.truth} onChange={(event) => change({ ...shown, truth: event.currentTarget.checked })} />
        <span className={styles.line} />
        <Checkbox size="xs" label="Predictions" checked={shown.predictions} onChange={(event) => change({ ...shown, predictions: event.currentTarget.checked })} />
        <span className={`${styles.line} ${styles.dashed}`} />
      </div>
      <div>
        <div className={styles.said}>
          <span>Confidence from</span>
          <strong>{least.toFixed(2)}</strong>
        </div>
        <Slider size="xs" min={0} max={1} step={0.01} value={least} onChange={(confidence) => change({ ...shown, confidence })} label={null} thumbLabel="Least confidence of the predictions shown" marks={threshold > 0 ? [{ value: threshold }] : []} />
      </div>
    </div>
  );
}
