/** The parts of a change as bars to both sides of zero; they add up to the change. */
import type { ReactElement } from "react";

import { Muted } from "../../ui/layout";
import { signed } from "../../ui/numbers";
import type { ExplainedNumber } from "../../wire/types";
import styles from "./detail.module.css";

interface PartsProps {
  number: ExplainedNumber;
  /** Whether tasks came or went, so that they have a part. */
  moved: boolean;
}

export function Parts({ number, moved }: PartsProps): ReactElement {
  const { from_labels: labels, from_model: model, from_tasks: tasks, difference } = number;
  if (labels === null || model === null) return <Muted>The change cannot be split: the number is undefined where labels and models are combined otherwise.</Muted>;
  const parts: [string, number | null][] = [["Of the labels", labels], ["Of the model", model], ...(moved ? ([["Of tasks that came or went", tasks]] satisfies [string, number | null][]) : [])];
  const widest = Math.max(1e-9, ...[...parts.map(([, value]) => value), difference].map((value) => Math.abs(value ?? 0)));
  return (
    <dl className={styles.parts}>
      {parts.map(([title, value]) => (
        <div key={title}>
          <dt>{title}</dt>
          <dd>
            <Beam value={value ?? 0} widest={widest} />
            <span>{signed(value)}</span>
          </dd>
        </div>
      ))}
      <div className={styles.sum}>
        <dt>Together</dt>
        <dd>
          <Beam value={difference ?? 0} widest={widest} />
          <strong>{signed(difference)}</strong>
        </dd>
      </div>
    </dl>
  );
}

function Beam({ value, widest }: { value: number; widest: number }): ReactElement {
  const width = (50 * Math.abs(value)) / widest;
  return (
    <span className={styles.beam} aria-hidden="true">
      <span className={value < 0 ? styles.less : styles.more} style={{ left: `${value < 0 ? 50 - width : 50}%`, width: `${width}%` }} />
    </span>
  );
}
