/** The brushes as fields: what they take, changed and given up without a pointer. */
import { ActionIcon, MultiSelect, NumberInput, Select } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import { Said } from "../../ui/text";
import type { Axis } from "./axes";
import type { Brush, Brushes } from "./brushes";
import styles from "./configs_view.module.css";

interface BrushListProps {
  axes: readonly Axis[];
  brushes: Brushes;
  brush: (key: string, brush: Brush | null) => void;
}

export function BrushList({ axes, brushes, brush }: BrushListProps): ReactElement {
  const free = axes.filter(({ key }) => !brushes.has(key));
  return (
    <ul className={styles.brushes} aria-label="Brushes">
      {axes.flatMap((axis) => {
        const held = brushes.get(axis.key);
        return held === undefined ? [] : [<Held key={axis.key} axis={axis} brush={held} take={(next) => brush(axis.key, next)} />];
      })}
      {free.length > 0 && (
        <li>
          <Select size="xs" w={170} aria-label="Keep runs by" placeholder="Keep runs by …" data={free.map(({ key, title }) => ({ value: key, label: title }))} value={null} onChange={(key) => {
            const axis = axes.find((each) => each.key === key);
            if (axis !== undefined) brush(axis.key, whole(axis));
          }} />
        </li>
      )}
    </ul>
  );
}

function whole(axis: Axis): Brush {
  return axis.ends === null ? { choices: axis.choices ?? [] } : { low: axis.ends[0], high: axis.ends[1] };
}

interface HeldProps {
  axis: Axis;
  brush: Brush;
  take: (brush: Brush | null) => void;
}

function Held({ axis, brush, take }: HeldProps): ReactElement {
  return (
    <li className={styles.held}>
      <Said>{axis.title}</Said>
      {"choices" in brush ? (
        <MultiSelect size="xs" aria-label={`Values of ${axis.title}`} data={[...(axis.choices ?? [])]} value={[...brush.choices]} onChange={(choices) => take(choices.length === 0 ? null : { choices })} />
      ) : (
        <>
          <NumberInput size="xs" w={96} hideControls aria-label={`${axis.title} from`} value={brush.low} onChange={(low) => typeof low === "number" && take({ ...brush, low })} />
          to
          <NumberInput size="xs" w={96} hideControls aria-label={`${axis.title} to`} value={brush.high} onChange={(high) => typeof high === "number" && take({ ...brush, high })} />
        </>
      )}
      <ActionIcon size="sm" variant="subtle" color="gray" aria-label={`Keep all values of ${axis.title}`} onClick={() => take(null)}>
        <Icon name="close" size={12} />
      </ActionIcon>
    </li>
  );
}
