/** A task in small: its picture with what is marked on it, or the beginning of its text. */
import { useMemo } from "react";
import type { ReactElement } from "react";

import type { Bounds } from "../../canvas/geometry/points";
import type { Mark } from "../../canvas/scene";
import { Still } from "../../canvas/still";
import { Icon } from "../../ui/icons";
import type { Task } from "../../wire/types";
import { described } from "../annotations/marks";
import { pieces } from "../annotations/spans";
import type { Piece } from "../annotations/spans";
import { sizeOf, thumbnail } from "../files/addresses";
import styles from "./grid.module.css";

interface TaskPictureProps {
  task: Task;
  marks: readonly Mark[];
  /** Larger pictures for examples than for grids. */
  large?: boolean;
  part?: Bounds | null;
}

export function TaskPicture({ task, marks, large = false, part = null }: TaskPictureProps): ReactElement {
  const { item } = task;
  const size = useMemo(() => sizeOf(item), [item]);
  if (item.type === "image" && item.file_id !== null) {
    return <Still address={thumbnail(item.file_id, large ? 512 : 256)} size={size} marks={marks} part={part} description={described(marks)} />;
  }
  if (item.type === "text") return <TextPicture text={item.text ?? ""} marks={marks} />;
  return (
    <span className={styles.middle}>
      <Icon name={item.type === "image" ? "image" : "code"} size={24} />
    </span>
  );
}

const MOST = 420;

function TextPicture({ text, marks }: { text: string; marks: readonly Mark[] }): ReactElement {
  const colours = new Map(marks.map(({ id, colour, layer }) => [id, { colour, layer }]));
  const spans = marks.flatMap(({ id, shape }) => (shape.type === "span" && shape.start < MOST ? [{ id, start: shape.start, end: shape.end }] : []));
  const look = (piece: Piece): object => {
    const found = piece.covered.flatMap((id) => colours.get(id) ?? []);
    const truth = found.find(({ layer }) => layer === "truth");
    const prediction = found.find(({ layer }) => layer === "prediction");
    return {
      ...(truth === undefined ? {} : { background: `color-mix(in srgb, ${truth.colour} 28%, transparent)` }),
      ...(prediction === undefined ? {} : { borderBottom: `2px dashed ${prediction.colour}` }),
    };
  };
  return (
    <p className={styles.words} dir="auto">
      {pieces(text.slice(0, MOST), spans).map((piece) => (
        <span key={piece.start} style={look(piece)}>
          {piece.text}
        </span>
      ))}
    </p>
  );
}
