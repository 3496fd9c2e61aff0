/** The comments at the side of a task: a new one, and all that were made, each with its answers. */
import { Button, Switch, Textarea } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import type { KeyboardEvent, ReactElement } from "react";

import { asksNothing, lookAtPin } from "../../canvas/edits/pins";
import type { Target } from "../../canvas/edits/pins";
import type { EditStore } from "../../canvas/edits/store";
import { Said } from "../../ui/text";
import { SideNote, SidePart } from "../../ui/workbench";
import { useEditing } from "../annotations/editor/session";
import { useMay } from "../sessions/queries";
import styles from "./comments.module.css";
import type { Comments } from "./session";
import { Speeches } from "./speech";
import { meant, pinOf } from "./threads";
import type { Thread } from "./threads";

const LONGEST = 4000;

interface PanelProps {
  store: EditStore;
  comments: Comments;
  /** What is said most, one click each. */
  quick: readonly string[];
  text: string | null;
}

export function CommentPanel({ store, comments, quick, text }: PanelProps): ReactElement {
  const asked = useEditing(store, (state) => state.asked);
  const { threads, resolvedToo, showResolved } = comments;
  return (
    <SidePart
      title={`Comments · ${comments.open} open`}
      actions={<Switch size="xs" labelPosition="left" label="Resolved too" checked={resolvedToo} onChange={(event) => showResolved(event.currentTarget.checked)} />}
    >
      {asked !== null && <Composer key={comments.taskId} store={store} asked={asked} comments={comments} quick={quick} text={text} />}
      {asked === null && threads.length === 0 && (
        <SideNote>
          {resolvedToo ? "Nobody said anything yet." : "No comment is open."} Press <kbd className={styles.key}>s</kbd>, or click with the right button where you mean it.
        </SideNote>
      )}
      <ol className={styles.threads} aria-label="Comments">
        {threads.map((thread) => (
          <ThreadItem key={thread.comment.id} store={store} thread={thread} comments={comments} text={text} />
        ))}
      </ol>
    </SidePart>
  );
}

interface ComposerProps extends PanelProps {
  asked: Target;
}

function Composer({ store, asked, comments, quick, text }: ComposerProps): ReactElement {
  const means = useEditing(store, (state) => meant(state, asked, text));
  const cancel = (): void => {
    comments.draft("", asked);
    store.update(asksNothing);
  };
  return (
    <div className={styles.composer}>
      <div className={styles.target}>
        About <Said>{means}</Said>
      </div>
      <Words label="Comment" begun={comments.begun} send={(words) => comments.say(words, asked)} cancel={cancel} note={(words) => comments.draft(words, asked)} />
      <div className={styles.quick}>
        {quick.map((words) => (
          <Button key={words} size="compact-xs" variant="default" onClick={() => void comments.say(words, asked)}>
            <Said>{words}</Said>
          </Button>
        ))}
      </div>
    </div>
  );
}

interface WordsProps {
  label: string;
  /** What was written before. Then the hand is elsewhere, and keys are not taken from it. */
  begun?: string;
  send: (words: string) => Promise<boolean>;
  cancel: () => void;
  /** Told of every change. */
  note?: (words: string) => void;
}

/** A field that sends on Enter; Shift and Enter begin a line. */
function Words({ label, begun = "", send, cancel, note }: WordsProps): ReactElement {
  const [words, setWords] = useState(begun);
  const [pending, setPending] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const write = (next: string): void => {
    setWords(next);
    note?.(next);
  };
  useEffect(() => {
    if (begun === "") field.current?.focus();
    // oxlint-disable-next-line react/exhaustive-deps -- at the beginning alone
  }, []);
  const done = async (): Promise<void> => {
    if (words.trim() === "" || pending) return;
    setPending(true);
    if (await send(words)) setWords("");
    setPending(false);
  };
  const listen = (event: KeyboardEvent): void => {
    if (event.key === "Escape") cancel();
    else if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      void done();
    }
  };
  return (
    <div className={styles.words}>
      <Textarea ref={field} size="xs" aria-label={label} placeholder={`${label} …`} autosize minRows={2} maxRows={8} maxLength={LONGEST} value={words} onChange={(event) => write(event.currentTarget.value)} onKeyDown={listen} />
      <div className={styles.sends}>
        <span className={styles.hint}>Enter sends, Esc gives up</span>
        <Button size="compact-xs" variant="default" onClick={cancel}>
          Cancel
        </Button>
        <Button size="compact-xs" loading={pending} disabled={words.trim() === ""} onClick={() => void done()}>
          Send
        </Button>
      </div>
    </div>
  );
}

interface ThreadItemProps {
  store: EditStore;
  thread: Thread;
  comments: Comments;
  text: string | null;
}

function ThreadItem({ store, thread, comments, text }: ThreadItemProps): ReactElement {
  const { number, comment } = thread;
  const chosen = useEditing(store, (state) => state.pinId === comment.id);
  const means = useEditing(store, (state) => meant(state, pinOf(thread), text));
  const [answering, setAnswering] = useState(false);
  const item = useRef<HTMLLIElement>(null);
  const may = useMay("annotator");
  useEffect(() => {
    if (chosen) item.current?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <li ref={item} className={`${styles.thread} ${chosen ? styles.chosen : ""} ${comment.resolved ? styles.resolved : ""}`}>
      <button type="button" className={styles.look} aria-pressed={chosen} onClick={() => store.update((state) => lookAtPin(state, chosen ? null : comment.id))}>
        <span className={styles.number}>{number}</span>
        <span className={styles.about}>
          <Said>{means}</Said>
        </span>
      </button>
      <Speeches thread={thread} remove={comments.remove} />
      {answering && <Words label="Answer" send={async (words) => (await comments.say(words, null, comment.id)) && (setAnswering(false), true)} cancel={() => setAnswering(false)} />}
      {may && !answering && (
        <div className={styles.acts}>
          <Button size="compact-xs" variant="default" onClick={() => comments.settle(comment)}>
            {comment.resolved ? "Open again" : "Resolve"}
          </Button>
          <Button size="compact-xs" variant="subtle" color="gray" onClick={() => setAnswering(true)}>
            Answer
          </Button>
        </div>
      )}
    </li>
  );
}
