/** A text with its spans: truth named above the words, predictions below them. */
import { useMemo, useRef } from "react";
import type { CSSProperties, ReactElement } from "react";

import type { Mark } from "../../canvas/scene";
import { useNamesApart } from "./names_apart";
import { pieces } from "./spans";
import type { Piece } from "./spans";
import styles from "./text_view.module.css";

interface TextViewProps {
  text: string;
  marks: readonly Mark[];
  selected: ReadonlySet<string>;
  onSelect: (id: string | null) => void;
  description: string;
}

export function TextView({ text, marks, selected, onSelect, description }: TextViewProps): ReactElement {
  const byId = useMemo(() => new Map(marks.map((mark) => [mark.id, mark])), [marks]);
  const cut = useMemo(() => pieces(text, marks.flatMap(placed)), [text, marks]);
  const sheet = useRef<HTMLElement>(null);
  useNamesApart(sheet, NAMES, cut);
  return (
    <div className={styles.frame} role="group" aria-label="The text" tabIndex={0}>
      <article className={styles.sheet} ref={sheet} aria-label={description} dir="auto">
        {cut.map((piece) => (
          <Part key={piece.start} piece={piece} byId={byId} selected={selected} onSelect={onSelect} />
        ))}
      </article>
    </div>
  );
}

const NAMES = [styles.above, styles.below].map(String);

interface PartProps {
  piece: Piece;
  byId: ReadonlyMap<string, Mark>;
  selected: ReadonlySet<string>;
  onSelect: (id: string | null) => void;
}

function Part({ piece, byId, selected, onSelect }: PartProps): ReactElement {
  if (piece.covered.length === 0) return <span>{piece.text}</span>;
  const marks = piece.covered.flatMap((id) => byId.get(id) ?? []);
  const beginning = piece.beginning.flatMap((id) => byId.get(id) ?? []);
  const chosen = piece.covered.some((id) => selected.has(id));
  // The span that begins last is the innermost, and the one that is meant.
  const choose = (): void => onSelect(piece.covered.at(-1) ?? null);
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- by keys, spans are chosen in the list beside the text
    <mark className={`${styles.piece} ${chosen ? styles.chosen : ""}`} style={ground(marks)} onClick={choose} title={marks.map(({ caption }) => caption).join(", ")}>
      <Names marks={beginning} layer="truth" />
      {piece.text}
      <Names marks={beginning} layer="prediction" />
    </mark>
  );
}

function Names({ marks, layer }: { marks: readonly Mark[]; layer: Mark["layer"] }): ReactElement | null {
  const some = marks.filter((mark) => mark.layer === layer);
  if (some.length === 0) return null;
  return (
    <span className={layer === "truth" ? styles.above : styles.below} aria-hidden="true">
      {some.map((mark) => (
        <span key={mark.id}>
          <span className={styles.dot} style={{ background: mark.colour }} />
          <bdi>{mark.caption}</bdi>
        </span>
      ))}
    </span>
  );
}

function ground(marks: readonly Mark[]): CSSProperties {
  const truth = marks.findLast(({ layer }) => layer === "truth");
  const prediction = marks.findLast(({ layer }) => layer === "prediction");
  return {
    background: truth === undefined ? "none" : `color-mix(in srgb, ${truth.colour} 26%, transparent)`,
    borderBottom: prediction === undefined ? "2px solid transparent" : `2px dashed ${prediction.colour}`,
    opacity: marks.every(({ faint }) => faint) ? 0.55 : 1,
  };
}

function placed(mark: Mark): { id: string; start: number; end: number }[] {
  return mark.shape.type === "span" ? [{ id: mark.id, start: mark.shape.start, end: mark.shape.end }] : [];
}
