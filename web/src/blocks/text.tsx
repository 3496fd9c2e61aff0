/** A paragraph of a report. */
import type { ReactElement } from "react";

import { Prose } from "../ui/prose";
import type { Text } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";

export const text: BlockView<Text> = { type: "text", Render, room: () => "page" };

function Render({ block }: BlockProps<Text>): ReactElement {
  return (
    <p className={styles.text}>
      <Prose>{block.text}</Prose>
    </p>
  );
}
