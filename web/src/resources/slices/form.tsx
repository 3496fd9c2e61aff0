/** The form of a slice: conditions in the words of the API, or the query itself. */
import { Button, SegmentedControl, Select, Textarea, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { Icon } from "../../ui/icons";
import { Failure } from "../../ui/layout";
import type { Slice } from "../../wire/types";
import { datasetQuery } from "../datasets/queries";
import { facetsQuery } from "../tasks/queries";
import { ConditionRow } from "./condition_row";
import styles from "./list.module.css";
import { changeSlice, createSlice } from "./queries";
import { draftOf, joinedBy, queryOf, wrongWith } from "./query";
import type { Draft, Joined, Query, Row } from "./query";

interface SliceFormProps {
  datasetId: string;
  /** Null for a new one. */
  slice: Slice | null;
  close: () => void;
}

const JOINED: { value: Joined; label: string }[] = [
  { value: "all", label: "all of these hold" },
  { value: "any", label: "any of these holds" },
  { value: "annotation", label: "one annotation has all of these" },
  { value: "prediction", label: "one prediction has all of these" },
];
const FIRST: Row = { field: "metadata.KEY", key: "", op: "is", text: "" };
const nextRow = (joined: Joined): Row => (joined === "all" || joined === "any" ? FIRST : { ...FIRST, field: `${joined}.label` });
const LOOKS = [
  { value: "rows", label: "Conditions" },
  { value: "json", label: "JSON" },
];

export function SliceForm({ datasetId, slice, close }: SliceFormProps): ReactElement {
  const [name, setName] = useState(slice?.name ?? "");
  const written = useWritten(slice);
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: (query: Query) => (slice === null ? createSlice(datasetId, name, query) : changeSlice(slice.id, name, query)),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ["slices"] });
      await queries.invalidateQueries({ queryKey: ["evaluations"] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "" && written.query !== null) save.mutate(written.query);
  };
  return (
    <form onSubmit={submit} className={styles.form} noValidate>
      <TextInput label="Name" autoComplete="off" data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} error={tried && name.trim() === "" && "A name is needed."} />
      <Written datasetId={datasetId} written={written} tried={tried} />
      {save.isError && <Failure error={save.error} />}
      <Button type="submit" loading={save.isPending}>
        {slice === null ? "Save it" : "Save the change"}
      </Button>
    </form>
  );
}

interface WrittenState {
  look: "rows" | "json";
  setLook: (look: "rows" | "json") => void;
  draft: Draft;
  setDraft: (draft: Draft) => void;
  text: string;
  setText: (text: string) => void;
  /** Null while something is wrong with it. */
  query: Query | null;
  /** Whether rows can hold the query. */
  simple: boolean;
}

// A query is written in rows or as it is sent; what rows cannot hold is only shown as it is sent.
function useWritten(slice: Slice | null): WrittenState {
  const first = slice === null ? { joined: "all" as const, rows: [FIRST] } : draftOf(slice.query);
  const [look, setLook] = useState<"rows" | "json">(first === null ? "json" : "rows");
  const [draft, setDraft] = useState<Draft>(first ?? { joined: "all", rows: [FIRST] });
  const [text, setText] = useState(slice === null ? "" : JSON.stringify(slice.query, null, 2));
  const fromRows = draft.rows.some((row) => wrongWith(row) !== null) ? null : queryOf(draft);
  const fromText = parsed(text);
  const turn = (next: "rows" | "json"): void => {
    if (next === "json" && fromRows !== null) setText(JSON.stringify(fromRows, null, 2));
    const read = fromText === null ? null : draftOf(fromText);
    if (next === "rows" && read !== null) setDraft(read);
    setLook(next);
  };
  const simple = look === "rows" || text.trim() === "" || (fromText !== null && draftOf(fromText) !== null);
  return { look, setLook: turn, draft, setDraft, text, setText, query: look === "rows" ? fromRows : fromText, simple };
}

function parsed(text: string): Query | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Query) : null;
  } catch {
    return null;
  }
}

function Written({ datasetId, written, tried }: { datasetId: string; written: WrittenState; tried: boolean }): ReactElement {
  const { look, setLook, draft, setDraft, text, setText, simple } = written;
  const { data: dataset } = useQuery(datasetQuery(datasetId));
  const { data: facets } = useQuery(facetsQuery({ datasetId }, {}));
  const put = (place: number, row: Row): void => setDraft({ ...draft, rows: draft.rows.map((other, at) => (at === place ? row : other)) });
  return (
    <>
      <div className={styles.joined}>
        {look === "rows" && (
          <Select
            aria-label="How conditions belong together"
            w={280}
            allowDeselect={false}
            data={JOINED.map(({ value, label }) => ({ value, label: `Tasks where ${label}` }))}
            value={draft.joined}
            onChange={(value) => setDraft(joinedBy(JOINED.find((each) => each.value === value)?.value ?? "all", draft))}
          />
        )}
        <span className={styles.spacer} />
        <SegmentedControl size="xs" aria-label="How the query is written" data={LOOKS} value={look} disabled={!simple} onChange={(value) => setLook(value === "json" ? "json" : "rows")} />
      </div>
      {look === "json" ? (
        <Textarea
          label="Query"
          autosize
          minRows={6}
          maxRows={16}
          spellCheck={false}
          styles={{ input: { fontFamily: "var(--mono)", fontSize: 12.5 } }}
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
          error={tried && written.query === null && "A JSON object is needed."}
          description={simple ? undefined : "Queries within queries are written here only."}
        />
      ) : (
        <fieldset className={styles.rows}>
          <legend className="visually-hidden">Conditions</legend>
          {draft.rows.map((row, place) => (
            <ConditionRow
              // oxlint-disable-next-line react/no-array-index-key -- a row has no other name, and rows are not moved
              key={place}
              labels={dataset?.labels.map(({ label }) => label) ?? []}
              people={facets?.facets.find(({ field }) => field === "annotation.annotator")?.values}
              row={row}
              place={place + 1}
              joined={draft.joined}
              tried={tried}
              put={(next) => put(place, next)}
              remove={draft.rows.length === 1 ? null : () => setDraft({ ...draft, rows: draft.rows.toSpliced(place, 1) })}
            />
          ))}
          <span>
            <Button size="compact-sm" variant="subtle" leftSection={<Icon name="plus" size={12} />} onClick={() => setDraft({ ...draft, rows: [...draft.rows, nextRow(draft.joined)] })}>
              Add a condition
            </Button>
          </span>
        </fieldset>
      )}
    </>
  );
}
