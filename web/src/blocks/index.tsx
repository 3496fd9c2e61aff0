/** The table of blocks: one renderer each, and what they may ask of the page. */
import type { ReactElement, ReactNode } from "react";

import type { Colours } from "../ui/colours";
import type { Block, Example } from "../wire/types";
import styles from "./blocks.module.css";
import { Render as Curve } from "./curve";
import { Render as Examples } from "./examples";
import { Render as Histogram } from "./histogram";
import { Render as Matrix } from "./matrix";
import { Render as PerLabel, Save } from "./per_label";
import { Render as Scalars } from "./scalars";
import { Render as Text } from "./text";

/** What the page does for its blocks; they know no resource. */
export interface BlockContext {
  colours: Colours;
  /** Show the examples behind a cell of a matrix, or behind a label. */
  onCell: (row: string, column: string) => void;
  onLabel: (label: string) => void;
  draw: (example: Example, block: string) => ReactElement;
  shown: (examples: readonly Example[]) => readonly Example[];
  /** What chooses among the examples. */
  choose: (examples: readonly Example[]) => ReactNode;
}

interface BlockProps {
  block: Block;
  context: BlockContext;
  /** Name of the number that ranks model runs. */
  headline: string;
}

/** Blocks that fit beside another one. */
export function isNarrow({ type }: Block): boolean {
  return type === "curve" || type === "histogram" || type === "matrix";
}

/** One block under its title. */
export function BlockSection({ block, context, headline }: BlockProps): ReactElement {
  return (
    <section className={isNarrow(block) ? styles.card : styles.block} data-block={block.type} id={block.name} aria-label={block.title}>
      <div className={styles.head}>
        <h2 className={styles.title}>{block.title}</h2>
        {block.type === "per_label" && <Save block={block} colours={context.colours} />}
        {block.type === "examples" && context.choose(block.examples)}
      </div>
      <Drawn block={block} context={context} headline={headline} />
      {block.type !== "text" && block.note !== "" && <p className={styles.note}>{block.note}</p>}
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
      return <PerLabel block={block} colours={context.colours} onLabel={context.onLabel} />;
    case "examples":
      return <Examples block={block} draw={context.draw} shown={context.shown} />;
    default:
      // A block of a newer server: its title is shown, and nothing breaks.
      return null;
  }
}
