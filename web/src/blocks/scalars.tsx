/** Headline numbers, with their intervals where there are any. */
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { interval, reported } from "../ui/numbers";
import type { Scalars } from "../wire/types";
import styles from "./blocks.module.css";

export function Render({ block }: { block: Scalars }): ReactElement {
  return (
    <>
      <dl className={styles.numbers}>
        {block.scalars.map((scalar) => (
          <Tooltip key={scalar.name} label={scalar.description} disabled={scalar.description === ""} multiline maw={320}>
            <div className={styles.number}>
              <dt>{scalar.title}</dt>
              <dd>{reported(scalar.value, scalar.share)}</dd>
              <div className={styles.range}>{interval(scalar.low, scalar.high)}</div>
            </div>
          </Tooltip>
        ))}
      </dl>
      {block.note !== "" && <p className={styles.note}>{block.note}</p>}
    </>
  );
}
