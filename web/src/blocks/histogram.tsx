/** Counts in bins, one group stacked on the other. */
import { Tooltip } from "@mantine/core";
import { useState } from "react";
import type { KeyboardEvent, ReactElement, ReactNode, Ref } from "react";

import { Swatch } from "../ui/badge";
import { OUTCOME_COLOURS } from "../ui/colours";
import { count, general } from "../ui/numbers";
import type { Histogram } from "../wire/types";
import type { Opens } from "../ui/opener";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";

const COLOURS = [OUTCOME_COLOURS.hit, OUTCOME_COLOURS["false positive"], OUTCOME_COLOURS.confused, OUTCOME_COLOURS.duplicate];
const TICKS = 5;

export const histogram: BlockView<Histogram> = { type: "histogram", Render, room: () => "card", height: () => 230 };

/** Where one is in the row of bars, of which one alone is reached by the tab key. */
function useBars(bins: number): { at: number; move: (event: KeyboardEvent<HTMLElement>) => void; enter: (bin: number) => void } {
  const [at, enter] = useState(0);
  const move = (event: KeyboardEvent<HTMLElement>): void => {
    const step = { ArrowRight: 1, ArrowLeft: -1, Home: -bins, End: bins }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const next = Math.max(0, Math.min(bins - 1, at + step));
    enter(next);
    const bar = event.currentTarget.querySelectorAll("button")[next];
    if (bar !== undefined) bar.focus();
  };
  return { at, move, enter };
}

function Render({ block, context }: BlockProps<Histogram>): ReactElement {
  const bins = Math.max(0, block.edges.length - 1);
  const totals = Array.from({ length: bins }, (_, bin) => block.series.reduce((sum, { counts }) => sum + (counts[bin] ?? 0), 0));
  const highest = Math.max(1, ...totals);
  const { at, move, enter } = useBars(bins);
  const opened = totals.map((total, bin) => (total === 0 ? null : context.opens(block, { of: "bar", bin })));
  const openable = opened.some((opens) => opens !== null);
  const named = openable ? { role: "group", "aria-label": block.title, onKeyDown: move } : { role: "img", "aria-label": `${block.title}: ${totals.map((total, bin) => `${range(block, bin)}: ${total}`).join("; ")}` };
  return (
    <figure className={styles.figure}>
      <div className={styles.bars} {...named}>
        <span className={styles.top}>{count(highest)}</span>
        {totals.map((_, bin) => (
          <Tooltip key={block.edges[bin]} label={said(block, bin)} openDelay={0} multiline maw={260}>
            <Bar opens={opened[bin] ?? null} said={openable ? said(block, bin) : null} reached={bin === at} enter={() => enter(bin)}>
              {block.series.map(({ name, counts }, place) => (
                <span key={name} style={{ height: `${(100 * (counts[bin] ?? 0)) / highest}%`, background: COLOURS[place % COLOURS.length] }} />
              ))}
            </Bar>
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

interface BarProps {
  opens: Opens | null;
  /** What it says, where bars can be opened; null where they are parts of a picture. */
  said: string | null;
  reached: boolean;
  enter: () => void;
  children: ReactNode;
  ref?: Ref<HTMLElement>;
}

// The tooltip around it hands on a ref, what it listens to, and a class of its own, which is none.
function Bar({ opens, said: words, reached, enter, children, ref, ...heard }: BarProps): ReactElement {
  if (words === null) {
    return (
      <div ref={ref as Ref<HTMLDivElement>} {...heard} className={styles.bin}>
        {children}
      </div>
    );
  }
  return (
    <button
      type="button"
      ref={ref as Ref<HTMLButtonElement>}
      {...heard}
      className={styles.bin}
      aria-label={opens === null ? words : `${words}, open ${opens.title}`}
      aria-disabled={opens === null || undefined}
      tabIndex={reached ? 0 : -1}
      onClick={opens?.run}
      onFocus={enter}
    >
      {children}
    </button>
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
