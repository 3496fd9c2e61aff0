/** A list of tasks of any length as pictures; only those in sight are in the page. */
import { Skeleton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { defaultRangeExtractor, useWindowVirtualizer } from "@tanstack/react-virtual";
import type { Range } from "@tanstack/react-virtual";
import type { LinkProps } from "@tanstack/react-router";
import { useCallback, useEffect, useLayoutEffect, useRef, useState } from "react";
import type { ReactElement, RefObject } from "react";

import type { Colours } from "../../ui/colours";
import { Failure } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { useDownloadingPage } from "../../ui/downloading";
import type { Task } from "../../wire/types";
import type { Chosen } from "./chosen";
import { TaskCell } from "./grid";
import grid from "./grid.module.css";
import { useTaskPages } from "./pages";
import type { Listed } from "./pages";
import styles from "./virtual.module.css";

const [NARROWEST, GAP, FOOT] = [160, 12, 38];

export interface VirtualProps {
  listed: Listed;
  colours: Colours;
  open: (task: Task) => LinkProps;
  showStatus: boolean;
  chosen: Chosen;
  /** The task that is looked at beside the list, and its place from 0 where that is known. */
  looked: { id: string; place: number | null } | null;
}

export function VirtualGrid({ listed, colours, open, showStatus, chosen, looked }: VirtualProps): ReactElement {
  const { ref: sized, width } = useElementSize();
  const frame = useRef<HTMLDivElement>(null);
  const across = Math.max(1, Math.floor((width + GAP) / (NARROWEST + GAP)));
  const height = Math.round((((width + GAP) / across - GAP) * 3) / 4) + FOOT + GAP;
  const margin = useTop(frame);
  // oxlint-disable-next-line react/incompatible-library -- nothing here is memoized by a compiler
  const rows = useWindowVirtualizer({ count: width === 0 ? 0 : Math.ceil(listed.total / across), estimateSize: () => height, overscan: 3, scrollMargin: margin, rangeExtractor: useRange(Math.ceil(MOST_IN_FILE / across)) });
  useEffect(() => rows.measure(), [rows, height]);
  const downloading = useDownloadingPage();
  const shown = rows.getVirtualItems();
  const pages = useTaskPages(listed, (shown[0]?.index ?? 0) * across, ((shown.at(-1)?.index ?? 0) + 1) * across - 1);
  const place = looked?.place ?? null;
  useEffect(() => {
    if (place !== null) rows.scrollToIndex(Math.floor(place / across), { align: "auto" });
  }, [place, across, rows]);
  return (
    <div ref={frame}>
      {pages.error !== null && <Failure error={pages.error} />}
      <FirstOnes total={listed.total} />
      <div ref={sized} className={`${styles.body} ${chosen.count > 0 ? grid.choosing : ""}`} style={{ height: heightIn(downloading, rows.getTotalSize(), Math.ceil(MOST_IN_FILE / across) * height) }}>
        {shown.map((row) => (
          <div key={row.index} className={styles.row} style={{ transform: `translateY(${row.start - margin}px)`, gridTemplateColumns: `repeat(${across}, minmax(0, 1fr))` }}>
            {Array.from({ length: Math.min(across, listed.total - row.index * across) }, (_, column) => {
              const at = row.index * across + column;
              const task = pages.at(at);
              if (task === undefined) return <Skeleton key={at} height={height - GAP} radius={8} />;
              return (
                <TaskCell
                  key={task.id}
                  task={task}
                  colours={colours}
                  link={open(task)}
                  showStatus={showStatus}
                  choice={{ chosen: chosen.has(task.id), toggle: (range) => chosen.toggle(task.id, at, range) }}
                  looked={looked?.id === task.id}
                />
              );
            })}
          </div>
        ))}
      </div>
    </div>
  );
}

/** Tasks of a list that the file of a page shows at most. */
export const MOST_IN_FILE = 240;

/** The rows that are drawn: those in sight, or while the page is downloaded the first ones. */
export function useRange(most: number): (range: Range) => number[] {
  const downloading = useDownloadingPage();
  return useCallback((range) => (downloading ? Array.from({ length: Math.min(most, range.count) }, (_, row) => row) : defaultRangeExtractor(range)), [downloading, most]);
}

export function heightIn(downloading: boolean, whole: number, most: number): number {
  return downloading ? Math.min(whole, most) : whole;
}

/** Says in the file of a page that a list goes on. */
export function FirstOnes({ total }: { total: number }): ReactElement | null {
  return useDownloadingPage() && total > MOST_IN_FILE ? <p>The first of {counted(total, "task")}.</p> : null;
}

/** How far an element is from the top of the page. */
export function useTop(frame: RefObject<HTMLElement | null>): number {
  const [top, setTop] = useState(0);
  useLayoutEffect(() => {
    const element = frame.current;
    if (element === null) return;
    const measure = (): void => setTop(Math.round(element.getBoundingClientRect().top + window.scrollY));
    measure();
    const watcher = new ResizeObserver(measure);
    watcher.observe(document.body);
    return () => watcher.disconnect();
  }, [frame]);
  return top;
}
