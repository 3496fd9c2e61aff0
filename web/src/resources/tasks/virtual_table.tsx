/** A list of tasks of any length as a table; only the rows in sight are in the page. */
import { Checkbox, Skeleton } from "@mantine/core";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import type { ReactElement, RefObject } from "react";

import { Failure } from "../../ui/layout";
import { useDownloadingPage } from "../../ui/downloading";
import { cellLink } from "../../ui/table";
import type { TaskColumn } from "./columns";
import { useTaskPages } from "./pages";
import styles from "./virtual.module.css";
import { FirstOnes, heightIn, MOST_IN_FILE, useRange, useTop } from "./virtual_grid";
import type { VirtualProps } from "./virtual_grid";
import { taskName, TaskName } from "./words";

const ROW = 42;
/** What the head covers, in pixels, where it stays in sight. */
const HEAD = 38;

interface VirtualTableProps extends Omit<VirtualProps, "colours" | "showStatus"> {
  columns: readonly TaskColumn[];
  sort: string | undefined;
  sortBy: (field: string) => void;
}

export function VirtualTable({ listed, open, chosen, looked, columns, sort, sortBy }: VirtualTableProps): ReactElement {
  const frame = useRef<HTMLDivElement>(null);
  const [head, across] = [useRef<HTMLDivElement>(null), useRef<HTMLDivElement>(null)];
  const margin = useTop(frame);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const rows = useWindowVirtualizer({ count: listed.total, estimateSize: () => ROW, overscan: 12, scrollMargin: margin, scrollPaddingStart: HEAD, rangeExtractor: useRange(MOST_IN_FILE) });
  const downloading = useDownloadingPage();
  const shown = rows.getVirtualItems();
  const pages = useTaskPages(listed, shown[0]?.index ?? 0, shown.at(-1)?.index ?? 0);
  const place = looked?.place ?? null;
  useEffect(() => {
    if (place !== null) rows.scrollToIndex(place, { align: "auto" });
  }, [place, rows]);
  const template = ["40px", "minmax(150px, 2fr)", ...columns.map(({ width }) => width)].join(" ");
  return (
    <>
      {pages.error !== null && <Failure error={pages.error} />}
      <FirstOnes total={listed.total} />
      <div className={styles.table} role="table" aria-label="Tasks" aria-rowcount={listed.total + 1}>
        <div className={styles.top} role="rowgroup">
          <div ref={head} className={styles.headFrame} onScroll={() => alike(head, across)}>
            <div className={styles.head} role="row" aria-rowindex={1} style={{ gridTemplateColumns: template }}>
              <span role="columnheader">
                <span className="visually-hidden">Chosen</span>
              </span>
              <span role="columnheader" className={styles.part}>
                Task
              </span>
              {columns.map((column) => (
                <Head key={column.name} column={column} sort={sort} sortBy={sortBy} />
              ))}
            </div>
          </div>
        </div>
        <div ref={across} className={styles.bodyFrame} role="rowgroup" onScroll={() => alike(across, head)}>
          <div ref={frame} className={styles.body} role="presentation" style={{ height: heightIn(downloading, rows.getTotalSize(), MOST_IN_FILE * ROW) }}>
            {shown.map(({ index, start }) => {
              const task = pages.at(index);
              return (
                <div
                  key={index}
                  role="row"
                  aria-rowindex={index + 2}
                  className={styles.line}
                  data-chosen={(task !== undefined && chosen.has(task.id)) || undefined}
                  data-looked={(task !== undefined && looked?.id === task.id) || undefined}
                  style={{ transform: `translateY(${start - margin}px)`, gridTemplateColumns: template }}
                >
                  {task === undefined ? (
                    <span role="cell" style={{ gridColumn: "2 / -1", padding: "0 12px" }}>
                      <Skeleton height={12} width="40%" />
                    </span>
                  ) : (
                    <>
                      <span role="cell" className={styles.tick}>
                        <Checkbox size="xs" aria-label={`Choose ${taskName(task)}`} checked={chosen.has(task.id)} onChange={(event) => chosen.toggle(task.id, index, (event.nativeEvent as MouseEvent).shiftKey)} />
                      </span>
                      <span role="cell" className={styles.part}>
                        <Link {...open(task)} className={cellLink} data-task={task.id}>
                          <TaskName task={task} />
                        </Link>
                      </span>
                      {columns.map(({ name, right, show }) => (
                        <span key={name} role="cell" className={`${styles.part} ${right === true ? styles.right : ""}`}>
                          {show(task)}
                        </span>
                      ))}
                    </>
                  )}
                </div>
              );
            })}
          </div>
        </div>
      </div>
    </>
  );
}

/** A head that stays in sight is not in what scrolls from side to side, and follows it. */
function alike(moved: RefObject<HTMLElement | null>, other: RefObject<HTMLElement | null>): void {
  if (moved.current !== null && other.current !== null) other.current.scrollLeft = moved.current.scrollLeft;
}

function Head({ column: { title, right, sort: field }, sort, sortBy }: { column: TaskColumn; sort: string | undefined; sortBy: (field: string) => void }): ReactElement {
  const sorted = field !== undefined && (sort === field || sort === `-${field}`);
  const down = sort?.startsWith("-") === true;
  return (
    <span role="columnheader" className={`${styles.part} ${right === true ? styles.right : ""}`} aria-sort={sorted ? (down ? "descending" : "ascending") : undefined}>
      {field === undefined ? (
        <bdi>{title}</bdi>
      ) : (
        <button type="button" className={styles.sort} data-sorted={sorted || undefined} onClick={() => sortBy(field)}>
          <bdi>{title}</bdi>
          {sorted && <span aria-hidden="true">{down ? "↓" : "↑"}</span>}
        </button>
      )}
    </span>
  );
}
