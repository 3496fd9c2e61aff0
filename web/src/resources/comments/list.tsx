/** The comments on a task, for those who only look at it. */
import { Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { ReactElement } from "react";

import { editingOf, reading } from "../../canvas/edits/editing";
import { Said } from "../../ui/text";
import { SideNote, SidePart } from "../../ui/workbench";
import type { Task } from "../../wire/types";
import { entriesOf } from "../annotations/editor/contents";
import styles from "./comments.module.css";
import { commentsQuery } from "./queries";
import { Speeches } from "./speech";
import { meant, openCount, pinOf, shownOf, threadsOf } from "./threads";

interface CommentListProps {
  task: Task;
  selected: ReadonlySet<string>;
  /** Show the annotation that a comment means. */
  onSelect: (annotationId: string | null) => void;
}

export default function CommentList({ task, selected, onSelect }: CommentListProps): ReactElement {
  const { data } = useQuery(commentsQuery(task.id));
  const [resolvedToo, showResolved] = useState(false);
  const state = useMemo(() => reading(editingOf(entriesOf(task.annotations), { width: 1, height: 1 }), task.item.text ?? ""), [task]);
  const comments = data?.results ?? [];
  const threads = shownOf(threadsOf(comments), resolvedToo);
  return (
    <SidePart
      title={`Comments · ${openCount(comments)} open`}
      actions={<Switch size="xs" labelPosition="left" label="Resolved too" checked={resolvedToo} onChange={(event) => showResolved(event.currentTarget.checked)} />}
    >
      {data !== undefined && threads.length === 0 && <SideNote>{resolvedToo ? "Nobody said anything yet." : "No comment is open."}</SideNote>}
      <ol className={styles.threads} aria-label="Comments">
        {threads.map((thread) => {
          const { annotation_id: annotationId, id, resolved } = thread.comment;
          const chosen = annotationId !== null && selected.has(annotationId);
          return (
            <li key={id} className={`${styles.thread} ${chosen ? styles.chosen : ""} ${resolved ? styles.resolved : ""}`}>
              <button type="button" className={styles.look} aria-pressed={chosen} disabled={annotationId === null} onClick={() => onSelect(chosen ? null : annotationId)}>
                <span className={styles.number}>{thread.number}</span>
                <span className={styles.about}>
                  <Said>{meant(state, pinOf(thread), task.item.text)}</Said>
                </span>
              </button>
              <Speeches thread={thread} />
            </li>
          );
        })}
      </ol>
    </SidePart>
  );
}
