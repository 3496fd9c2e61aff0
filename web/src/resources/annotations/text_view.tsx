/** A text with its spans: truth as a ground of colour, predictions as a dashed line below. */
import { useMemo } from "react";
import type { CSSProperties, ReactElement } from "react";

import { inkOn } from "../../canvas/paint";
import type { Mark } from "../../canvas/scene";
import { pieces } from "./spans";
import type { Piece } from "./spans";
import styles from "./text_view.module.css";

interface TextViewProps {
  text: string;
  marks: readonly Mark[];
  selectedId: string | null;
  onSelect: (id: string | null) => void;
  description: string;
}

export function TextView({ text, marks, selectedId, onSelect, description }: TextViewProps): ReactElement {
  const byId = useMemo(() => new Map(marks.map((mark) => [mark.id, mark])), [marks]);
  const cut = useMemo(() => pieces(text, marks.flatMap(placed)), [text, marks]);
  return (
    <div className={styles.frame}>
      <article className={styles.sheet} aria-label={description} dir="auto">
        {cut.map((piece, place) => (
          <Part key={place} piece={piece} byId={byId} selectedId={selectedId} onSelect={onSelect} />
        ))}
      </article>
    </div>
  );
}

interface PartProps {
  piece: Piece;
  byId: ReadonlyMap<string, Mark>;
  selectedId: string | null;
  onSelect: (id: string | null) => void;
}

function Part({ piece, byId, selectedId, onSelect }: PartProps): ReactElement {
  if (piece.covered.length === 0) return <span>{piece.text}</span>;
  const marks = piece.covered.flatMap((id) => byId.get(id) ?? []);
  const chosen = selectedId !== null && piece.covered.includes(selectedId);
  // The shortest span is the one that is meant, and it is the last that begins.
  const choose = (): void => onSelect(piece.covered.at(-1) ?? null);
  return (
    <>
      <mark className={`${styles.piece} ${chosen ? styles.chosen : ""}`} style={ground(marks)} onClick={choose}>
        {piece.text}
      </mark>
      {piece.ending.flatMap((id) => byId.get(id) ?? []).map((mark) => (
        <Tag key={mark.id} mark={mark} onSelect={onSelect} />
      ))}
    </>
  );
}

function Tag({ mark, onSelect }: { mark: Mark; onSelect: (id: string) => void }): ReactElement {
  const look: CSSProperties =
    mark.layer === "truth" ? { background: mark.colour, color: inkOn(mark.colour) } : { border: `1px dashed ${mark.colour}`, color: "var(--ink-2)" };
  return (
    <button type="button" className={styles.tag} style={{ border: 0, font: "inherit", ...look, fontSize: 10.5, fontWeight: 650, cursor: "pointer" }} onClick={() => onSelect(mark.id)}>
      <bdi>{mark.caption}</bdi>
    </button>
  );
}

function ground(marks: readonly Mark[]): CSSProperties {
  const truth = marks.findLast(({ layer }) => layer === "truth");
  const prediction = marks.findLast(({ layer }) => layer === "prediction");
  return {
    background: truth === undefined ? "none" : `color-mix(in srgb, ${truth.colour} 24%, transparent)`,
    color: "inherit",
    borderBottom: prediction === undefined ? "2px solid transparent" : `2px dashed ${prediction.colour}`,
  };
}

function placed(mark: Mark): { id: string; start: number; end: number }[] {
  return mark.shape.type === "span" ? [{ id: mark.id, start: mark.shape.start, end: mark.shape.end }] : [];
}
