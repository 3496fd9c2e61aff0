/** Steps through the pages of a list. */
import { ActionIcon } from "@mantine/core";
import type { ReactElement } from "react";

import { Icon } from "./icons";
import { count } from "./numbers";
import styles from "./pager.module.css";
import { useShortcuts } from "./shortcuts";

interface PagerProps {
  page: number;
  size: number;
  total: number;
  go: (page: number) => void;
}

export function Pager({ page, size, total, go }: PagerProps): ReactElement | null {
  const last = Math.max(1, Math.ceil(total / size));
  useShortcuts("List", [
    { keys: ["]"], title: "Next page", run: () => page < last && go(page + 1) },
    { keys: ["["], title: "Page before", run: () => page > 1 && go(page - 1) },
  ]);
  if (total === 0) return null;
  const [from, to] = [(page - 1) * size + 1, Math.min(total, page * size)];
  return (
    <nav className={styles.pager} aria-label="Pages">
      <span>
        {count(from)}–{count(to)} of {count(total)}
      </span>
      <ActionIcon variant="default" disabled={page <= 1} onClick={() => go(page - 1)} aria-label="Page before">
        <Icon name="left" size={14} />
      </ActionIcon>
      <ActionIcon variant="default" disabled={page >= last} onClick={() => go(page + 1)} aria-label="Next page">
        <Icon name="right" size={14} />
      </ActionIcon>
    </nav>
  );
}
