/** What is selected: its label, its attributes, and its place among the others. */
import { Checkbox, MultiSelect, NumberInput, Select, TextInput } from "@mantine/core";
import { useDeferredValue, useMemo } from "react";
import type { ReactElement } from "react";

import { change, drawingIn } from "../../../canvas/edits/editing";
import type { Editing } from "../../../canvas/edits/editing";
import { originOf } from "../../../canvas/edits/sources";
import type { EditStore } from "../../../canvas/edits/store";
import { counted } from "../../../ui/numbers";
import { letGo, letGoOf } from "../../../ui/shortcuts";
import { SideNote, SidePart } from "../../../ui/workbench";
import type { Annotation, Project } from "../../../wire/types";
import { attributesOf } from "./attributes";
import type { AttributeField } from "./attributes";
import type { Choice } from "./choices";
import styles from "./editor.module.css";
import { peopleWords } from "./people_words";
import { useEditing } from "./session";
import { ActionButton } from "./tool_bar";

interface SelectedPartProps {
  store: EditStore;
  project: Project | undefined;
  /** As they are stored, which tells who made them. */
  stored: readonly Annotation[];
  choices: readonly Choice[];
  /** Whether annotations lie above each other, as on images. */
  placed: boolean;
}

export function SelectedPart({ store, project, stored, choices, placed }: SelectedPartProps): ReactElement | null {
  // Deferred: what was clicked is shown on the image first.
  const selected = useDeferredValue(useEditing(store, (state) => state.selected));
  // Watched, so that the fields show what an undo brought back.
  const drawing = useEditing(store, drawingIn);
  const entries = useMemo(() => drawing.entries.filter(({ id }) => selected.has(id)), [drawing, selected]);
  const [first] = entries;
  if (first === undefined) return null;
  const origin = entries.length === 1 ? originOf(first.source) : null;
  const people = entries.length === 1 ? peopleWords(stored.find(({ id }) => id === first.id)) : null;
  const ids = [...selected];
  const labels = new Set(entries.map(({ label }) => label));
  const fields = attributesOf(project?.attributes ?? [], first.attributes);
  const set = (key: string, value: unknown): void => store.update((state: Editing) => change(state, { type: "attributes", ids, set: { [key]: value } }, `attribute ${key} ${ids.join(" ")}`));
  return (
    <SidePart title={entries.length === 1 ? "Selected" : `Selected · ${counted(entries.length, "annotation")}`}>
      {origin !== null && <SideNote>From a {origin}.</SideNote>}
      {people !== null && <SideNote>{people}</SideNote>}
      <div className={styles.fields}>
        <Select
          label="Label"
          size="xs"
          data={choices.map(({ name, title }) => ({ value: name, label: title }))}
          value={labels.size === 1 ? first.label : null}
          placeholder="several"
          searchable
          allowDeselect={false}
          onDropdownClose={letGo}
          onChange={(label) => label !== null && store.update((state) => change(state, { type: "label", ids, label }))}
        />
        {fields.map((field) => (
          <Field key={field.key} field={field} value={first.attributes[field.key]} set={(value) => set(field.key, value)} />
        ))}
      </div>
      {placed && (
        <div className={styles.orders}>
          <ActionButton store={store} name="order_front" icon="to_front" side="bottom" />
          <ActionButton store={store} name="order_forward" icon="forward" side="bottom" />
          <ActionButton store={store} name="order_backward" icon="backward" side="bottom" />
          <ActionButton store={store} name="order_back" icon="to_back" side="bottom" />
          <span className={styles.gap} />
          <ActionButton store={store} name="join" icon="join" side="bottom" />
          <ActionButton store={store} name="duplicate" icon="copy" side="bottom" />
          <ActionButton store={store} name="delete" icon="trash" side="bottom" />
        </div>
      )}
    </SidePart>
  );
}

function Field({ field, value, set }: { field: AttributeField; value: unknown; set: (value: unknown) => void }): ReactElement {
  const { key, sort, options } = field;
  if (sort === "flag") return <Checkbox size="xs" label={key} checked={value === true} onChange={(event) => set(event.currentTarget.checked)} />;
  if (sort === "several") return <MultiSelect size="xs" label={key} data={[...options]} value={Array.isArray(value) ? value.map(String) : []} onDropdownClose={letGo} onChange={set} />;
  if (sort === "one") return <Select size="xs" label={key} data={[...options]} value={typeof value === "string" ? value : null} clearable onDropdownClose={letGo} onChange={(chosen) => set(chosen ?? undefined)} />;
  if (sort === "number") return <NumberInput size="xs" label={key} value={typeof value === "number" ? value : ""} onKeyDown={letGoOf} onChange={(typed) => set(typed === "" ? undefined : Number(typed))} />;
  return <TextInput size="xs" label={key} value={typeof value === "string" ? value : ""} onKeyDown={letGoOf} onChange={(event) => set(event.currentTarget.value === "" ? undefined : event.currentTarget.value)} />;
}
