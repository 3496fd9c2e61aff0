/** What is shown of reviews around a task: why it came back, all rounds, and what others decided meanwhile. */
import { Button, Modal } from "@mantine/core";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { Icon } from "../../ui/icons";
import { counted } from "../../ui/numbers";
import { Said, When } from "../../ui/text";
import { SideNote, SidePart } from "../../ui/workbench";
import type { Review, Task } from "../../wire/types";
import styles from "./reviews.module.css";
import type { Reviewing } from "./session";

/** Above the item: that the work was rejected, by whom and why. */
export function SentBack({ task, rounds, comments }: { task: Task; rounds: readonly Review[]; comments: number }): ReactElement | null {
  if (!task.rejected) return null;
  const last = rounds.find(({ state }) => state === "rejected");
  return (
    <div className={styles.sentBack} role="status">
      <Icon name="warning" size={15} />
      <span>
        Rejected{last?.reviewer ? <> by <Said>{last.reviewer}</Said></> : ""}: <Said>{task.rejection_reason ?? "no reason was given"}</Said>
        {comments > 0 && (
          <>
            {` · ${counted(comments, "open comment")}: `}
            <kbd className={styles.key}>e</kbd> shows {comments === 1 ? "it" : "them"}
          </>
        )}
      </span>
    </div>
  );
}

const WORDS: Record<string, readonly [word: string, tone: Tone]> = {
  waiting: ["In review", "warn"],
  accepted: ["Accepted", "good"],
  corrected: ["Corrected and accepted", "good"],
  rejected: ["Rejected", "bad"],
  withdrawn: ["Withdrawn", "neutral"],
};

/** All rounds of a task, the newest first. */
export function Rounds({ rounds }: { rounds: readonly Review[] }): ReactElement {
  return (
    <SidePart title="Reviews">
      {rounds.length === 0 && <SideNote>The work was not submitted for a review yet.</SideNote>}
      <ol className={styles.rounds} aria-label="Reviews">
        {rounds.map((round) => (
          <Round key={round.id} round={round} />
        ))}
      </ol>
    </SidePart>
  );
}

function Round({ round }: { round: Review }): ReactElement {
  const [word, tone] = WORDS[round.state] ?? [round.state, "neutral" as const];
  const corrections = [["added", round.added], ["changed", round.changed], ["removed", round.removed]] as const;
  const told = corrections.flatMap(([name, number]) => (number > 0 ? [`${number} ${name}`] : [])).join(", ");
  return (
    <li className={styles.round}>
      <Badge tone={tone}>{word}</Badge>
      {round.reviewer !== null && round.decided_date !== null && (
        <span>
          <Said>{round.reviewer}</Said>, <When date={round.decided_date} />
        </span>
      )}
      {round.reason !== null && round.reason !== "" && (
        <p className={styles.why} dir="auto">
          {round.reason}
        </p>
      )}
      {told !== "" && <p className={styles.note}>{told} by then</p>}
      <p className={styles.note}>
        {counted(round.annotation_count, "annotation")} submitted by <Said>{round.author}</Said>, <When date={round.created_date} />
      </p>
    </li>
  );
}

/** What was decided, and the way back to it; without one, the list is at its end. */
export function Decided({ word, again }: { word: string; again: (() => void) | null }): ReactElement {
  return (
    <span className={styles.decided}>
      {again === null ? `${word} That was the last task of the list.` : word}
      {again !== null && (
        <Button size="compact-xs" variant="default" onClick={again}>
          Back to it
        </Button>
      )}
    </span>
  );
}

/** Two reviewers looked at one task: the second is told what the first did, and keeps what was drawn and said. */
export function Meanwhile({ reviewing, goOn }: { reviewing: Reviewing; goOn: (() => void) | null }): ReactElement | null {
  const { meanwhile, lookAgain } = reviewing;
  if (meanwhile === null) return null;
  return (
    <Modal opened onClose={lookAgain} title="Somebody else was here meanwhile">
      <p className={styles.prose}>
        <Said>{meanwhile}</Said>. What you drew and said is stored in the task, and nothing was decided by you.
      </p>
      <div className={styles.answers}>
        {goOn !== null && (
          <Button
            variant="default"
            onClick={() => {
              lookAgain();
              goOn();
            }}
          >
            Next task
          </Button>
        )}
        <Button data-autofocus onClick={lookAgain}>
          Look at it again
        </Button>
      </div>
    </Modal>
  );
}
