/** A difference in a cell, with its interval, its p-value and what they say together. */
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { pValue, signed } from "../../ui/numbers";
import type { ScalarDifference } from "../../wire/types";
import styles from "./compare.module.css";
import { signedInterval } from "./verdict";

type Verdict = ScalarDifference["verdict"];

const BADGES: Record<Verdict, Tone> = { better: "good", worse: "bad", "no evidence": "neutral" };
const SIGNS: Record<Verdict, string> = { better: "▲ ", worse: "▼ ", "no evidence": "" };

export function VerdictBadge({ verdict }: { verdict: Verdict }): ReactElement {
  return (
    <Badge tone={BADGES[verdict]}>
      {SIGNS[verdict]}
      {verdict}
    </Badge>
  );
}

function VerdictSign({ verdict }: { verdict: Verdict }): ReactElement {
  return (
    <span className={styles[BADGES[verdict]]} title={verdict}>
      <span aria-hidden="true">{SIGNS[verdict].trim() || "○"}</span>
      <span className="visually-hidden">{verdict}</span>
    </span>
  );
}

/** `narrow` where many stand side by side: the verdict is a sign, and its word is read aloud. */
export function DifferenceCell({ of, narrow }: { of: ScalarDifference | undefined; narrow: boolean }): ReactElement {
  if (of === undefined || of.difference === null) return <span className={styles.undefined}>–</span>;
  const p = of.p_adjusted ?? of.p_value;
  return (
    <span className={styles.cell}>
      <span>
        <strong>{signed(of.difference)}</strong> {narrow ? <VerdictSign verdict={of.verdict} /> : <VerdictBadge verdict={of.verdict} />}
      </span>
      <span className={styles.more}>
        {signedInterval(of.low, of.high)}
        {narrow ? <br /> : " · "}p {pValue(p)}
      </span>
    </span>
  );
}
