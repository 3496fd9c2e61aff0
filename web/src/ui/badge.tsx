/** Small signs: badges for states, and labels with their colours. */
import type { ReactElement, ReactNode } from "react";

import styles from "./badge.module.css";

export type Tone = "neutral" | "accent" | "good" | "bad" | "warn" | "info";

/** A state in a word; `live` for what goes on right now. */
export function Badge({ tone = "neutral", live = false, title, children }: { tone?: Tone; live?: boolean; title?: string; children: ReactNode }): ReactElement {
  return (
    <span className={`${styles.badge} ${styles[tone]}`} title={title}>
      {live && <span className={styles.pulse} />}
      {children}
    </span>
  );
}

/** A label's name behind its colour. */
export function LabelChip({ name, colour }: { name: string; colour: string }): ReactElement {
  return (
    <span className={styles.chip}>
      <span className={styles.swatch} style={{ background: colour }} />
      <bdi>{name}</bdi>
    </span>
  );
}

/** A label's colour alone. */
export function Swatch({ colour }: { colour: string }): ReactElement {
  return <span className={styles.swatch} style={{ background: colour }} />;
}
