/** What lies above each other on the item, each layer shown or not: annotations by label, predictions, what changed. */
import { Checkbox, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { ReactElement } from "react";

import { hiddenOrShown } from "../../canvas/actions/changes";
import { drawingIn } from "../../canvas/edits/editing";
import { differences } from "../../canvas/edits/earlier";
import type { EditStore } from "../../canvas/edits/store";
import { Swatch } from "../../ui/badge";
import type { Colours } from "../../ui/colours";
import { ago } from "../../ui/dates";
import { letGo, useShortcuts } from "../../ui/shortcuts";
import { SidePart } from "../../ui/workbench";
import type { Review, Task } from "../../wire/types";
import { entriesOf } from "../annotations/editor/contents";
import { useEditing } from "../annotations/editor/session";
import { oldestAnnotationsQuery } from "../annotations/queries";
import { modelRunsQuery } from "../model_runs/queries";
import { predictionsQuery } from "../predictions/queries";
import { imported, predicted, runAccepted } from "./came_with";
import { reviewQuery } from "./queries";
import styles from "./reviews.module.css";

export interface Since {
  /** What is compared with: the submission of a round, what was imported, or a model run; null compares with nothing. */
  chosen: string | null;
  choose: (chosen: string | null) => void;
  /** All there is to compare with, the first one first. */
  choices: readonly { value: string; label: string }[];
  /** Find out whether something was imported, where that is not known. */
  ask: () => void;
}

const IMPORTED = "imported";
const NONE: readonly never[] = [];

/**
 * What the work is compared with. For a reviewer it is the submission that was rejected before, in the first
 * round what the task came with, until another is chosen.
 */
export function useSince(store: EditStore, task: Task, rounds: readonly Review[], deciding: boolean): Since {
  const [own, setOwn] = useState<{ taskId: string; chosen: string | null } | null>(null);
  const [asked, setAsked] = useState<string | null>(null);
  const rejected = rounds.find(({ state }) => state === "rejected")?.id;
  const needed = (deciding && rejected === undefined) || asked === task.id;
  const { data: oldest } = useQuery({ ...oldestAnnotationsQuery(task), enabled: needed });
  const { data: runs } = useQuery(modelRunsQuery({ task_id: task.id }));
  const before = useMemo(() => imported(oldest ?? NONE), [oldest]);
  const accepted = runAccepted(runs?.results ?? NONE, task.annotations);
  const was = before.length > 0 || (oldest === undefined && task.annotations.some(({ annotator_id: annotator }) => annotator === null));
  const first = rejected ?? (before.length > 0 ? IMPORTED : accepted?.id);
  const chosen = own?.taskId === task.id ? own.chosen : ((deciding ? first : null) ?? null);
  const round = rounds.find(({ id }) => id === chosen);
  const run = runs?.results.find(({ id }) => id === chosen);
  const { data: review } = useQuery({ ...reviewQuery(round?.id ?? "", round?.version), enabled: round !== undefined });
  const { data: said } = useQuery({ ...predictionsQuery(run?.id ?? "", task.id), enabled: run !== undefined });
  const earlier = useMemo(() => {
    if (chosen === IMPORTED) return oldest === undefined ? null : before;
    if (run !== undefined) return said === undefined ? null : predicted(said.results, task.annotations);
    return round === undefined || review === undefined ? null : entriesOf(review.annotations);
  }, [chosen, oldest, before, run, said, task.annotations, round, review]);
  useEffect(() => store.update((state) => (state.earlier === earlier ? state : { ...state, earlier })), [store, earlier]);
  const choices = [
    ...rounds.map(({ id, author, created_date: date }) => ({ value: id, label: `${author}’s submission, ${ago(date)}` })),
    ...(was ? [{ value: IMPORTED, label: "what was imported" }] : []),
    ...(runs?.results ?? []).map(({ id, model_name: model, model_version_name: version }) => ({ value: id, label: `what ${model} · ${version} predicted` })),
  ];
  const ask = (): void => setAsked(task.id);
  const choose = (next: string | null): void => {
    if (next === IMPORTED) ask();
    setOwn({ taskId: task.id, chosen: next });
  };
  return { chosen, choices, choose, ask };
}

interface LayersProps {
  store: EditStore;
  taskId: string;
  colours: Colours;
  since: Since;
  runId: string | null;
  chooseRun: (runId: string | null) => void;
}

/** The keys of the layers, whichever list is open at the side. */
export function useLayerKeys({ taskId, since, runId, chooseRun }: Omit<LayersProps, "store" | "colours">): void {
  const { data: runs } = useQuery(modelRunsQuery({ task_id: taskId }));
  const [run] = runs?.results ?? [];
  const [last] = since.choices;
  useShortcuts("Layers", [
    { name: "layer_predictions", keys: ["P"], title: "Show or hide predictions", when: () => run !== undefined, run: () => chooseRun(runId === null ? (run?.id ?? null) : null) },
    { name: "layer_changes", keys: ["D"], title: "Show or hide what changed since a submission, or since the import", when: () => last !== undefined, run: () => since.choose(since.chosen === null ? (last?.value ?? null) : null) },
  ]);
}

export function Layers({ store, taskId, colours, since, runId, chooseRun }: LayersProps): ReactElement {
  const { entries, hidden } = useEditing(store, drawingIn);
  const earlier = useEditing(store, (state) => state.earlier);
  const { data: runs } = useQuery(modelRunsQuery({ task_id: taskId }));
  const labels = useMemo(() => [...new Set(entries.map(({ label }) => label))], [entries]);
  const ids = (label: string): string[] => entries.flatMap((entry) => (entry.label === label ? [entry.id] : []));
  const lying = earlier === null ? null : differences(earlier, entries);
  return (
    <SidePart title="Layers">
      <div className={styles.layers}>
        {labels.map((label) => (
          <Checkbox
            key={label}
            size="xs"
            checked={ids(label).some((id) => !hidden.has(id))}
            onChange={() => store.update((state) => hiddenOrShown(state, ids(label)))}
            label={
              <span className={styles.layer}>
                <Swatch colour={colours(label)} />
                <bdi>{label}</bdi>
              </span>
            }
          />
        ))}
        <Checkbox size="xs" label="Predictions" disabled={!runs?.count} checked={runId !== null} onChange={() => chooseRun(runId === null ? (runs?.results[0]?.id ?? null) : null)} />
        <Select
          size="xs"
          label="Changes since"
          placeholder="nothing compared"
          clearable
          nothingFoundMessage="Nothing came with it, and nothing was submitted."
          data={[...since.choices]}
          onDropdownOpen={since.ask}
          value={since.chosen}
          onChange={since.choose}
          onDropdownClose={letGo}
        />
        {lying !== null && (
          <p className={styles.note}>
            {lying.added.length} new, {lying.changed.length} changed, {lying.removed.length} gone
          </p>
        )}
      </div>
    </SidePart>
  );
}
