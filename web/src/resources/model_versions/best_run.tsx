/** The best run among those that the brushes take, and its config to go on from. */
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Muted } from "../../ui/layout";
import { general } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import { Said } from "../../ui/text";
import styles from "./configs_view.module.css";
import type { Goal } from "./objectives";
import { pythonConfig } from "./python_literal";
import type { Run } from "./workspace_runs";

interface BestRunProps {
  best: { run: Run; value: number } | null;
  objective: string;
  goal: Goal;
}

export function BestRun({ best, objective, goal }: BestRunProps): ReactElement {
  if (best === null) return <Muted>No run within the brushes has this number.</Muted>;
  const { version } = best.run;
  return (
    <>
      <p className={styles.best}>
        <Link to="/model-versions/$versionId" params={{ versionId: version.id }} className={styles.link}><Said>{best.run.name}</Said></Link> has the {goal} <Said>{objective}</Said>: <strong>{general(best.value)}</strong>
      </p>
      <Snippet code={`trainer.init(${JSON.stringify(version.model_id)}, "…", config=${pythonConfig(version.config)})`} />
    </>
  );
}
