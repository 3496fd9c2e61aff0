/** The annotations or predictions of a task, listed beside it. */
import type { ReactElement } from "react";

import type { Mark } from "../../canvas/scene";
import { viewOf } from "../../canvas/shapes";
import { Swatch } from "../../ui/badge";
import { SideNote } from "../../ui/workbench";
import styles from "./list.module.css";
import { excerpt } from "./spans";

interface MarkListProps {
  marks: readonly Mark[];
  /** The text that spans refer to. */
  text: string | null;
  selected: ReadonlySet<string>;
  onSelect: (id: string | null) => void;
  empty: string;
}

export function MarkList({ marks, text, selected, onSelect, empty }: MarkListProps): ReactElement {
  if (marks.length === 0) return <SideNote>{empty}</SideNote>;
  return (
    <ul className={styles.list}>
      {marks.map((mark) => (
        <li key={mark.id}>
          <button
            type="button"
            className={`${styles.entry} ${selected.has(mark.id) ? styles.chosen : ""}`}
            aria-pressed={selected.has(mark.id)}
            onClick={() => onSelect(mark.id)}
          >
            <Sign mark={mark} />
            <bdi className={styles.name}>{mark.label}</bdi>
            <span className={styles.more}>{more(mark, text)}</span>
          </button>
        </li>
      ))}
    </ul>
  );
}

/** A label's colour: filled for truth, dashed for a prediction. */
export function Sign({ mark }: { mark: Pick<Mark, "layer" | "colour"> }): ReactElement {
  return mark.layer === "truth" ? <Swatch colour={mark.colour} /> : <span className={styles.dashed} style={{ borderColor: mark.colour }} />;
}

const MOST_WORDS = 26;

function more(mark: Mark, text: string | null): string {
  const { shape } = mark;
  if (mark.layer === "prediction" && mark.caption !== mark.label) return mark.caption.slice(mark.label.length + 1);
  if (shape.type === "span" && text !== null) {
    const words = excerpt(text, shape.start, shape.end);
    return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words;
  }
  if (shape.type === "point") return `${Math.round(shape.x)}, ${Math.round(shape.y)}`;
  const bounds = viewOf(shape).bounds(shape);
  if (bounds === null) return shape.type === "whole" ? "" : shape.type;
  return `${Math.round(bounds.right - bounds.left)} × ${Math.round(bounds.bottom - bounds.top)}`;
}
