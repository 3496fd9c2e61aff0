/** A value that the hand is ahead of: shown at once, told a moment later, given up when it changes elsewhere. */
import { useDebouncedCallback } from "@mantine/hooks";
import { useEffect, useRef, useState } from "react";

const REST_MS = 120;

export interface Draft {
  shown: number | null;
  /** Show a value at once, and tell it when the hand rests. */
  set: (value: number) => void;
  /** Tell it now. */
  settle: () => void;
}

/** Hold what a hand is about to make of `value`; `tell` may be called many times on the way. */
export function useDraft(value: number | null, tell: (value: number) => void): Draft {
  const [draft, setDraft] = useState<number | null>(null);
  // What was told and has not come back yet; the last one is where the hand is.
  const told = useRef<(number | null)[]>([]);
  const later = useDebouncedCallback(
    (wanted: number) => {
      told.current.push(wanted);
      tell(wanted);
    },
    { delay: REST_MS },
  );
  useEffect(() => {
    const onTheWay = told.current.includes(value) && told.current.at(-1) !== value;
    if (onTheWay || later.isPending()) return;
    told.current = [];
    setDraft(null);
  }, [value, later]);
  return {
    shown: draft ?? value,
    set: (wanted) => {
      setDraft(wanted);
      later(wanted);
    },
    settle: () => later.flush(),
  };
}
