/** The table of blocks: one renderer each. */
import type { ReactElement } from "react";

import { Prose } from "../ui/prose";
import type { Block } from "../wire/types";
import type { BlockContext } from "./_protocol";
import styles from "./blocks.module.css";
import { Render as Curve } from "./curve";
import { Render as Examples } from "./examples";
import { Render as Histogram } from "./histogram";
import { isWide, Render as Matrix } from "./matrix";
import { Render as PerLabel, Save } from "./per_label";
import { Render as PerSlice, Save as SaveSlices } from "./per_slice";
import { Render as Scalars } from "./scalars";
import { Render as Text } from "./text";

interface BlockProps {
  block: Block;
  context: BlockContext;
  /** Name of the number that ranks model runs. */
  headline: string;
}

const FEW_COLUMNS = 2;

/** Blocks that fit beside another one. */
export function isNarrow(block: Block): boolean {
  if (block.type === "per_label") return block.columns.length <= FEW_COLUMNS;
  if (block.type === "matrix") return !isWide(block);
  return block.type === "curve" || block.type === "histogram";
}

function lookOf(block: Block): string {
  if (isNarrow(block)) return styles.card ?? "";
  return block.type === "matrix" ? `${styles.card} ${styles.wide}` : (styles.block ?? "");
}

/** One block under its title. */
export function BlockSection({ block, context, headline }: BlockProps): ReactElement {
  return (
    <section className={lookOf(block)} data-block={block.type} id={block.name} aria-label={block.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{block.title}</h2>
        {block.type === "per_label" && <Save block={block} context={context} />}
        {block.type === "per_slice" && <SaveSlices block={block} />}
        {block.type === "examples" && context.choose(block.examples)}
      </div>
      <Drawn block={block} context={context} headline={headline} />
      {block.type !== "text" && block.note !== "" && <p className={styles.note}><Prose>{block.note}</Prose></p>}
    </section>
  );
}

function Drawn({ block, context, headline }: BlockProps): ReactElement | null {
  switch (block.type) {
    case "scalars":
      return <Scalars block={block} headline={headline} />;
    case "text":
      return <Text block={block} />;
    case "curve":
      return <Curve block={block} colours={context.colours} />;
    case "matrix":
      return <Matrix block={block} onCell={context.onCell} />;
    case "histogram":
      return <Histogram block={block} />;
    case "per_label":
      return <PerLabel block={block} context={context} inset={isNarrow(block)} />;
    case "per_slice":
      return <PerSlice block={block} />;
    case "examples":
      return <Examples block={block} draw={context.draw} shown={context.shown} />;
    default:
      // A block of a newer server: its title is shown, and nothing breaks.
      return null;
  }
}
