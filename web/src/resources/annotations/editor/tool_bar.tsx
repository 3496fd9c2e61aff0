/** The bar at the left: tools, and how the image is shown. */
import { ActionIcon, Popover, Slider, Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { actionOf } from "../../../canvas/actions";
import { brushRadius, lit } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import { TOOLS } from "../../../canvas/tools";
import type { ToolName } from "../../../canvas/tools";
import { useChosenKeys } from "../../../ui/chosen_keys";
import { Icon } from "../../../ui/icons";
import type { IconName } from "../../../ui/icons";
import { keyName } from "../../../ui/key_names";
import { keysOf } from "../../../ui/shortcuts";
import styles from "./editor.module.css";
import { useEditing } from "./session";

const ICONS: Record<ToolName, IconName> = {
  select: "arrow",
  pan: "hand",
  region: "region",
  box: "box",
  turned_box: "turned_box",
  polygon: "polygon",
  hole: "hole",
  polyline: "polyline",
  point: "point",
  brush: "brush",
  eraser: "eraser",
  knife: "knife",
};

export function ToolBar({ store }: { store: EditStore }): ReactElement {
  const tool = useEditing(store, (state) => state.tool);
  return (
    <div className={styles.tools} role="toolbar" aria-label="Tools" aria-orientation="vertical">
      {TOOLS.map((name) => (
        <ActionButton key={name} store={store} name={`take_${name}`} icon={ICONS[name]} pressed={tool === name} />
      ))}
      {(tool === "brush" || tool === "eraser") && <Radius store={store} />}
      <span className={styles.rule} />
      <ActionButton store={store} name="zoom_in" icon="plus" />
      <ActionButton store={store} name="zoom_out" icon="minus" />
      <ActionButton store={store} name="fit" icon="fit" />
      <ActionButton store={store} name="turn" icon="turn" />
      <LightChoice store={store} />
      <WholeScreen />
    </div>
  );
}

/** Let the page fill the screen, or not any more. */
export function wholeScreen(): void {
  void (document.fullscreenElement === null ? document.documentElement.requestFullscreen() : document.exitFullscreen());
}

function WholeScreen(): ReactElement | null {
  if (!document.fullscreenEnabled) return null;
  return (
    <Tooltip label="Whole screen (F)" position="right">
      <ActionIcon variant="subtle" color="gray" size={32} aria-label="Whole screen" onClick={wholeScreen}>
        <Icon name="screen" />
      </ActionIcon>
    </Tooltip>
  );
}

interface ActionButtonProps {
  store: EditStore;
  name: string;
  icon: IconName;
  pressed?: boolean;
  side?: "right" | "bottom";
}

/** A button for an action, with its key. */
export function ActionButton({ store, name, icon, pressed, side = "right" }: ActionButtonProps): ReactElement {
  const action = actionOf(name);
  const chosen = useChosenKeys();
  const ready = useEditing(store, action.when);
  const [key] = keysOf(action, chosen);
  return (
    <Tooltip label={key === undefined ? action.title : `${action.title} (${keyName(key)})`} position={side}>
      <ActionIcon
        variant={pressed === true ? "filled" : "subtle"}
        color={pressed === true ? "pine" : "gray"}
        size={32}
        className={styles.action}
        aria-label={action.title}
        aria-pressed={pressed}
        disabled={!ready}
        onClick={() => store.update(action.act)}
      >
        <Icon name={icon} />
      </ActionIcon>
    </Tooltip>
  );
}

function Radius({ store }: { store: EditStore }): ReactElement {
  const radius = useEditing(store, (state) => state.radius);
  const most = useEditing(store, (state) => Math.max(state.size.width, state.size.height) / 4);
  return (
    <Popover position="right" withArrow>
      <Popover.Target>
        <button type="button" className={styles.radius} aria-label="Size of the brush">
          {Math.round(2 * radius)}
        </button>
      </Popover.Target>
      <Popover.Dropdown w={220}>
        <Slider min={1} max={most} value={radius} onChange={(value) => store.update((state) => brushRadius(state, value))} label={(value) => `${Math.round(2 * value)} px`} thumbLabel="Size of the brush" />
      </Popover.Dropdown>
    </Popover>
  );
}

const LIGHTS = [["brightness", "Brightness"], ["contrast", "Contrast"]] as const;

function LightChoice({ store }: { store: EditStore }): ReactElement {
  const light = useEditing(store, (state) => state.light);
  return (
    <Popover position="right-end" withArrow>
      <Popover.Target>
        <ActionIcon variant="subtle" color="gray" size={32} aria-label="Brightness and contrast" title="Brightness and contrast">
          <Icon name="light" />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown w={240}>
        {LIGHTS.map(([name, title]) => (
          <div key={name} className={styles.light}>
            <span>{title}</span>
            <span>{Math.round(light[name] * 100)} %</span>
            <Slider min={0.2} max={3} step={0.1} value={light[name]} label={null} thumbLabel={title} onChange={(value) => store.update((state) => lit(state, { [name]: value }))} />
          </div>
        ))}
      </Popover.Dropdown>
    </Popover>
  );
}
