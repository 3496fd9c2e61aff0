/** A button for what cannot be undone: it takes two clicks. */
import { Button } from "@mantine/core";
import { useState } from "react";
import type { ReactElement } from "react";

interface DeleteButtonProps {
  /** What the button does, in a word. */
  word: string;
  /** What it does to what, for those who do not see the row. */
  name: string;
  run: () => void;
}

export function DeleteButton({ word, name, run }: DeleteButtonProps): ReactElement {
  const [sure, setSure] = useState(false);
  if (sure) {
    return (
      <Button size="compact-xs" color="red" variant="light" autoFocus onBlur={() => setSure(false)} onClick={run}>
        {word} it now
      </Button>
    );
  }
  return (
    <Button size="compact-xs" color="gray" variant="subtle" onClick={() => setSure(true)} aria-label={name}>
      {word}
    </Button>
  );
}
