/** The way from one number to another, step by step, each step beginning where the one before it ended. */
import type { ReactElement } from "react";

import { share, signed } from "./numbers";
import styles from "./waterfall.module.css";

export interface Step {
  name: string;
  title: string;
  change: number;
}

interface WaterfallProps {
  caption: string;
  from: { title: string; value: number };
  to: { title: string; value: number };
  steps: readonly Step[];
}

const PLACES = 4;

export function Waterfall({ caption, from, to, steps }: WaterfallProps): ReactElement {
  const ends = running(from.value, steps);
  const span = spanOf([from.value, to.value, ...ends]);
  return (
    <table className={styles.table}>
      <caption className="visually-hidden">{caption}</caption>
      <tbody>
        <End {...from} span={span} />
        {steps.map(({ name, title, change }, place) => {
          const begin = place === 0 ? from.value : (ends[place - 1] ?? from.value);
          return (
            <tr key={name} className={change === 0 ? styles.none : ""}>
              <th scope="row">{title}</th>
              <td className={styles.track} aria-hidden="true">
                <Piece low={Math.min(begin, begin + change)} high={Math.max(begin, begin + change)} span={span} look={change < 0 ? styles.down : styles.up} />
              </td>
              <td className={styles.value}>{change === 0 ? "no difference" : signed(change, PLACES)}</td>
            </tr>
          );
        })}
        <End {...to} span={span} />
      </tbody>
    </table>
  );
}

function End({ title, value, span }: { title: string; value: number; span: [number, number] }): ReactElement {
  return (
    <tr className={styles.end}>
      <th scope="row">{title}</th>
      <td className={styles.track} aria-hidden="true">
        <Piece low={value} high={value} span={span} look={styles.whole} />
      </td>
      <td className={styles.value}>{share(value)}</td>
    </tr>
  );
}

function Piece({ low, high, span: [from, to], look = "" }: { low: number; high: number; span: [number, number]; look?: string | undefined }): ReactElement {
  const at = (value: number): number => (100 * (value - from)) / (to - from || 1);
  return <span className={`${styles.piece} ${look}`} style={{ left: `${at(low)}%`, width: `${at(high) - at(low)}%` }} />;
}

/** Where each step ends. */
export function running(from: number, steps: readonly Step[]): number[] {
  let at = from;
  return steps.map(({ change }) => (at += change));
}

// A gap of a hundredth must be seen: the axis begins a little below what it shows, so that the ends
// are marks on it and not bars, whose lengths would say what is not so.
function spanOf(values: readonly number[]): [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max(0.01, high - low);
  return [low - 0.05 * room, high + 0.05 * room];
}
