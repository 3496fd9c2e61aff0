/** The query of a list of tasks: as a text, and as conditions to choose; changing one changes the other. */
import { ActionIcon, Button, Popover, Select, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { ReactElement, ReactNode } from "react";

import { Icon } from "../../ui/icons";
import { letGo, useShortcuts } from "../../ui/shortcuts";
import type { QueryRead } from "../../wire/types";
import { ConditionRow } from "../slices/condition_row";
import { draftOf, joinedBy, queryOf, wrongWith } from "../slices/query";
import type { Draft, Joined, Query, Row } from "../slices/query";
import { queryText } from "../slices/query_text";
import { queryReadQuery } from "./queries";
import styles from "./query_bar.module.css";

const REST_MS = 250;
const EVERYTHING: Query = { all: [] };

interface QueryBarProps {
  text: string;
  /** What the address asks for, as the server read it; undefined while it does. */
  query: Query | undefined;
  change: (text: string) => void;
  labels: readonly string[];
  children?: ReactNode;
}

export function QueryBar({ text, query, change, labels, children }: QueryBarProps): ReactElement {
  const input = useRef<HTMLInputElement>(null);
  const draft = useTyped(text, change);
  useShortcuts("Tasks", [{ name: "write_query", keys: ["q"], title: "Write a query", run: () => input.current?.focus() }]);
  return (
    <div className={styles.bar} role="search" aria-label="Query">
      <TextInput
        ref={input}
        className={styles.text}
        aria-label="Query"
        placeholder='label:cell -batch:"Week 1" metadata.camera=3'
        leftSection={<Icon name="search" size={14} />}
        rightSection={
          draft.shown !== "" && (
            <ActionIcon variant="subtle" color="gray" size="sm" aria-label="Clear the query" onClick={() => draft.settle("")}>
              <Icon name="close" size={12} />
            </ActionIcon>
          )
        }
        spellCheck={false}
        autoComplete="off"
        autoCapitalize="off"
        styles={{ input: { fontFamily: "var(--mono)", fontSize: 12.5 } }}
        value={draft.shown}
        onChange={(event) => draft.type(event.currentTarget.value)}
        onBlur={() => draft.settle()}
        onKeyDown={(event) => {
          if (event.key === "Enter") draft.settle();
          if (event.key === "Escape") letGo();
        }}
        error={draft.wrong !== null && <Wrong read={draft.wrong} />}
      />
      <Builder query={query} change={change} labels={labels} />
      {children}
    </div>
  );
}

// A text is told while it is written, as far as it means something; the field keeps it as it was typed.
function useTyped(text: string, change: (text: string) => void): { shown: string; type: (text: string) => void; settle: (text?: string) => void; wrong: QueryRead | null } {
  const [typed, setTyped] = useState<string | null>(null);
  const [rested] = useDebouncedValue(typed, REST_MS);
  const asked = rested ?? text;
  const { data } = useQuery({ ...queryReadQuery(asked), enabled: asked !== "" });
  const read = data !== undefined && asked !== "" && data.text !== undefined ? data : null;
  const meant = rested === null ? null : rested.trim() === "" ? "" : read !== null && read.query !== null && rested === typed ? read.text : null;
  const latest = useRef(change);
  useEffect(() => {
    latest.current = change;
  });
  useEffect(() => {
    if (meant !== null && meant !== text) latest.current(meant);
  }, [meant, text]);
  const settle = (given?: string): void => {
    const final = given ?? typed;
    if (final === null) return;
    if (final.trim() === "") {
      setTyped(null);
      change("");
    } else if (read?.query != null && rested === typed) setTyped(null);
  };
  return { shown: typed ?? text, type: setTyped, settle, wrong: read?.query === null ? read : null };
}

// The character where the text goes wrong, with what stands around it.
function Wrong({ read: { text, wrong, place } }: { read: QueryRead }): ReactElement {
  const at = place ?? 0;
  return (
    <span className={styles.wrong}>
      <code className={styles.around}>
        {text.slice(Math.max(0, at - 12), at)}
        <mark className={styles.mark}>{text.slice(at, at + 1) || "\u00a0"}</mark>
        {text.slice(at + 1, at + 12)}
      </code>
      {wrong}
    </span>
  );
}

const JOINED: { value: Joined; label: string }[] = [
  { value: "all", label: "all of these hold" },
  { value: "any", label: "any of these holds" },
  { value: "annotation", label: "one annotation has all of these" },
  { value: "prediction", label: "one prediction has all of these" },
];
const FIRST: Row = { field: "annotation.label", key: "", op: "is", text: "" };

function Builder({ query, change, labels }: { query: Query | undefined; change: (text: string) => void; labels: readonly string[] }): ReactElement {
  const [opened, setOpened] = useState(false);
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" width={640} trapFocus shadow="md" withinPortal>
      <Popover.Target>
        <Button variant="default" leftSection={<Icon name="settings" size={14} />} onClick={() => setOpened(!opened)} aria-expanded={opened}>
          Conditions
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Conditions">{query !== undefined && <Rows query={query} change={change} labels={labels} />}</Popover.Dropdown>
    </Popover>
  );
}

function Rows({ query, change, labels }: { query: Query; change: (text: string) => void; labels: readonly string[] }): ReactElement {
  const empty = queryText(query) === "";
  const [draft, setDraft] = useState<Draft | null>(() => (empty ? { joined: "all", rows: [FIRST] } : draftOf(query)));
  if (draft === null) return <p className={styles.hint}>Queries within queries are written as text only.</p>;
  const put = (next: Draft): void => {
    setDraft(next);
    const right = next.rows.filter((row) => wrongWith(row) === null);
    if (right.length === next.rows.length || right.length === 0) change(queryText(right.length === 0 ? EVERYTHING : queryOf(next)));
  };
  return (
    <div className={styles.builder}>
      <Select
        aria-label="How conditions belong together"
        size="xs"
        w={280}
        allowDeselect={false}
        comboboxProps={{ withinPortal: false }}
        data={JOINED.map(({ value, label }) => ({ value, label: `Tasks where ${label}` }))}
        value={draft.joined}
        onChange={(value) => put(joinedBy(JOINED.find((each) => each.value === value)?.value ?? "all", draft))}
      />
      {draft.rows.map((row, place) => (
        <ConditionRow
          // oxlint-disable-next-line react/no-array-index-key -- a row has no other name, and rows are not moved
          key={place}
          labels={labels}
          row={row}
          place={place + 1}
          joined={draft.joined}
          tried={false}
          put={(next) => put({ ...draft, rows: draft.rows.map((other, at) => (at === place ? next : other)) })}
          remove={() => put({ ...draft, rows: draft.rows.length === 1 ? [FIRST] : draft.rows.toSpliced(place, 1) })}
        />
      ))}
      <span>
        <Button size="compact-sm" variant="subtle" leftSection={<Icon name="plus" size={12} />} onClick={() => setDraft({ ...draft, rows: [...draft.rows, FIRST] })}>
          Add a condition
        </Button>
      </span>
    </div>
  );
}
