/** Counts in bins, one group stacked on the other. */
import type { ReactElement } from "react";

import { Swatch } from "../ui/badge";
import { count, general } from "../ui/numbers";
import type { Histogram } from "../wire/types";
import styles from "./blocks.module.css";

const COLOURS = ["var(--outcome-hit)", "var(--outcome-false)", "var(--outcome-confused)", "var(--outcome-duplicate)"];

export function Render({ block }: { block: Histogram }): ReactElement {
  const bins = Math.max(0, block.edges.length - 1);
  const totals = Array.from({ length: bins }, (_, bin) => block.series.reduce((sum, { counts }) => sum + (counts[bin] ?? 0), 0));
  const highest = Math.max(1, ...totals);
  return (
    <figure style={{ margin: 0 }}>
      <div className={styles.bars} role="img" aria-label={`${block.title}: ${totals.map((total, bin) => `${range(block, bin)}: ${total}`).join("; ")}`}>
        {totals.map((_, bin) => (
          <div key={block.edges[bin]} className={styles.bin} title={`${range(block, bin)} — ${block.series.map(({ name, counts }) => `${name}: ${count(counts[bin])}`).join(", ")}`}>
            {block.series.map(({ name, counts }, place) => (
              <div key={name} style={{ height: `${(100 * (counts[bin] ?? 0)) / highest}%`, background: COLOURS[place % COLOURS.length] }} />
            ))}
          </div>
        ))}
      </div>
      <p className={styles.edges}>
        <span>{general(block.edges[0])}</span>
        <span>{block.x_title}</span>
        <span>{general(block.edges.at(-1))}</span>
      </p>
      <figcaption className={styles.key}>
        {block.series.map(({ name, counts }, place) => (
          <span key={name}>
            <Swatch colour={COLOURS[place % COLOURS.length] ?? ""} />
            {name}: {count(counts.reduce((sum, value) => sum + value, 0))}
          </span>
        ))}
      </figcaption>
      {block.note !== "" && <p className={styles.note}>{block.note}</p>}
    </figure>
  );
}

function range(block: Histogram, bin: number): string {
  return `${general(block.edges[bin])} to ${general(block.edges[bin + 1])}`;
}
