/** A share from 0 to 1 chosen along a line, by hand or by keys, with a way back where it was changed. */
import { ActionIcon, Slider } from "@mantine/core";
import type { ReactElement } from "react";

import { useDraft } from "./draft";
import { Icon } from "./icons";
import styles from "./share_slider.module.css";

interface ShareSliderProps {
  title: string;
  /** Null where the data has no one value, such as a threshold of each label's own. */
  value: number | null;
  /** What is special about the value. */
  note: string;
  least?: number;
  step: number;
  /** Values that the line marks. */
  marks: readonly number[];
  /** Whether it waits for what it begins at. */
  waits?: boolean;
  /** Called while the value moves. */
  change: (value: number) => void;
  /** Gives the value up that was chosen; null where none was. */
  clear: (() => void) | null;
}

export function ShareSlider({ title, value, note, least = 0, step, marks, waits = false, change, clear }: ShareSliderProps): ReactElement {
  const draft = useDraft(value, change);
  const shown = draft.shown ?? least;
  return (
    <div className={`${styles.field} ${clear === null ? "" : styles.changed}`}>
      <div className={styles.head}>
        <span>{title}</span>
        <strong>{draft.shown?.toFixed(2) ?? "–"}</strong>
        <span className={styles.note}>{note}</span>
        {clear !== null && (
          <ActionIcon size={18} variant="subtle" color="gray" aria-label={`${title} as evaluated`} title="As evaluated" onClick={clear}>
            <Icon name="close" size={11} />
          </ActionIcon>
        )}
      </div>
      <Slider
        size={4}
        thumbSize={14}
        min={least}
        max={1}
        step={step}
        precision={2}
        label={null}
        thumbLabel={title}
        marks={marks.map((mark) => ({ value: mark }))}
        value={shown}
        disabled={waits}
        onChange={draft.set}
        onChangeEnd={draft.settle}
      />
    </div>
  );
}
