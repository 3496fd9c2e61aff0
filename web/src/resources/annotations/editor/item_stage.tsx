/** The item that is annotated, by its type: an image to draw on, a text to mark, or what is shown above its labels. */
import { useMemo } from "react";
import type { ReactElement } from "react";

import { drawingIn } from "../../../canvas/edits/editing";
import type { EditStore } from "../../../canvas/edits/store";
import { NONE } from "../../../canvas/paint";
import type { Mark } from "../../../canvas/scene";
import type { Colours } from "../../../ui/colours";
import type { Task } from "../../../wire/types";
import { content } from "../../files/addresses";
import { Stage } from "../../tasks/stage";
import { described } from "../marks";
import { holdsSmaller, isWhole } from "./choices";
import type { Choice } from "./choices";
import styles from "./editor.module.css";
import { ImageStage } from "./image_stage";
import { LabelBar } from "./label_bar";
import { useEditing } from "./session";
import type { WorkOnTask } from "./session";
import { TextStage } from "./text_stage";
import { ToolBar } from "./tool_bar";
import { WholeBar } from "./whole_bar";

interface ItemStageProps {
  work: WorkOnTask;
  task: Task;
  choices: readonly Choice[];
  choose: (choice: Choice) => void;
  colours: Colours;
  /** The task that is loaded ahead. */
  ahead: string | null;
}

export function ItemStage({ work: { store }, task, choices, choose, colours, ahead }: ItemStageProps): ReactElement {
  const parts = holdsSmaller(task.item.type);
  const wholes = parts ? choices.filter(isWhole) : choices;
  return (
    <div className={styles.item} data-ahead={ahead}>
      <Item store={store} task={task} colours={colours} />
      {parts && <LabelBar store={store} choices={choices} colours={colours} choose={choose} />}
      <WholeBar store={store} choices={wholes} colours={colours} choose={choose} />
    </div>
  );
}

function Item({ store, task, colours }: { store: EditStore; task: Task; colours: Colours }): ReactElement {
  const { item } = task;
  const description = useDescription(store, item.type === "image" ? "Image" : "Text");
  const said = useEditing(store, (state) => state.said);
  if (item.type === "image" && item.file_id !== null) {
    return (
      <div className={styles.bench}>
        <ToolBar store={store} />
        <ImageStage address={content(item.file_id)} store={store} colours={colours} description={description} />
        {said !== null && <div className={styles.hint} role="status">{said}</div>}
      </div>
    );
  }
  if (item.type === "text") return <TextStage store={store} text={item.text ?? ""} colours={colours} description={description} />;
  return (
    <div className={styles.seen}>
      <Stage task={task} marks={NOTHING} selected={NONE} onSelect={unselectable} />
      {said !== null && <div className={styles.hint} role="status">{said}</div>}
    </div>
  );
}

const NOTHING: readonly Mark[] = [];

// Only the whole of such an item is annotated.
function unselectable(): void {}

function useDescription(store: EditStore, what: string): string {
  const { entries, hidden } = useEditing(store, drawingIn);
  return useMemo(() => {
    const shown = entries.filter(({ id }) => !hidden.has(id));
    return described(shown.map(({ id, label, shape }): Mark => ({ id, layer: "truth", shape, label, colour: "", caption: label })), what);
  }, [entries, hidden, what]);
}
