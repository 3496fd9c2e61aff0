/** What every block file offers, and what it may ask of the page that shows it. */
import type { ReactElement, ReactNode } from "react";

import type { Colours } from "../ui/colours";
import type { Opens } from "../ui/opener";
import type { Block, Example } from "../wire/types";

/** A part of a block that stands for something one can look at. */
export type Target =
  | { of: "number"; name: string }
  | { of: "cell"; row: string; column: string }
  /** A row of a label, or of a pair of labels, and one of its numbers. */
  | { of: "label"; label: string; column?: string }
  | { of: "row"; name: string }
  | { of: "bar"; bin: number };

/** What the page does for its blocks; they know no resource. */
export interface BlockContext {
  colours: Colours;
  /** Whether a name is a label of the data; a table may have rows of something else. */
  isLabel: (name: string) => boolean;
  /** Name of the number that ranks model runs. */
  headline: string;
  /** What a number, bar, cell or row of a block opens; null where it stands for nothing that can be shown. */
  opens: (block: Block, target: Target) => Opens | null;
  /** The name of a slice, leading to what the report says of it; null stands for all tasks. */
  drawSlice: (sliceId: string | null, name: string) => ReactElement;
  draw: (example: Example, block: string) => ReactElement;
  shown: (examples: readonly Example[]) => readonly Example[];
  /** What chooses among the examples. */
  choose: (examples: readonly Example[]) => ReactNode;
}

export interface BlockProps<B extends Block> {
  block: B;
  context: BlockContext;
}

/** How a block is shown. */
export interface BlockView<B extends Block> {
  type: B["type"];
  Render: (props: BlockProps<B>) => ReactElement;
  /** What stands beside its title. */
  Tools?: (props: BlockProps<B>) => ReactNode;
  /** How much room it wants: the page's own ground, the width of a card, or a card beside others. */
  room: (block: B) => "page" | "wide" | "card";
  /** About how high it is in pixels, for what is a card beside others. */
  height?: (block: B) => number;
}
