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
import type { Review } from "../../wire/types";
import { entriesOf } from "../annotations/editor/contents";
import { useEditing } from "../annotations/editor/session";
import { modelRunsQuery } from "../model_runs/queries";
import { reviewQuery } from "./queries";
import styles from "./reviews.module.css";

export interface Since {
  /** The round whose submission is compared with; null compares with nothing. */
  reviewId: string | null;
  choose: (reviewId: string | null) => void;
}

/** The submission to compare with: for a reviewer the one that was rejected before, until another is chosen. */
export function useSince(store: EditStore, taskId: string, rounds: readonly Review[], deciding: boolean): Since {
  const [chosen, setChosen] = useState<{ taskId: string; reviewId: string | null } | null>(null);
  const before = deciding ? (rounds.find(({ state }) => state === "rejected")?.id ?? null) : null;
  const reviewId = chosen?.taskId === taskId ? chosen.reviewId : before;
  const { data } = useQuery({ ...reviewQuery(reviewId ?? "", rounds.find(({ id }) => id === reviewId)?.version), enabled: reviewId !== null });
  const earlier = useMemo(() => (data === undefined || reviewId === null ? null : entriesOf(data.annotations)), [data, reviewId]);
  useEffect(() => store.update((state) => (state.earlier === earlier ? state : { ...state, earlier })), [store, earlier]);
  return { reviewId, choose: (next) => setChosen({ taskId, reviewId: next }) };
}

interface LayersProps {
  store: EditStore;
  taskId: string;
  colours: Colours;
  rounds: readonly Review[];
  since: Since;
  runId: string | null;
  chooseRun: (runId: string | null) => void;
}

/** The keys of the layers, whichever list is open at the side. */
export function useLayerKeys({ taskId, rounds, since, runId, chooseRun }: Omit<LayersProps, "store" | "colours">): void {
  const { data: runs } = useQuery(modelRunsQuery({ task_id: taskId }));
  const [run] = runs?.results ?? [];
  const [last] = rounds;
  useShortcuts("Layers", [
    { name: "layer_predictions", keys: ["P"], title: "Show or hide predictions", when: () => run !== undefined, run: () => chooseRun(runId === null ? (run?.id ?? null) : null) },
    { name: "layer_changes", keys: ["D"], title: "Show or hide what changed since a submission", when: () => last !== undefined, run: () => since.choose(since.reviewId === null ? (last?.id ?? null) : null) },
  ]);
}

export function Layers({ store, taskId, colours, rounds, since, runId, chooseRun }: LayersProps): ReactElement {
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
          disabled={rounds.length === 0}
          data={rounds.map((round) => ({ value: round.id, label: `${round.author}’s submission, ${ago(round.created_date)}` }))}
          value={since.reviewId}
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
