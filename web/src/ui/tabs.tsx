/** Parts of a page behind tabs, whose line is the head of what stands behind them. */
import type { ReactElement, ReactNode } from "react";

import { Headed, HeadEnd } from "./head_end";
import styles from "./tabs.module.css";

export function Tabs({ label, links, children }: { label: string; links: ReactNode; children: ReactNode }): ReactElement {
  return (
    <Headed>
      <div className={styles.bar}>
        <nav className={styles.tabs} aria-label={label}>
          {links}
        </nav>
        <HeadEnd />
      </div>
      {children}
    </Headed>
  );
}
