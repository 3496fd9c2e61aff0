/** What the numbers of a report stand on, in sentences. */
import type { ReactElement } from "react";

import { Prose } from "../ui/prose";
import type { Basis } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";

export const basis: BlockView<Basis> = { type: "basis", Render, room: () => "page" };

function Render({ block }: BlockProps<Basis>): ReactElement {
  return (
    <p className={styles.text}>
      <Prose>{block.text}</Prose>
    </p>
  );
}
