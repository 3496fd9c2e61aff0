/** A number that opens what it stands for. */
import type { ReactElement, ReactNode } from "react";

import styles from "./opener.module.css";

export interface Opens {
  /** What is shown, in a few words. */
  title: string;
  run: () => void;
}

interface OpenerProps {
  opens: Opens | null;
  /** What stands there, in words, the number included. */
  said: string;
  children: ReactNode;
}

export function Opener({ opens, said, children }: OpenerProps): ReactElement {
  if (opens === null) return <>{children}</>;
  return (
    <button type="button" className={styles.opener} aria-label={`${said}, open ${opens.title}`} title={`Open: ${opens.title}`} onClick={opens.run}>
      {children}
    </button>
  );
}
