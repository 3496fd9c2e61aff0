/** Counts in bins, one group stacked on the other. */
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { Swatch } from "../ui/badge";
import { OUTCOME_COLOURS } from "../ui/colours";
import { count, general } from "../ui/numbers";
import type { Histogram } from "../wire/types";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";

const COLOURS = [OUTCOME_COLOURS.hit, OUTCOME_COLOURS["false positive"], OUTCOME_COLOURS.confused, OUTCOME_COLOURS.duplicate];
const TICKS = 5;

export const histogram: BlockView<Histogram> = { type: "histogram", Render, room: () => "card", height: () => 230 };

function Render({ block }: BlockProps<Histogram>): ReactElement {
  const bins = Math.max(0, block.edges.length - 1);
  const totals = Array.from({ length: bins }, (_, bin) => block.series.reduce((sum, { counts }) => sum + (counts[bin] ?? 0), 0));
  const highest = Math.max(1, ...totals);
  return (
    <figure className={styles.figure}>
      <div className={styles.bars} role="img" aria-label={`${block.title}: ${totals.map((total, bin) => `${range(block, bin)}: ${total}`).join("; ")}`}>
        <span className={styles.top}>{count(highest)}</span>
        {totals.map((_, bin) => (
          <Tooltip key={block.edges[bin]} label={said(block, bin)} openDelay={0} multiline maw={260}>
            <div className={styles.bin}>
              {block.series.map(({ name, counts }, place) => (
                <div key={name} style={{ height: `${(100 * (counts[bin] ?? 0)) / highest}%`, background: COLOURS[place % COLOURS.length] }} />
              ))}
            </div>
          </Tooltip>
        ))}
      </div>
      <div className={styles.edges} aria-hidden="true">
        {ticks(block.edges).map((edge) => (
          <span key={edge}>{general(edge)}</span>
        ))}
      </div>
      <div className={styles.axis}>{block.x_title}</div>
      <figcaption className={styles.key}>
        {block.series.map(({ name, counts }, place) => (
          <span key={name}>
            <Swatch colour={COLOURS[place % COLOURS.length] ?? ""} />
            {name} <strong>{count(counts.reduce((sum, value) => sum + value, 0))}</strong>
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

function range(block: Histogram, bin: number): string {
  return `${general(block.edges[bin])} to ${general(block.edges[bin + 1])}`;
}

function said(block: Histogram, bin: number): string {
  return `${range(block, bin)}: ${block.series.map(({ name, counts }) => `${count(counts[bin])} ${name}`).join(", ")}`;
}

function ticks(edges: readonly number[]): number[] {
  const [from, to] = [edges[0] ?? 0, edges.at(-1) ?? 1];
  return Array.from({ length: TICKS + 1 }, (_, place) => Number((from + ((to - from) * place) / TICKS).toPrecision(6)));
}
