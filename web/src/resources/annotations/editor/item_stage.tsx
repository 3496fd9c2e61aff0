/** The item that is annotated, by its type: an image to draw on, or what is shown beside its labels. */
import { useMemo } from "react";
import type { ReactElement } from "react";

import { drawingIn, select } from "../../../canvas/edits/editing";
import type { Mark } from "../../../canvas/scene";
import type { Colours } from "../../../ui/colours";
import type { Task } from "../../../wire/types";
import { content } from "../../files/addresses";
import { Stage } from "../../tasks/stage";
import { described } from "../marks";
import type { Choice } from "./choices";
import styles from "./editor.module.css";
import { ImageStage } from "./image_stage";
import { useEditing } from "./session";
import type { WorkOnTask } from "./session";
import { ToolBar } from "./tool_bar";

interface ItemStageProps {
  work: WorkOnTask;
  task: Task;
  choices: readonly Choice[];
  colours: Colours;
}

export function ItemStage({ work: { store }, task, colours }: ItemStageProps): ReactElement {
  const drawing = useEditing(store, drawingIn);
  const selected = useEditing(store, (state) => state.selected);
  const said = useEditing(store, (state) => state.said);
  const { entries, hidden } = drawing;
  const marks = useMemo(
    () => entries.flatMap(({ id, label, shape }): Mark[] => (hidden.has(id) ? [] : [{ id, layer: "truth", shape, label, colour: colours(label), caption: label }])),
    [entries, hidden, colours],
  );
  const { item } = task;
  if (item.type === "image" && item.file_id !== null) {
    return (
      <div className={styles.bench}>
        <ToolBar store={store} />
        <ImageStage address={content(item.file_id)} store={store} colours={colours} description={described(marks)} />
        {said !== null && <div className={styles.hint} role="status">{said}</div>}
      </div>
    );
  }
  return <Stage task={task} marks={marks} selected={selected} onSelect={(id) => store.update((state) => select(state, id === null ? [] : [id]))} />;
}
