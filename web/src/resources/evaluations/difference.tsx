/** A difference in a cell, with its interval, its p-value and what they say together. */
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { Muted } from "../../ui/layout";
import { pValue, signed } from "../../ui/numbers";
import type { ScalarDifference } from "../../wire/types";
import styles from "./compare.module.css";
import { signedInterval } from "./verdict";

type Verdict = ScalarDifference["verdict"];

const BADGES: Record<Verdict, Tone> = { better: "good", worse: "bad", "no evidence": "neutral" };
const SIGNS: Record<Verdict, string> = { better: "▲ ", worse: "▼ ", "no evidence": "" };

/** Where a number is undefined on one side, nothing was looked for and nothing is said. */
export function VerdictBadge({ of: { difference, verdict } }: { of: ScalarDifference }): ReactElement {
  if (difference === null) return <Muted>–</Muted>;
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
        <strong>{signed(of.difference)}</strong> {narrow ? <VerdictSign verdict={of.verdict} /> : <VerdictBadge of={of} />}
      </span>
      <span className={styles.more}>
        {signedInterval(of.low, of.high)}
        {narrow ? <br /> : " · "}p {pValue(p)}
      </span>
    </span>
  );
}
