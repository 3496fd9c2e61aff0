/** The table of blocks: by type, the same names as in `linlog/wire/blocks.py`. */
import type { ReactElement } from "react";

import { Prose } from "../ui/prose";
import type { Block } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";
import { basis } from "./basis";
import styles from "./blocks.module.css";
import { curve } from "./curve";
import { examples } from "./examples";
import { histogram } from "./histogram";
import { matrix } from "./matrix";
import { per_label } from "./per_label";
import { per_slice } from "./per_slice";
import { scalars } from "./scalars";
import { table } from "./table";
import { text } from "./text";

export const TABLE: { [Type in Block["type"]]: BlockView<Extract<Block, { type: Type }>> } = {
  basis,
  scalars,
  curve,
  matrix,
  histogram,
  per_label,
  per_slice,
  table,
  examples,
  text,
};

/** How a block is shown; null for a block of a newer server, which is left out. */
export function viewOf(block: Block): BlockView<Block> | null {
  return (TABLE[block.type] as BlockView<Block> | undefined) ?? null;
}

/** One block under its title. */
export function BlockSection({ block, context }: BlockProps<Block>): ReactElement | null {
  const view = viewOf(block);
  if (view === null) return null;
  const { Render, Tools } = view;
  return (
    <section className={LOOKS[view.room(block)]} data-block={block.type} id={block.name} aria-label={block.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{block.title}</h2>
        {Tools !== undefined && <Tools block={block} context={context} />}
      </div>
      <Render block={block} context={context} />
      {"note" in block && block.note !== "" && (
        <p className={styles.note}>
          <Prose>{block.note}</Prose>
        </p>
      )}
    </section>
  );
}

const LOOKS = { page: styles.block, card: styles.card, wide: `${styles.card} ${styles.wide}` };
