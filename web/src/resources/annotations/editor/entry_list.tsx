/** All annotations of the task in a list: find, select, hide, lock and delete them. */
import { TextInput } from "@mantine/core";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, useEffect, useMemo, useRef, useState } from "react";
import type { ReactElement } from "react";

import { hiddenOrShown, lockedOrFreed } from "../../../canvas/actions/changes";
import type { Entry } from "../../../canvas/edits/drawing";
import { change, drawingIn, select } from "../../../canvas/edits/editing";
import type { Editing } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import { boundsOf } from "../../../canvas/edits/placed";
import { Swatch } from "../../../ui/badge";
import type { Colours } from "../../../ui/colours";
import { Icon } from "../../../ui/icons";
import type { IconName } from "../../../ui/icons";
import { letGoOf } from "../../../ui/shortcuts";
import { SideNote } from "../../../ui/workbench";
import { excerpt } from "../spans";
import styles from "./editor.module.css";
import { useEditing } from "./session";

const ROW_HEIGHT = 32;
const OVERSCAN = 8;

interface EntryListProps {
  store: EditStore;
  colours: Colours;
  /** The text that spans refer to. */
  text: string | null;
  /** How an item without annotations is begun. */
  begin: string;
}

export function EntryList({ store, colours, text, begin }: EntryListProps): ReactElement {
  const drawing = useEditing(store, drawingIn);
  const selected = useEditing(store, (state) => state.selected);
  const [wanted, setWanted] = useState("");
  const shown = useMemo(() => listed(found(drawing.entries, wanted, text), text), [drawing.entries, wanted, text]);
  const scroll = useRef<HTMLUListElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const rows = useVirtualizer({ count: shown.length, getScrollElement: () => scroll.current, estimateSize: () => ROW_HEIGHT, overscan: OVERSCAN });
  useEffect(() => {
    const [id] = selected;
    const at = selected.size === 1 ? shown.findIndex((entry) => entry.id === id) : -1;
    if (at !== -1) rows.scrollToIndex(at);
  }, [selected, shown, rows]);
  const ids = shown.map(({ id }) => id);
  const allHidden = ids.length > 0 && ids.every((id) => drawing.hidden.has(id));
  const allLocked = ids.length > 0 && ids.every((id) => drawing.locked.has(id));
  return (
    <>
      <div className={styles.finding}>
        <TextInput size="xs" placeholder="Filter by label" aria-label="Filter by label" value={wanted} onKeyDown={letGoOf} onChange={(event) => setWanted(event.currentTarget.value)} />
        <Sign icon={allHidden ? "eye_closed" : "eye"} title={allHidden ? "Show all in the list" : "Hide all in the list"} act={() => store.update((state) => hiddenOrShown(state, ids))} />
        <Sign icon={allLocked ? "lock" : "unlock"} title={allLocked ? "Free all in the list" : "Lock all in the list"} act={() => store.update((state) => lockedOrFreed(state, ids))} />
      </div>
      {shown.length === 0 && <SideNote>{drawing.entries.length > 0 ? "No annotation has such a label." : `Nothing is annotated yet. ${begin}`}</SideNote>}
      <ul className={styles.entries} ref={scroll} aria-label="Annotations">
        {shown.length > 0 && <li aria-hidden="true" style={{ height: rows.getTotalSize() }} />}
        {rows.getVirtualItems().map(({ index, start }) => {
          const entry = shown[index] as Entry;
          return <Row key={entry.id} store={store} entry={entry} hidden={drawing.hidden.has(entry.id)} locked={drawing.locked.has(entry.id)} colours={colours} text={text} chosen={selected.has(entry.id)} top={start} place={index} count={shown.length} />;
        })}
      </ul>
    </>
  );
}

interface RowProps {
  store: EditStore;
  entry: Entry;
  hidden: boolean;
  locked: boolean;
  colours: Colours;
  text: string | null;
  chosen: boolean;
  top: number;
  place: number;
  count: number;
}

// A click changes two rows; the others need not be made anew.
const Row = memo(function Row({ store, entry, hidden, locked, colours, text, chosen, top, place, count }: RowProps): ReactElement {
  const act = (become: (state: Editing) => Editing): (() => void) => () => store.update(become);
  return (
    <li className={`${styles.row} ${chosen ? styles.chosen : ""} ${hidden ? styles.hidden : ""}`} style={{ top }} aria-posinset={place + 1} aria-setsize={count}>
      <button
        type="button"
        className={styles.entry}
        aria-pressed={chosen}
        onClick={(event) => store.update((state) => select(state, event.shiftKey ? toggled(state.selected, entry.id) : [entry.id]))}
      >
        <Swatch colour={colours(entry.label)} />
        <bdi className={styles.name}>{entry.label}</bdi>
        <span className={styles.more}>{told(entry, text)}</span>
      </button>
      <Sign icon={hidden ? "eye_closed" : "eye"} title={hidden ? "Show" : "Hide"} quiet={!hidden} act={act((state) => hiddenOrShown(state, [entry.id]))} />
      <Sign icon={locked ? "lock" : "unlock"} title={locked ? "Free" : "Lock"} quiet={!locked} act={act((state) => lockedOrFreed(state, [entry.id]))} />
      <Sign icon="trash" title="Delete" quiet disabled={locked} act={act((state) => change(state, { type: "delete", ids: [entry.id] }))} />
    </li>
  );
});

interface SignProps {
  icon: IconName;
  title: string;
  /** Seen only where the row is pointed at. */
  quiet?: boolean;
  disabled?: boolean;
  act: () => void;
}

/** A small button with a pictogram. */
export function Sign({ icon, title, quiet = false, disabled = false, act }: SignProps): ReactElement {
  return (
    <button type="button" aria-label={title} title={title} disabled={disabled} className={`${styles.sign} ${quiet ? styles.quiet : ""}`} onClick={act}>
      <Icon name={icon} size={14} />
    </button>
  );
}

function toggled(selected: ReadonlySet<string>, id: string): string[] {
  return selected.has(id) ? [...selected].filter((other) => other !== id) : [...selected, id];
}

function found(entries: readonly Entry[], wanted: string, text: string | null): readonly Entry[] {
  const words = wanted.trim().toLowerCase();
  return words === "" ? entries : entries.filter((entry) => `${entry.label} ${told(entry, text)}`.toLowerCase().includes(words));
}

/** Over a text as it is read; over an image the newest first: it is what the hand worked on. */
function listed(entries: readonly Entry[], text: string | null): readonly Entry[] {
  return text === null ? entries.toReversed() : entries.toSorted((one, two) => startOf(one) - startOf(two));
}

function startOf({ shape }: Entry): number {
  return shape.type === "span" ? shape.start : 0;
}

const MOST_WORDS = 24;

/** What tells an annotation from others of its label: its words, its place, or its size. */
function told({ shape }: Entry, text: string | null): string {
  if (shape.type === "span" && text !== null) {
    const words = excerpt(text, shape.start, shape.end);
    return words.length > MOST_WORDS ? `${words.slice(0, MOST_WORDS)}…` : words;
  }
  if (shape.type === "point") return `${Math.round(shape.x)}, ${Math.round(shape.y)}`;
  if (shape.type === "whole") return "whole item";
  const bounds = boundsOf(shape);
  return bounds === null ? shape.type : `${Math.round(bounds.right - bounds.left)} × ${Math.round(bounds.bottom - bounds.top)}`;
}
