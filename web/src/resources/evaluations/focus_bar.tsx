/** Which examples of a report are shown: all, one outcome, or those behind a cell. */
import { Button } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import type { Example } from "../../wire/types";
import { OutcomeSign } from "./outcome_list";
import { OUTCOME_NAMES } from "./outcomes";
import styles from "./report.module.css";
import { focused } from "./search";
import type { Focus } from "./search";

interface FocusBarProps {
  focus: Focus;
  examples: readonly Example[];
  change: (focus: Focus) => void;
}

export function FocusBar({ focus, examples, change }: FocusBarProps): ReactElement {
  const said = words(focus);
  return (
    <div className={styles.focus} role="group" aria-label="Which examples are shown">
      {OUTCOME_NAMES.map((outcome) => {
        const amount = focused(examples, { outcome }).length;
        const chosen = focus.outcome === outcome;
        if (amount === 0 && !chosen) return null;
        return (
          <button key={outcome} type="button" className={styles.choice} aria-pressed={chosen} title={`Tasks with an outcome “${outcome}”`} onClick={() => change(chosen ? {} : { outcome })}>
            <OutcomeSign name={outcome} />
            {amount}
          </button>
        );
      })}
      {said !== "" && (
        <Button variant="light" size="compact-xs" rightSection={<Icon name="close" size={11} />} onClick={() => change({})}>
          <bdi>{said}</bdi>
        </Button>
      )}
    </div>
  );
}

function words({ truth, prediction }: Focus): string {
  if (truth !== undefined && prediction !== undefined) return truth === prediction ? `${truth} found` : `${truth} taken for ${prediction}`;
  if (truth !== undefined) return `truth ${truth}`;
  return prediction === undefined ? "" : `predicted ${prediction}`;
}
