/** Numbers on a short axis: a value with its interval, or the way from one value to another. */
import type { ReactElement } from "react";

import styles from "./range.module.css";

export type RangeTone = "neutral" | "accent" | "good" | "bad";

interface RangeProps {
  value: number | null;
  low?: number | null;
  high?: number | null;
  /** What the axis spans. */
  span: [from: number, to: number];
  tone?: RangeTone;
  /** Whether 0 is marked. */
  zero?: boolean;
  label: string;
}

/** A value as a dot, its interval as a bar. */
export function Range({ value, low = null, high = null, span, tone = "accent", zero = false, label }: RangeProps): ReactElement {
  const at = placeOn(span);
  return (
    <span className={styles.range} role="img" aria-label={label}>
      <span className={styles.rule} />
      {zero && <span className={styles.zero} style={{ left: at(0) }} />}
      {low !== null && high !== null && <span className={`${styles.interval} ${styles[tone]}`} style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />}
      {value !== null && <span className={`${styles.dot} ${styles[tone]}`} style={{ left: at(value) }} />}
    </span>
  );
}

/** The way from a first value (hollow) to a second (filled). */
export function Way({ first, second, span, tone, label }: { first: number | null; second: number | null; span: [number, number]; tone: RangeTone; label: string }): ReactElement {
  const at = placeOn(span);
  const [low, high] = [Math.min(first ?? 0, second ?? 0), Math.max(first ?? 0, second ?? 0)];
  return (
    <span className={styles.range} role="img" aria-label={label}>
      <span className={styles.rule} />
      {first !== null && second !== null && <span className={`${styles.pair} ${styles[tone]}`} style={{ left: at(low), width: `calc(${at(high)} - ${at(low)})` }} />}
      {first !== null && <span className={`${styles.dot} ${styles.first}`} style={{ left: at(first) }} />}
      {second !== null && <span className={`${styles.dot} ${styles[tone]}`} style={{ left: at(second) }} />}
    </span>
  );
}

function placeOn([from, to]: [number, number]): (value: number) => string {
  return (value) => `${(100 * Math.min(1, Math.max(0, (value - from) / (to - from || 1)))).toFixed(2)}%`;
}
