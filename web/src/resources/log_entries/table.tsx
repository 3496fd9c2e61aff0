/** Every log entry in order; only the rows in sight are in the page. */
import { useInfiniteQuery } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { useEffect, useRef } from "react";
import type { ReactElement } from "react";

import { exact } from "../../ui/dates";
import { Section } from "../../ui/layout";
import { count, general } from "../../ui/numbers";
import type { LogEntry, ModelVersion } from "../../wire/types";
import { flat } from "../model_versions/config_values";
import { entriesQuery } from "./queries";
import styles from "./table.module.css";

const ROW = 32;

export function LogTable({ version }: { version: ModelVersion }): ReactElement | null {
  const { data, fetchNextPage, hasNextPage, isFetching } = useInfiniteQuery(entriesQuery(version.id));
  const entries = data?.pages.flatMap((page) => page.results) ?? [];
  const frame = useRef<HTMLDivElement>(null);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const rows = useVirtualizer({ count: entries.length, getScrollElement: () => frame.current, estimateSize: () => ROW, overscan: 12 });
  const last = rows.getVirtualItems().at(-1)?.index ?? 0;
  useEffect(() => {
    if (last >= entries.length - 20 && hasNextPage && !isFetching) void fetchNextPage();
  }, [last, entries.length, hasNextPage, isFetching, fetchNextPage]);
  if (version.log_entry_count === 0) return null;
  return (
    <Section title="Log" note={count(version.log_entry_count)}>
      <div className={styles.frame} ref={frame} role="table" aria-label="Log entries" aria-rowcount={version.log_entry_count} tabIndex={0}>
        <div className={`${styles.row} ${styles.head}`} role="row">
          <span role="columnheader">Entry</span>
          <span role="columnheader">Step</span>
          <span role="columnheader">Logged</span>
          <span role="columnheader">Values</span>
        </div>
        <div className={styles.body} style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, start }) => (
            <Row key={index} entry={entries[index] as LogEntry} top={start} />
          ))}
        </div>
      </div>
    </Section>
  );
}

function Row({ entry, top }: { entry: LogEntry; top: number }): ReactElement {
  const values = [...flat(entry.data)];
  return (
    <div className={styles.row} role="row" aria-rowindex={entry.sequence} style={{ transform: `translateY(${top}px)` }}>
      <span role="cell" className={styles.quiet}>
        {entry.sequence}
      </span>
      <span role="cell">{count(entry.step)}</span>
      <span role="cell" className={styles.quiet}>
        {exact(entry.logged_date)}
      </span>
      <span role="cell" className={styles.data}>
        {values.map(([key, value], place) => (
          <span key={key}>
            {place > 0 && "   "}
            <bdi className={styles.key}>{key}</bdi> <bdi>{typeof value === "number" ? general(value) : JSON.stringify(value)}</bdi>
          </span>
        ))}
      </span>
    </div>
  );
}
