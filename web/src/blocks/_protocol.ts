/** What blocks may ask of the page that shows them. */
import type { ReactElement, ReactNode } from "react";

import type { Colours } from "../ui/colours";
import type { Example } from "../wire/types";

/** What the page does for its blocks; they know no resource. */
export interface BlockContext {
  colours: Colours;
  /** Whether a name is a label of the data; a table may have rows of something else. */
  isLabel: (name: string) => boolean;
  /** Show the examples behind a cell of a matrix, or behind a label. */
  onCell: (row: string, column: string) => void;
  onLabel: (label: string) => void;
  draw: (example: Example, block: string) => ReactElement;
  shown: (examples: readonly Example[]) => readonly Example[];
  /** What chooses among the examples. */
  choose: (examples: readonly Example[]) => ReactNode;
}
