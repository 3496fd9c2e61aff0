/** The text of a task, to be marked: spans by hand or by keys, over each other where they are. */
import { useEffect, useMemo, useRef } from "react";
import type { CSSProperties, MouseEvent, PointerEvent, ReactElement } from "react";

import { drawingIn, ghostsIn, labelRange, mark, reach, select } from "../../../canvas/edits/editing";
import type { Editing } from "../../../canvas/edits/editing";
import type { Entry } from "../../../canvas/edits/drawing";
import type { Ghost } from "../../../canvas/edits/ghosts";
import { ask, rangeOf } from "../../../canvas/edits/pins";
import type { Pin } from "../../../canvas/edits/pins";
import type { EditStore } from "../../../canvas/edits/store";
import { differences } from "../../../canvas/edits/earlier";
import { trimmed } from "../../../canvas/edits/words";
import type { Colours } from "../../../ui/colours";
import { useNamesApart } from "../names_apart";
import { pieces } from "../spans";
import type { Piece } from "../spans";
import look from "../text_view.module.css";
import styles from "./editor.module.css";
import { useEditing } from "./session";
import { placeUnder, selectedRange } from "./text_range";

interface TextStageProps {
  store: EditStore;
  text: string;
  colours: Colours;
  description: string;
}

const RANGE = "the range";
const NAMES = [look.above].map(String);

export function TextStage({ store, text, colours, description }: TextStageProps): ReactElement {
  const { entries, hidden } = useEditing(store, drawingIn);
  const selected = useEditing(store, (state) => state.selected);
  const range = useEditing(store, (state) => state.range);
  const ghosts = useEditing(store, ghostsIn);
  const ghostId = useEditing(store, (state) => state.ghostId);
  const pins = useEditing(store, (state) => state.pins);
  const earlier = useEditing(store, (state) => state.earlier);
  const gone = useMemo(() => (earlier === null ? NO_ENTRIES : differences(earlier, entries).removed), [earlier, entries]);
  const sheet = useRef<HTMLElement>(null);
  const shown = useMemo(() => new Map(entries.flatMap((entry) => (hidden.has(entry.id) || entry.shape.type !== "span" ? [] : [[entry.id, entry] as const]))), [entries, hidden]);
  const cut = useMemo(() => {
    const spans = [...shown.values()].flatMap(({ id, shape }) => (shape.type === "span" ? [{ id, start: shape.start, end: shape.end }] : []));
    const predicted = ghosts.flatMap(({ id, shape }) => (shape.type === "span" ? [{ id, start: shape.start, end: shape.end }] : []));
    const pinned = pins.flatMap((pin) => placedPin(store.get(), pin));
    const were = gone.flatMap(({ id, shape }) => (shape.type === "span" ? [{ id, start: shape.start, end: shape.end }] : []));
    return pieces(text, [...spans, ...predicted, ...pinned, ...were, ...(range === null ? [] : [{ id: RANGE, ...range }])]);
  }, [store, text, shown, range, ghosts, pins, gone]);
  useNamesApart(sheet, NAMES, cut);
  const pinOf = useMemo(() => new Map(pins.map((pin) => [pinKey(pin), pin])), [pins]);
  const wasOf = useMemo(() => new Map(gone.map((entry) => [entry.id, entry])), [gone]);
  const ghostOf = useMemo(() => new Map(ghosts.map((ghost) => [ghost.id, ghost])), [ghosts]);
  const said = useEditing(store, (state) => state.said);
  useEffect(() => {
    if (range !== null) sheet.current?.querySelector("[data-marked]")?.scrollIntoView({ block: "nearest" });
  }, [range]);
  // A drag ends with a click too, which must not choose what lies under it.
  const dragged = useRef(false);
  const released = (event: PointerEvent): void => {
    const at = event.shiftKey && sheet.current ? placeUnder(sheet.current, event.clientX, event.clientY) : null;
    // Whoever holds Shift moves the end of what is marked or selected to the hand.
    if (at !== null && hasRange(store.get())) {
      dragged.current = true;
      getSelection()?.removeAllRanges();
      store.update((state) => reach(state, at));
      return;
    }
    const found = sheet.current && selectedRange(sheet.current, getSelection());
    const wanted = found && trimmed(text, found);
    dragged.current = wanted !== null;
    if (wanted === null) return;
    getSelection()?.removeAllRanges();
    store.update((state) => marked(state, wanted));
  };
  // The right button asks for a comment on what is selected or marked.
  const asking = (event: MouseEvent): void => {
    const { selected: some, range: marking } = store.get();
    if (some.size === 0 && marking === null) return;
    event.preventDefault();
    store.update((state) => ask(state));
  };
  return (
    <div className={look.frame} role="group" aria-label="The text" tabIndex={0}>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- by keys, a comment is asked for with an action of the sheet */}
      <article className={look.sheet} ref={sheet} aria-label={description} dir="auto" onPointerUp={released} onContextMenu={asking} onClickCapture={(event) => dragged.current && event.stopPropagation()}>
        {cut.map((piece) => (
          <Part key={piece.start} piece={piece} shown={shown} ghosts={ghostOf} pins={pinOf} were={wasOf} ghostId={ghostId} selected={selected} colours={colours} choose={(id) => store.update((state) => select(state, [id]))} />
        ))}
      </article>
      {(range !== null || said !== null) && <div className={styles.hint} role="status">{said ?? "Press the number of a label."}</div>}
    </div>
  );
}

function hasRange(state: Editing): boolean {
  return state.range !== null || state.selected.size === 1;
}

const NO_ENTRIES: readonly Entry[] = [];

function pinKey({ id }: Pin): string {
  return `pin ${id}`;
}

function placedPin(state: Editing, pin: Pin): { id: string; start: number; end: number }[] {
  const found = rangeOf(state, pin);
  return found === null ? [] : [{ id: pinKey(pin), ...found }];
}

// With a label in the hand a drag is a span at once; otherwise it waits for one.
function marked(state: Editing, range: { start: number; end: number }): Editing {
  const waiting = mark(state, range);
  return state.label === null ? waiting : labelRange(waiting, state.label);
}

interface PartProps {
  piece: Piece;
  shown: ReadonlyMap<string, Entry>;
  ghosts: ReadonlyMap<string, Ghost>;
  pins: ReadonlyMap<string, Pin>;
  /** What was there earlier and is gone. */
  were: ReadonlyMap<string, Entry>;
  ghostId: string | null;
  selected: ReadonlySet<string>;
  colours: Colours;
  choose: (id: string) => void;
}

function Part({ piece, shown, ghosts, pins, were, ghostId, selected, colours, choose }: PartProps): ReactElement {
  const inRange = piece.covered.includes(RANGE) || (ghostId !== null && piece.covered.includes(ghostId));
  const ghost = piece.covered.map((id) => ghosts.get(id)).findLast((found) => found !== undefined);
  const covering = piece.covered.flatMap((id) => shown.get(id) ?? []);
  const pinned = piece.beginning.flatMap((id) => pins.get(id) ?? []);
  const was = piece.covered.map((id) => were.get(id)).find((found) => found !== undefined);
  const plain = (
    <span
      data-start={piece.start}
      data-marked={inRange || undefined}
      className={`${inRange ? styles.marked : ""} ${ghost === undefined ? "" : styles.ghost} ${was === undefined ? "" : styles.was} ${piece.covered.some((id) => pins.has(id)) ? styles.pinned : ""}`}
      style={ghost && { borderColor: colours(ghost.label) }}
      title={ghost ? `${ghost.label} ${ghost.confidence?.toFixed(2) ?? ""}` : was && `gone: ${was.label}`}
    >
      {piece.text}
    </span>
  );
  const words = (
    <>
      {pinned.map(({ id, number, resolved }) => (
        <span key={id} className={`${styles.pin} ${resolved ? styles.resolved : ""}`} aria-label={`comment ${number}`} role="img" data-number={number} />
      ))}
      {plain}
    </>
  );
  if (covering.length === 0) return words;
  const beginning = piece.beginning.flatMap((id) => shown.get(id) ?? []);
  // Who clicks again where spans lie over each other means the next one out.
  const next = (): void => {
    const now = covering.findIndex(({ id }) => selected.has(id));
    choose((covering[(now === -1 ? covering.length : now + covering.length) - 1] ?? covering.at(-1) ?? (covering[0] as Entry)).id);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events, jsx-a11y/no-noninteractive-element-interactions -- by keys, spans are chosen with the actions of the sheet
    <mark className={`${look.piece} ${covering.some(({ id }) => selected.has(id)) ? styles.span : ""}`} style={ground(covering, colours)} onClick={next} title={covering.map(({ label }) => label).join(", ")}>
      {beginning.length > 0 && (
        <span className={look.above} aria-hidden="true">
          {beginning.map(({ id, label }) => (
            <span key={id}>
              <span className={look.dot} style={{ background: colours(label) }} />
              <bdi>{label}</bdi>
            </span>
          ))}
        </span>
      )}
      {words}
    </mark>
  );
}

// The innermost span colours the ground; a line below for each, so that all of them are seen.
function ground(covering: readonly Entry[], colours: Colours): CSSProperties {
  const inner = colours((covering.at(-1) as Entry).label);
  const lines = covering.map(({ label }, place) => `inset 0 -${2 * (covering.length - place)}px 0 ${colours(label)}`);
  return { background: `color-mix(in srgb, ${inner} 24%, transparent)`, boxShadow: lines.toReversed().join(", ") };
}
