/** Which marks stand out: chosen in a list or on the item, forgotten with the next task. */
import { useEffect, useState } from "react";

export interface Selection {
  selected: ReadonlySet<string>;
  /** Choose what belongs together; choosing it again lets it go. */
  select: (...ids: (string | null)[]) => void;
}

/** A selection that ends when `subject` changes. */
export function useSelection(subject: string): Selection {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => setSelected(new Set()), [subject]);
  const select = (...ids: (string | null)[]): void => {
    const chosen = ids.filter((id) => id !== null);
    const again = chosen.length > 0 && chosen.every((id) => selected.has(id));
    setSelected(new Set(again ? [] : chosen));
  };
  return { selected, select };
}
