/** A task in small: its picture with what is marked on it, or the beginning of its text. */
import { useMemo } from "react";
import type { ReactElement } from "react";

import type { Bounds, Size } from "../../canvas/geometry/points";
import type { Mark } from "../../canvas/scene";
import { Still } from "../../canvas/still";
import { Icon } from "../../ui/icons";
import type { Task } from "../../wire/types";
import { described } from "../annotations/marks";
import { pieces } from "../annotations/spans";
import type { Piece } from "../annotations/spans";
import { content, sizeOf, thumbnail } from "../files/addresses";
import type { ThumbnailSize } from "../files/addresses";
import styles from "./grid.module.css";

interface TaskPictureProps {
  task: Task;
  marks: readonly Mark[];
  /** Larger pictures for examples than for grids. */
  large?: boolean;
  part?: Bounds | null;
  /** Whether a text begins shortly before what is marked. */
  around?: boolean;
}

export function TaskPicture({ task, marks, large = false, part = null, around = false }: TaskPictureProps): ReactElement {
  const { item } = task;
  const size = useMemo(() => sizeOf(item), [item]);
  if (item.type === "image" && item.file_id !== null) {
    return <Still address={pictureOf(item.file_id, size, part, large ? 512 : 256)} size={size} marks={marks} part={part} description={described(marks)} />;
  }
  if (item.type === "text") return <TextPicture text={item.text ?? ""} marks={marks} around={around} />;
  return (
    <span className={styles.middle}>
      <Icon name={item.type === "image" ? "image" : "code"} size={24} />
    </span>
  );
}

/** Pixels that a part of an image wants; below half of them the thumbnail would be a blur. */
const LEAST_SHOWN = 100;

function pictureOf(fileId: string, size: Size | null, part: Bounds | null, side: ThumbnailSize): string {
  if (part === null || size === null) return thumbnail(fileId, side);
  const shown = (side * Math.max(part.right - part.left, part.bottom - part.top)) / Math.max(size.width, size.height);
  return shown < LEAST_SHOWN ? content(fileId) : thumbnail(fileId, side);
}

const MOST = 420;
const BEFORE = 80;

function TextPicture({ text: whole, marks: all, around }: { text: string; marks: readonly Mark[]; around: boolean }): ReactElement {
  const starts = all.flatMap(({ shape }) => (shape.type === "span" ? [shape.start] : []));
  const begin = around && starts.length > 0 ? Math.max(0, Math.min(...starts) - BEFORE) : 0;
  const text = whole.slice(begin);
  const marks = begin === 0 ? all : all.map((mark) => (mark.shape.type === "span" ? { ...mark, shape: { ...mark.shape, start: mark.shape.start - begin, end: mark.shape.end - begin } } : mark));
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
      {begin > 0 && "…"}
      {pieces(text.slice(0, MOST), spans).map((piece) => (
        <span key={piece.start} style={look(piece)}>
          {piece.text}
        </span>
      ))}
    </p>
  );
}
