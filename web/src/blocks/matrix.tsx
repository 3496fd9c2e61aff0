/** Counts by row and column as a map of heat; a cell opens its examples. */
import type { ReactElement } from "react";

import { count } from "../ui/numbers";
import type { Matrix } from "../wire/types";
import styles from "./blocks.module.css";

interface MatrixProps {
  block: Matrix;
  onCell: (row: string, column: string) => void;
}

export function Render({ block, onCell }: MatrixProps): ReactElement {
  return (
    <>
      <p className={styles.axes}>
        Rows: {block.row_title}. Columns: {block.column_title}.
      </p>
      <div className={styles.scroll}>
        <table className={styles.matrix}>
          <caption className="visually-hidden">{block.title}</caption>
          <thead>
            <tr>
              <td />
              {block.columns.map((column) => (
                <th key={column} scope="col" title={column}>
                  <bdi>{column}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {block.rows.map((row, place) => (
              <Row key={row} row={row} values={block.values[place] ?? []} columns={block.columns} onCell={onCell} />
            ))}
          </tbody>
        </table>
      </div>
      {block.note !== "" && <p className={styles.note}>{block.note}</p>}
    </>
  );
}

interface RowProps {
  row: string;
  values: readonly number[];
  columns: readonly string[];
  onCell: MatrixProps["onCell"];
}

// A cell is as warm as its share of the row: rare labels would vanish beside frequent ones.
function Row({ row, values, columns, onCell }: RowProps): ReactElement {
  const total = values.reduce((sum, value) => sum + value, 0);
  return (
    <tr>
      <th scope="row" title={row}>
        <bdi>{row}</bdi>
      </th>
      {columns.map((column, place) => {
        const value = values[place] ?? 0;
        return (
          <td key={column}>
            <button
              type="button"
              className={styles.cell}
              disabled={value === 0}
              style={{ background: `rgba(var(--heat), ${total === 0 ? 0 : (0.04 + 0.5 * (value / total)).toFixed(3)})` }}
              aria-label={`${row} as ${column}: ${count(value)}`}
              onClick={() => onCell(row, column)}
            >
              {count(value)}
            </button>
          </td>
        );
      })}
    </tr>
  );
}
