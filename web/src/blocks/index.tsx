/** The table of blocks: one renderer each, and what they may ask of the page. */
import type { ReactElement } from "react";

import type { Colours } from "../ui/colours";
import { Section } from "../ui/layout";
import type { Block, Example } from "../wire/types";
import { Render as Curve } from "./curve";
import { Render as Examples } from "./examples";
import { Render as Histogram } from "./histogram";
import { Render as Matrix } from "./matrix";
import { Render as PerLabel, Save } from "./per_label";
import { Render as Scalars } from "./scalars";
import { Render as Text } from "./text";

export interface BlockContext {
  colours: Colours;
  onCell: (row: string, column: string) => void;
  draw: (example: Example, block: string) => ReactElement;
  shown: (examples: readonly Example[]) => readonly Example[];
}

/** Blocks that fit beside another one. */
export function isNarrow({ type }: Block): boolean {
  return type === "curve" || type === "histogram" || type === "matrix";
}

/** One block under its title. */
export function BlockSection({ block, context }: { block: Block; context: BlockContext }): ReactElement {
  return (
    <Section title={block.title} id={block.name} actions={block.type === "per_label" ? <Save block={block} colours={context.colours} /> : undefined}>
      <Drawn block={block} context={context} />
    </Section>
  );
}

function Drawn({ block, context }: { block: Block; context: BlockContext }): ReactElement {
  switch (block.type) {
    case "scalars":
      return <Scalars block={block} />;
    case "text":
      return <Text block={block} />;
    case "curve":
      return <Curve block={block} colours={context.colours} />;
    case "matrix":
      return <Matrix block={block} onCell={context.onCell} />;
    case "histogram":
      return <Histogram block={block} />;
    case "per_label":
      return <PerLabel block={block} colours={context.colours} />;
    case "examples":
      return <Examples block={block} draw={context.draw} shown={context.shown} />;
  }
}
