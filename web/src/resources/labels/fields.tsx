/** The fields of a label that is not there yet: its name, the shape that it is drawn with, its colour. */
import { ColorInput, Select, TextInput } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import { PALETTE } from "../../ui/colours";
import type { LabelCreate } from "../../wire/types";
import styles from "./fields.module.css";

export type LabelDraft = Required<Pick<LabelCreate, "name" | "shape">> & { colour: string };

const SHAPES = {
  box: "Box",
  polygon: "Polygon",
  mask: "Mask",
  polyline: "Polyline",
  point: "Point",
  span: "Span",
  whole: "Whole item",
} as const;

/** The shapes that labels of a project's type are drawn with; the usual one first. */
export function shapesOf(type: string): { value: string; label: string }[] {
  const fits = type === "ner" ? (["span", "whole"] as const) : type === "categorisation" ? (["whole"] as const) : (["box", "polygon", "mask", "polyline", "point", "whole"] as const);
  return fits.map((value) => ({ value, label: SHAPES[value] }));
}

interface FieldsProps {
  label: LabelDraft;
  type: string;
  put: (label: LabelDraft) => void;
  error?: ReactNode;
  /** What says which of several it is. */
  place?: number;
  /** What Enter in the name does, where it does not send the form. */
  enter?: (() => void) | undefined;
  children?: ReactNode;
}

export function LabelFields({ label, type, put, error, place, enter, children }: FieldsProps): ReactElement {
  const which = place === undefined ? "" : ` of label ${place}`;
  const shapes = shapesOf(type);
  return (
    <div className={styles.row}>
      <TextInput
        className={styles.name}
        aria-label={`Name${which}`}
        placeholder="Name"
        autoComplete="off"
        value={label.name}
        onChange={(event) => put({ ...label, name: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key !== "Enter" || event.nativeEvent.isComposing || enter === undefined || label.name.trim() === "") return;
          event.preventDefault();
          enter();
        }}
        error={error}
        data-label={place}
        {...(place === undefined ? { "data-autofocus": true } : {})}
      />
      {shapes.length > 1 && <Select className={styles.shape} aria-label={`Shape${which}`} allowDeselect={false} data={shapes} value={label.shape ?? null} onChange={(shape) => put({ ...label, shape: shape ?? "box" })} />}
      <ColorInput className={styles.colour} aria-label={`Colour${which}`} format="hex" withEyeDropper={false} swatches={[...PALETTE]} value={label.colour} onChange={(colour) => put({ ...label, colour })} />
      {children}
    </div>
  );
}
