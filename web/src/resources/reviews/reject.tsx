/** Rejecting work: reasons by number, words of one's own, and Enter. */
import { Button, Modal, TextInput } from "@mantine/core";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import type { ReactElement } from "react";

import { Said } from "../../ui/text";
import { AS_COMMENTED, joined, offered, recentReasons } from "./reasons";
import styles from "./reviews.module.css";

const LONGEST = 1500;

interface RejectDialogProps {
  /** How many comments are open: whoever said there what is wrong need not say it again. */
  comments: number;
  close: () => void;
  reject: (reason: string) => void;
}

export function RejectDialog({ comments, close, reject }: RejectDialogProps): ReactElement {
  const [reasons] = useState(() => offered(recentReasons()));
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [words, setWords] = useState("");
  const field = useRef<HTMLInputElement>(null);
  const reason = joined(reasons.filter((each) => chosen.includes(each)), words, comments > 0);
  const toggle = (each: string): void => setChosen(chosen.includes(each) ? chosen.filter((other) => other !== each) : [...chosen, each]);
  const send = (): void => {
    if (reason === "") {
      field.current?.focus();
      return;
    }
    close();
    reject(reason);
  };
  // Heard before the dialog has the focus too: hands are quicker than it opens.
  const heard = useEffectEvent((event: KeyboardEvent) => {
    const typing = event.target === field.current;
    const button = event.target instanceof HTMLButtonElement;
    if (event.key === "Enter" && !event.repeat && (typing || !button)) stopped(event, send);
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    const numbered = reasons[Number(event.key) - 1];
    if (numbered !== undefined) stopped(event, () => toggle(numbered));
    // Whoever begins to write means the field.
    else if (event.key.length === 1 && event.key !== " ") field.current?.focus();
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent): void => heard(event);
    window.addEventListener("keydown", listen, true);
    return () => window.removeEventListener("keydown", listen, true);
  }, []);
  return (
    <Modal opened onClose={close} title="Reject the work" size={460}>
      <>
        <div className={styles.reasons} role="group" aria-label="Reasons" tabIndex={0} data-autofocus>
          {reasons.map((each, place) => (
            <button key={each} type="button" className={styles.reason} aria-pressed={chosen.includes(each)} onClick={() => toggle(each)}>
              <kbd className={styles.key}>{place + 1}</kbd>
              <Said>{each}</Said>
            </button>
          ))}
        </div>
        <TextInput ref={field} label="In your own words" placeholder={comments > 0 ? AS_COMMENTED : "What the annotator should change"} maxLength={LONGEST} value={words} onChange={(event) => setWords(event.currentTarget.value)} />
        <div className={styles.answers}>
          <span className={styles.hint}>Numbers choose, Enter sends</span>
          <Button variant="default" onClick={close}>
            Cancel
          </Button>
          <Button disabled={reason === ""} onClick={send}>
            Reject
          </Button>
        </div>
      </>
    </Modal>
  );
}

// Nobody else is to take the key.
function stopped(event: KeyboardEvent, run: () => void): void {
  event.preventDefault();
  event.stopPropagation();
  run();
}
