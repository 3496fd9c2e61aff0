/** Text that users wrote, kept from reordering what stands beside it, and times. */
import { Tooltip } from "@mantine/core";
import type { ReactElement } from "react";

import { ago, exact } from "./dates";
import styles from "./text.module.css";

/** A user's own text: its direction stays its own. */
export function Said({ children }: { children: string }): ReactElement {
  return <bdi>{children}</bdi>;
}

/** The same where there is little room: cut short, and whole on hover. */
export function Short({ children, room = 220 }: { children: string; room?: number | string }): ReactElement {
  return (
    <bdi title={children} style={{ display: "inline-block", maxWidth: room, overflow: "hidden", textOverflow: "ellipsis", verticalAlign: "middle" }}>
      {children}
    </bdi>
  );
}

const TAIL = 9;

/** The name of a file where there is little room: cut before its end, which tells it from others. */
export function FileName({ children: name, className = "" }: { children: string; className?: string }): ReactElement {
  if (name.length <= 2 * TAIL) return <bdi className={className}>{name}</bdi>;
  return (
    <bdi className={`${styles.file} ${className}`} title={name} data-begin={name.slice(0, -TAIL)} data-end={name.slice(-TAIL).trimStart()}>
      <span className="visually-hidden">{name}</span>
    </bdi>
  );
}

/** How long ago, with the exact time on hover. */
export function When({ date }: { date: string }): ReactElement {
  return (
    <Tooltip label={exact(date)}>
      <time dateTime={date}>{ago(date)}</time>
    </Tooltip>
  );
}
