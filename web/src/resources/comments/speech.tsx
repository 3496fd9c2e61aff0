/** What was said in a thread: the comment, its answers, and whether it is resolved. */
import { useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { DeleteButton } from "../../ui/delete_button";
import { Icon } from "../../ui/icons";
import { Said, When } from "../../ui/text";
import type { Comment } from "../../wire/types";
import { sessionQuery } from "../sessions/queries";
import styles from "./comments.module.css";
import type { Thread } from "./threads";

interface SpeechesProps {
  thread: Thread;
  /** Take away what the reader said; those who only look cannot. */
  remove?: (said: Comment) => void;
}

export function Speeches({ thread: { comment, answers }, remove }: SpeechesProps): ReactElement {
  return (
    <>
      <Speech comment={comment} remove={remove} />
      {answers.map((answer) => (
        <div key={answer.id} className={styles.answer}>
          <Speech comment={answer} remove={remove} />
        </div>
      ))}
      {comment.resolved && (
        <p className={styles.settled}>
          <Icon name="check" size={13} />
          <span>
            Resolved by <Said>{comment.resolved_by ?? ""}</Said>
          </span>
        </p>
      )}
    </>
  );
}

function Speech({ comment, remove }: { comment: Comment; remove: SpeechesProps["remove"] }): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const own = session.user?.id === comment.author_id;
  return (
    <>
      <p className={styles.text} dir="auto">
        {comment.text}
      </p>
      <p className={styles.by}>
        <span>
          <Said>{comment.author}</Said>, <When date={comment.created_date} />
        </span>
        {own && remove !== undefined && <DeleteButton word="Delete" name={`Delete the comment: ${comment.text.slice(0, 60)}`} run={() => remove(comment)} />}
      </p>
    </>
  );
}
