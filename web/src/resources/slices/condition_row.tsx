/** One condition of a slice: a field, what is asked of it, and the value. */
import { ActionIcon, Autocomplete, Select, TextInput } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import { SUGGESTED } from "../../ui/suggested";
import type { FacetValue } from "../../wire/types";
import { OUTCOMES, SPLITS } from "../evaluations/search";
import { FIELDS, fullName, hasKey, OPS, opsOf, readName } from "./fields";
import type { Field } from "./fields";
import styles from "./list.module.css";
import { wrongWith } from "./query";
import type { Joined, Row } from "./query";

interface ConditionRowProps {
  /** The labels that there are. */
  labels: readonly string[];
  /** Annotators that there are, to say who is meant where a condition keeps an id. */
  people?: readonly FacetValue[] | undefined;
  row: Row;
  /** Its place among the rows, from 1. */
  place: number;
  joined: Joined;
  /** Whether what is wrong is to be said. */
  tried: boolean;
  put: (row: Row) => void;
  /** Null for the only one. */
  remove: (() => void) | null;
}

export function ConditionRow({ labels, people, row, place, joined, tried, put, remove }: ConditionRowProps): ReactElement {
  const sort = fieldOf(row)?.sort ?? "text";
  const choose = (name: string | null): void => {
    const next = FIELDS.find((field) => field.name === name);
    if (next === undefined) return;
    const op = opsOf(next.sort).some(({ value }) => value === row.op) ? row.op : "is";
    put({ ...row, field: next.name, key: "", op, text: next.sort === sort ? row.text : "" });
  };
  const wrong = tried ? wrongWith(row) : null;
  const noKey = hasKey(row.field) && row.key.trim() === "";
  return (
    <div className={styles.row} role="group" aria-label={`Condition ${place}`}>
      <div className={styles.named}>
        <Select aria-label="Field" searchable allowDeselect={false} data={fieldsFor(joined)} value={row.field} onChange={choose} maxDropdownHeight={320} />
        {hasKey(row.field) && <TextInput aria-label="Key" placeholder="key, such as camera" autoComplete="off" value={row.key} onChange={(event) => put({ ...row, key: event.currentTarget.value })} error={noKey && wrong} />}
      </div>
      <Select aria-label="What is asked" allowDeselect={false} data={opsOf(sort).map(({ value, words }) => ({ value, label: words }))} value={row.op} onChange={(op) => op !== null && put({ ...row, op })} />
      <Value labels={labels} people={people} row={row} wrong={noKey ? null : wrong} put={put} />
      <ActionIcon variant="subtle" color="gray" size={34} aria-label={`Take condition ${place} away`} disabled={remove === null} onClick={() => remove?.()}>
        <Icon name="close" size={13} />
      </ActionIcon>
    </div>
  );
}

function fieldOf({ field, key }: Row): Field | undefined {
  return readName(fullName(field, key))?.field ?? FIELDS.find(({ name }) => name === field);
}

// Of one annotation only what an annotation has can be asked, and likewise of one prediction.
function fieldsFor(joined: Joined): { group: string; items: { value: string; label: string }[] }[] {
  const wanted = FIELDS.filter(({ name }) => joined === "all" || joined === "any" || name.startsWith(`${joined}.`));
  const groups = [...new Set(wanted.map(({ group }) => group))];
  return groups.map((group) => ({ group, items: wanted.filter((field) => field.group === group).map(({ name }) => ({ value: name, label: name.replace(".KEY", ", by its key") })) }));
}

interface ValueProps {
  labels: readonly string[];
  people?: readonly FacetValue[] | undefined;
  row: Row;
  wrong: string | null;
  put: (row: Row) => void;
}

function Value({ labels, people, row, wrong, put }: ValueProps): ReactElement {
  const sort = fieldOf(row)?.sort;
  const choice = OPS.find(({ value }) => value === row.op);
  if (choice?.given !== undefined) return wrong === null ? <span /> : <p className={styles.hint}>{wrong}</p>;
  const known: Partial<Record<Field["sort"], readonly string[]>> = { label: [...new Set(labels)], split: SPLITS, outcome: OUTCOMES };
  const several = choice?.op === "in";
  const person = row.field === "annotation.annotator" ? people?.find(({ query }) => query.value === row.text.trim()) : undefined;
  return (
    <Autocomplete
      {...SUGGESTED}
      aria-label="Value"
      placeholder={several ? "one, another" : sort === "number" ? "a number" : "a value"}
      data={several ? [] : [...(known[sort ?? "text"] ?? [])]}
      value={row.text}
      onChange={(text) => put({ ...row, text })}
      error={wrong}
      description={person === undefined ? undefined : `This is ${person.title}.`}
      inputWrapperOrder={["label", "input", "description", "error"]}
    />
  );
}
