/** Two people changed one task: both versions side by side, and the choice between them. */
import { Button, Modal } from "@mantine/core";
import type { ReactElement } from "react";

import type { Entry } from "../../../canvas/edits/drawing";
import { change, drawingIn } from "../../../canvas/edits/editing";
import type { Mark } from "../../../canvas/scene";
import type { Colours } from "../../../ui/colours";
import { counted } from "../../../ui/numbers";
import type { Task } from "../../../wire/types";
import { TaskPicture } from "../../tasks/picture";
import { merged } from "./contents";
import styles from "./editor.module.css";
import type { WorkOnTask } from "./session";
import { useSaving } from "./session";

export function Conflict({ work, task, colours }: { work: WorkOnTask; task: Task; colours: Colours }): ReactElement | null {
  const { theirs, base } = useSaving(work.saver);
  if (theirs === null) return null;
  const mine = drawingIn(work.store.get()).entries;
  const both = merged(base.entries, mine, theirs.entries);
  const settle = (entries: readonly Entry[]): void => {
    work.store.update((state) => change(state, { type: "replace", entries }));
    void work.saver.settle(drawingIn(work.store.get()).entries);
  };
  return (
    <Modal opened onClose={stays} withCloseButton={false} closeOnEscape={false} closeOnClickOutside={false} size={860} title="Somebody else changed this task meanwhile">
      <p className={styles.prose}>
        Your changes are not stored yet, and nothing of either version is lost: what you do not choose stays among the earlier annotations of the task.
        {both.both > 0 && ` ${counted(both.both, "annotation")} you both changed: merged, they are kept in both versions.`}
      </p>
      <div className={styles.versions}>
        <Version title="Yours" task={task} entries={mine} colours={colours} action="Keep mine" choose={() => settle(mine)} />
        <Version title="Theirs" task={task} entries={theirs.entries} colours={colours} action="Take theirs" choose={() => settle(theirs.entries)} />
        <Version title="Both together" task={task} entries={both.entries} colours={colours} action="Merge" main choose={() => settle(both.entries)} />
      </div>
    </Modal>
  );
}

// The choice must be made: what is drawn next would be in conflict too.
function stays(): void {}

interface VersionProps {
  title: string;
  task: Task;
  entries: readonly Entry[];
  colours: Colours;
  action: string;
  main?: boolean;
  choose: () => void;
}

function Version({ title, task, entries, colours, action, main = false, choose }: VersionProps): ReactElement {
  const marks = entries.map(({ id, label, shape }): Mark => ({ id, layer: "truth", shape, label, colour: colours(label), caption: label }));
  return (
    <section className={styles.version}>
      <h3>{title}</h3>
      <div className={styles.picture}>
        <TaskPicture task={task} marks={marks} large />
      </div>
      <span className={styles.note}>{counted(entries.length, "annotation")}</span>
      <Button size="sm" variant={main ? "filled" : "default"} data-autofocus={main || undefined} onClick={choose}>
        {action}
      </Button>
    </section>
  );
}
