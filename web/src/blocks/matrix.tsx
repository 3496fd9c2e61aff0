/** Counts by row and column as a map of heat; a cell opens its examples. */
import { SegmentedControl } from "@mantine/core";
import { useState } from "react";
import type { ReactElement } from "react";

import { count, percent } from "../ui/numbers";
import { CsvButton } from "../ui/table";
import type { TableColumn } from "../ui/table";
import type { Matrix } from "../wire/types";
import type { Opens } from "../ui/opener";
import type { BlockProps, BlockView } from "./_protocol";
import styles from "./blocks.module.css";

// As the style lays them out, in pixels.
const LETTER = 7;
const LEAST_CELL = 30;
const LONGEST_NAME = 86;
const ROOM = 450;
/** What a small window leaves beside the names of rows; names of columns that need more are turned. */
const WIDE_ROOM = 860;

const ROW = 34;

export const matrix: BlockView<Matrix> = {
  type: "matrix",
  Render,
  Tools: Download,
  room: (block) => (isWide(block) ? "wide" : "card"),
  height: ({ rows }) => ROW * (rows.length + 1),
};

// Whether it needs more room than a card beside another has.
function isWide(block: Matrix): boolean {
  return Math.max(...block.rows.map(widthOf)) + headsOf(block) > ROOM;
}

function headsOf({ columns }: Matrix): number {
  const heads = columns.map((name) => (isNothing(name) ? 54 : Math.max(LEAST_CELL, widthOf(name))));
  return heads.reduce((sum, width) => sum + width, 0);
}

function widthOf(name: string): number {
  return Math.min(LONGEST_NAME, LETTER * name.length + 8);
}

// A row or column of what has no counterpart has its name in brackets.
function isNothing(name: string): boolean {
  return name.startsWith("(");
}

const LOOKS = [
  { value: "count", label: "Counts" },
  { value: "share", label: "Share of row" },
];

interface MatrixRow {
  name: string;
  values: readonly number[];
}

function Download({ block }: BlockProps<Matrix>): ReactElement {
  const rows = block.rows.map((name, place): MatrixRow => ({ name, values: block.values[place] ?? [] }));
  const columns: TableColumn<MatrixRow>[] = [
    { name: block.row_title, title: block.row_title, value: ({ name }) => name, show: ({ name }) => name },
    ...block.columns.map((name, place): TableColumn<MatrixRow> => ({ name, title: name, value: ({ values }) => values[place] ?? null, show: () => null })),
  ];
  return <CsvButton columns={columns} rows={rows} filename={`${block.name}.csv`} />;
}

function Render({ block, context }: BlockProps<Matrix>): ReactElement {
  const [look, setLook] = useState("count");
  const same = block.rows.some((row) => block.columns.includes(row));
  return (
    <>
      <div className={styles.axes}>
        <span>
          Rows {block.row_title.toLowerCase()}, columns {block.column_title.toLowerCase()}
        </span>
        <SegmentedControl size="xs" data={LOOKS} value={look} onChange={setLook} aria-label="What the cells say" />
      </div>
      <div className={styles.scroll}>
        <table className={styles.matrix} data-turned={headsOf(block) > WIDE_ROOM || undefined} style={{ minWidth: block.columns.length * LEAST_CELL + LONGEST_NAME }}>
          <caption className="visually-hidden">{block.title}</caption>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{block.row_title}</span>
              </th>
              {block.columns.map((column) => (
                <th key={column} scope="col" title={column}>
                  <bdi>{column}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, place) => (
              <Row key={row} row={row} values={block.values[place] ?? []} columns={block.columns} shares={look === "share"} same={same} opens={(column) => context.opens(block, { of: "cell", row, column })} />
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

interface RowProps {
  row: string;
  values: readonly number[];
  columns: readonly string[];
  shares: boolean;
  /** Whether rows and columns are of the same names, so that the diagonal is what is right. */
  same: boolean;
  opens: (column: string) => Opens | null;
}

// A cell is as warm as its share of the row: rare labels would vanish beside frequent ones.
// What is on the diagonal is right, and warm in another colour than what is wrong.
function Row({ row, values, columns, shares, same, opens }: RowProps): ReactElement {
  const total = values.reduce((sum, value) => sum + value, 0);
  return (
    <tr>
      <th scope="row" title={row}>
        <bdi>{row}</bdi>
      </th>
      {columns.map((column, place) => {
        const value = values[place] ?? 0;
        const heat = total === 0 ? 0 : value / total;
        const opened = value === 0 ? null : opens(column);
        const warm = !same || row === column ? "var(--accent)" : "var(--bad)";
        return (
          <td key={column}>
            <button
              type="button"
              className={styles.cell}
              disabled={opened === null}
              data-empty={value === 0 || undefined}
              style={value === 0 ? {} : { background: `color-mix(in srgb, ${warm} calc(8% + ${heat.toFixed(3)} * var(--heat)), var(--surface))` }}
              aria-label={`${row} as ${column}: ${count(value)}`}
              title={`${row} → ${column}: ${count(value)}, ${percent(value, total)} of the row`}
              onClick={opened?.run}
            >
              {shares ? percent(value, total) : count(value)}
            </button>
          </td>
        );
      })}
    </tr>
  );
}
