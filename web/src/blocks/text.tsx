/** A paragraph of a report. */
import type { ReactElement } from "react";

import { Prose } from "../ui/prose";
import type { Text } from "../wire/types";
import styles from "./blocks.module.css";

export function Render({ block }: { block: Text }): ReactElement {
  return (
    <p className={styles.text}>
      <Prose>{block.text}</Prose>
    </p>
  );
}
