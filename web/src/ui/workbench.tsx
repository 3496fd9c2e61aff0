/** The frame around one task: a bar above, the item large, lists at the side. Knows no resource. */
import { ActionIcon, Tooltip } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import { Icon } from "./icons";
import { keyName } from "./key_names";
import { count } from "./numbers";
import { usePageTitle } from "./page_title";
import { useShortcuts } from "./shortcuts";
import styles from "./workbench.module.css";

export interface Steps {
  position: number;
  count: number;
  previous: (() => void) | null;
  next: (() => void) | null;
}

export interface WorkbenchKeys {
  back: string[];
  next: string[];
  previous: string[];
}

const KEYS: WorkbenchKeys = { back: ["Escape"], next: ["j", "ArrowRight"], previous: ["k", "ArrowLeft"] };

interface WorkbenchProps {
  title: ReactNode;
  /** The window's title. */
  name: string | undefined;
  note?: ReactNode;
  actions?: ReactNode;
  back: () => void;
  backTitle: string;
  /** Keys that lead back and on; an editor needs the plain ones itself. */
  keys?: WorkbenchKeys;
  steps: Steps | null;
  side: ReactNode;
  children: ReactNode;
}

export function Workbench({ title, name, note, actions, back, backTitle, keys = KEYS, steps, side, children }: WorkbenchProps): ReactElement {
  usePageTitle(name);
  useShortcuts("This task", [
    { name: "next_task", keys: keys.next, title: "Next", run: () => steps?.next?.() },
    { name: "previous_task", keys: keys.previous, title: "Previous", run: () => steps?.previous?.() },
    { name: "leave_task", keys: keys.back, title: backTitle, run: back },
  ]);
  return (
    <div className={styles.bench}>
      <header className={styles.bar}>
        <Tooltip label={`${backTitle} (${keyName(keys.back[0] ?? "")})`}>
          <ActionIcon variant="subtle" color="gray" onClick={back} aria-label={backTitle}>
            <Icon name="left" />
          </ActionIcon>
        </Tooltip>
        <h1 className={styles.title}>{title}</h1>
        <span className={styles.note}>{note}</span>
        <span className={styles.spacer} />
        {actions}
        {steps !== null && steps.count > 0 && <Stepper steps={steps} />}
      </header>
      <div className={styles.stage}>{children}</div>
      <aside className={styles.side} aria-label="About this task">
        {side}
      </aside>
    </div>
  );
}

function Stepper({ steps }: { steps: Steps }): ReactElement {
  return (
    <div className={styles.step}>
      <span className={styles.note} aria-live="polite">
        {steps.position > 0 ? count(steps.position) : "–"} of {count(steps.count)}
      </span>
      <Tooltip label="Previous (k)">
        <ActionIcon variant="default" disabled={steps.previous === null} onClick={() => steps.previous?.()} aria-label="Previous">
          <Icon name="left" size={14} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Next (j)">
        <ActionIcon variant="default" disabled={steps.next === null} onClick={() => steps.next?.()} aria-label="Next">
          <Icon name="right" size={14} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}

/** A titled part of the side. */
export function SidePart({ title, actions, children }: { title: ReactNode; actions?: ReactNode; children: ReactNode }): ReactElement {
  return (
    <section className={styles.part}>
      <div className={styles.partHead}>
        <h2>{title}</h2>
        {actions}
      </div>
      {children}
    </section>
  );
}

/** What is said where a part of the side has nothing to list. */
export function SideNote({ children }: { children: ReactNode }): ReactElement {
  return <p className={styles.sideNote}>{children}</p>;
}

/** Names and values below each other. */
export function Facts({ entries }: { entries: (readonly [name: string, value: ReactNode])[] }): ReactElement {
  return (
    <dl className={styles.facts}>
      {entries.map(([name, value]) => [
        <dt key={`${name}:`}>
          <bdi>{name}</bdi>
        </dt>,
        <dd key={name}>{value}</dd>,
      ])}
    </dl>
  );
}
