/** How much of something is done, as a bar of parts. */
import type { ReactElement } from "react";

import styles from "./bar.module.css";

export interface Part {
  name: string;
  value: number;
  colour: string;
}

/** Parts of a whole beside each other; what is left stays empty. */
export function Bar({ parts, whole, label }: { parts: Part[]; whole: number; label: string }): ReactElement {
  return (
    <div className={styles.bar} role="img" aria-label={label}>
      {parts.map((part) => (
        <div
          key={part.name}
          className={styles.part}
          style={{ width: `${whole === 0 ? 0 : (100 * part.value) / whole}%`, background: part.colour }}
        />
      ))}
    </div>
  );
}
