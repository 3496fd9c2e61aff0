/** Tables that sort by their heads and download as CSV. They know no resource. */
import { Button, Tooltip } from "@mantine/core";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ReactElement, ReactNode, RefObject } from "react";

import { downloadCsv } from "./csv";
import { AtHeadEnd } from "./head_end";
import { Icon } from "./icons";
import { naturally } from "./order";
import styles from "./table.module.css";

export interface TableColumn<T> {
  name: string;
  title: ReactNode;
  /** What stands in the cell. */
  show: (row: T) => ReactNode;
  /** What the column sorts by and what the file says; without it the column does neither. */
  value?: (row: T) => string | number | null;
  /** Whether the file has the column, but its head sorts nothing, such as a link. */
  fixed?: boolean;
  right?: boolean;
  /** Whether the column takes the width that others leave. */
  grows?: boolean;
  /** Whether the column is as narrow as what it shows, such as a box to tick. */
  fits?: boolean;
  hint?: string;
}

interface TableProps<T> {
  columns: TableColumn<T>[];
  rows: readonly T[];
  rowKey: (row: T) => string;
  caption: string;
  /** What it is called as a CSV file, where a button at the end of the head above downloads it. */
  file?: string;
  dense?: boolean;
  /** Whether it stands in a card: without a frame of its own, and scrolled where it is long. */
  inset?: boolean;
}

interface Order {
  name: string;
  descending: boolean;
}

/** A table. */
export function Table<T>({ columns, rows, rowKey, caption, file, dense = false, inset = false }: TableProps<T>): ReactElement {
  const [order, setOrder] = useState<Order | null>(null);
  const shown = useMemo(() => sorted(rows, columns, order), [rows, columns, order]);
  const frame = useRef<HTMLDivElement>(null);
  const wide = useWide(frame);
  const table = (
    <div ref={frame} className={inset ? styles.inset : styles.frame} data-wide={wide || undefined}>
      <table className={`${styles.table} ${dense ? styles.dense : ""}`}>
        <caption className="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <Head key={column.name} column={column} order={order} choose={setOrder} />
            ))}
          </tr>
        </thead>
        <tbody>
          {shown.map((row) => (
            <tr key={rowKey(row)}>
              {columns.map((column) => (
                <td key={column.name} className={sideOf(column)}>
                  {column.show(row)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
  if (file === undefined || rows.length === 0) return table;
  return (
    <>
      <AtHeadEnd>
        <CsvButton columns={columns} rows={shown} filename={file} />
      </AtHeadEnd>
      {table}
    </>
  );
}

/** Whether the first thing in a frame is wider than it. */
function useWide(frame: RefObject<HTMLElement | null>): boolean {
  const [wide, setWide] = useState(false);
  useLayoutEffect(() => {
    const outer = frame.current;
    const inner = outer?.firstElementChild;
    if (outer === null || !(inner instanceof HTMLElement)) return;
    const watcher = new ResizeObserver(() => setWide(inner.offsetWidth > outer.clientWidth));
    watcher.observe(outer);
    watcher.observe(inner);
    return () => watcher.disconnect();
  }, [frame]);
  return wide;
}

function Head<T>({ column, order, choose }: { column: TableColumn<T>; order: Order | null; choose: (order: Order | null) => void }): ReactElement {
  const side = sideOf(column);
  if (column.value === undefined || column.fixed === true) return <th scope="col" className={side}>{column.title}</th>;
  const active = order?.name === column.name ? order : null;
  const direction = active === null ? "none" : active.descending ? "descending" : "ascending";
  return (
    <th scope="col" aria-sort={direction} className={side}>
      <Tooltip label={column.hint} disabled={!column.hint}>
        <button
          type="button"
          className={`${styles.sort} ${active === null ? "" : styles.sorted}`}
          onClick={() => choose(next(column, active))}
        >
          {column.title}
          <span className={styles.arrow} aria-hidden="true">
            {active === null ? "" : active.descending ? "▼" : "▲"}
          </span>
        </button>
      </Tooltip>
    </th>
  );
}

function sideOf<T>({ right = false, grows = false, fits = false }: TableColumn<T>): string {
  return `${right ? styles.right : ""} ${grows ? styles.grows : ""} ${fits ? styles.fits : ""}`;
}

// Numbers are asked for from the largest, words from A; a third click gives the first order back.
function next<T>(column: TableColumn<T>, active: Order | null): Order | null {
  const first = column.right === true;
  if (active === null) return { name: column.name, descending: first };
  return active.descending === first ? { name: column.name, descending: !first } : null;
}

function sorted<T>(rows: readonly T[], columns: TableColumn<T>[], order: Order | null): readonly T[] {
  const value = columns.find((column) => column.name === order?.name)?.value;
  if (order === null || value === undefined) return rows;
  return rows.toSorted((a, b) => compared(value(a), value(b), order.descending));
}

// What is undefined comes last, whichever way the column is sorted.
function compared(a: string | number | null, b: string | number | null, descending: boolean): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null);
  const ascending = typeof a === "number" && typeof b === "number" ? a - b : naturally(String(a), String(b));
  return descending ? -ascending : ascending;
}

/** A button that downloads what a table shows as a CSV file. */
export function CsvButton<T>({ columns, rows, filename }: { columns: TableColumn<T>[]; rows: readonly T[]; filename: string }): ReactElement {
  const kept = columns.filter((column) => column.value !== undefined);
  const download = (): void =>
    downloadCsv(filename, [kept.map((column) => column.name), ...rows.map((row) => kept.map((column) => column.value?.(row) ?? null))]);
  return <CsvAction download={download} />;
}

/** The button itself, for tables whose rows have to be fetched first. */
export function CsvAction({ download, ...state }: { download: () => void; loading?: boolean; disabled?: boolean }): ReactElement {
  return (
    <Tooltip label="Download as CSV">
      <Button variant="default" size="xs" px={10} leftSection={<Icon name="download" size={13} />} onClick={download} aria-label="Download as CSV" {...state}>
        CSV
      </Button>
    </Tooltip>
  );
}

/** A share from 0 to 1 beside a small bar of it. */
export function ShareCell({ value, text }: { value: number | null; text: string }): ReactElement {
  return (
    <span className={styles.inner}>
      {text}
      <span className={styles.track} aria-hidden="true">
        <span className={styles.fill} style={{ display: "block", width: `${100 * Math.min(1, Math.max(0, value ?? 0))}%` }} />
      </span>
    </span>
  );
}
export const cellLink = styles.cellLink ?? "";
