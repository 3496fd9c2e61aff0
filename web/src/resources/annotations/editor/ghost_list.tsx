/** What a model says of the task: which model, from which confidence on, and what becomes of it. */
import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect, useMemo } from "react";
import type { ReactElement } from "react";

import { accept, drawingIn, ghostsIn, lookAt, trust, withGhosts } from "../../../canvas/edits/editing";
import { unmarked as unmarkedOf } from "../../../canvas/edits/ghosts";
import type { Ghost } from "../../../canvas/edits/ghosts";
import type { EditStore } from "../../../canvas/edits/store";
import type { Colours } from "../../../ui/colours";
import { counted } from "../../../ui/numbers";
import { ShareSlider } from "../../../ui/share_slider";
import { letGo } from "../../../ui/shortcuts";
import { SideNote } from "../../../ui/workbench";
import type { ModelRun, Task } from "../../../wire/types";
import { modelRunsQuery } from "../../model_runs/queries";
import { predictionsQuery } from "../../predictions/queries";
import { Sign as Colour } from "../list";
import { excerpt } from "../spans";
import styles from "./editor.module.css";
import { Sign } from "./entry_list";
import { useEditing } from "./session";

/** Fetch what a model run says of the task, and let the store show it; undefined where it is not known yet which run that is. */
export function useGhosts(store: EditStore, taskId: string, runId: string | null | undefined): void {
  const { data, isPending } = useQuery({ ...predictionsQuery(runId ?? "", taskId), enabled: typeof runId === "string" });
  const { data: runs, isPending: unknown } = useQuery(modelRunsQuery({ task_id: taskId }));
  const awaited = runId === undefined || (runId !== null && (isPending || unknown));
  const versionId = runs?.results.find(({ id }) => id === runId)?.model_version_id;
  const ghosts = useMemo(
    () => (versionId === undefined ? [] : (data?.results ?? []).map(({ id, label, shape, confidence, attributes }): Ghost => ({ id, label, shape, confidence, attributes, versionId }))),
    [data, versionId],
  );
  useEffect(() => store.update((state) => withGhosts(state, ghosts, awaited)), [store, ghosts, awaited]);
}

/** The model run whose predictions are shown until another is chosen: on work to do, the newest that was sent for it. Undefined while that is asked for. */
export function useOffered({ id, complete }: Task, reviewing: boolean): string | null | undefined {
  const { data: runs, isPending } = useQuery(modelRunsQuery({ task_id: id }));
  if (complete || reviewing) return null;
  return isPending ? undefined : offeredOf(runs);
}

/** The newest of a task's model runs that was sent for work to do. */
export function offeredOf(runs: { results: readonly ModelRun[] } | undefined): string | null {
  return runs?.results.find(({ project_id: projectId }) => projectId !== null)?.id ?? null;
}

interface GhostListProps {
  store: EditStore;
  taskId: string;
  text: string | null;
  colours: Colours;
  runId: string | null;
  choose: (runId: string | null) => void;
}

/** Rows that are shown: whoever looks through more moves the threshold. */
const MOST_ROWS = 100;

export function GhostList({ store, taskId, text, colours, runId, choose }: GhostListProps): ReactElement {
  const { data: runs } = useQuery(modelRunsQuery({ task_id: taskId }));
  const shown = useEditing(store, ghostsIn);
  const entries = useEditing(store, (state) => drawingIn(state).entries);
  const unmarked = useMemo(() => unmarkedOf(shown, entries), [shown, entries]);
  const least = useEditing(store, (state) => state.least);
  const lookedAt = useEditing(store, (state) => state.ghostId);
  if (runs?.count === 0) {
    return (
      <div className={styles.ghosts}>
        <SideNote>No model has predicted on this task.</SideNote>
      </div>
    );
  }
  return (
    <>
      <div className={styles.ghosts}>
        <Select size="xs" aria-label="Predictions of" placeholder="Show predictions of …" clearable data={(runs?.results ?? []).map(named)} value={runId} onChange={choose} onDropdownClose={letGo} />
        {runId !== null && (
          <>
            <ShareSlider title="Confidence" value={least} note="or more" step={0.01} marks={[]} change={(value) => store.update((state) => trust(state, value))} clear={null} />
            <Button size="xs" variant="default" disabled={unmarked.length === 0} onClick={() => store.update((state) => accept(state, unmarked.map(({ id }) => id)))}>
              Accept {counted(unmarked.length, "prediction")}
            </Button>
            {unmarked.length < shown.length && <SideNote>{shown.length - unmarked.length} of these {shown.length === 1 ? "is" : "are"} marked already.</SideNote>}
          </>
        )}
      </div>
      <ul className={styles.labels} aria-label="Predictions">
        {shown.slice(0, MOST_ROWS).map((ghost) => (
          <li key={ghost.id} className={`${styles.row} ${styles.still} ${lookedAt === ghost.id ? styles.chosen : ""}`}>
            <button type="button" className={styles.entry} aria-pressed={lookedAt === ghost.id} onClick={() => store.update((state) => lookAt(state, ghost.id))}>
              <Colour mark={{ layer: "prediction", colour: colours(ghost.label) }} />
              <bdi className={styles.name}>{ghost.label}</bdi>
              <span className={styles.more}>
                {ghost.shape.type === "span" && text !== null ? `${excerpt(text, ghost.shape.start, ghost.shape.end)} ` : ""}
                {ghost.confidence?.toFixed(2)}
              </span>
            </button>
            <Sign icon="check" title="Accept" act={() => store.update((state) => accept(state, [ghost.id]))} />
          </li>
        ))}
      </ul>
      {shown.length > MOST_ROWS && <SideNote>{counted(shown.length - MOST_ROWS, "less sure one")} not listed.</SideNote>}
    </>
  );
}

function named(run: ModelRun): { value: string; label: string } {
  return { value: run.id, label: `${run.model_name} · ${run.model_version_name} on ${run.dataset_name ?? "tasks to label"}` };
}
