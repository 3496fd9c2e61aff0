/** The columns of numbers that tables by label and by slice have in common. */
import type { ReactNode } from "react";

import { count, share } from "./numbers";
import { ShareCell } from "./table";
import type { TableColumn } from "./table";

/** More shares than these are shown without a bar each: their table would not fit. */
const MOST_TRACKS = 5;

interface ValueColumn {
  readonly name: string;
  readonly title: string;
  readonly count?: boolean;
}

/** What is put around a number, which is said as `text` and drawn as `shown`. */
type Around<R> = (row: R, column: ValueColumn, text: string, shown: ReactNode) => ReactNode;

/** A column for each number that the rows have values of, in their order. */
export function valueColumns<R extends { readonly values: readonly (number | null)[] }>(columns: readonly ValueColumn[], around: Around<R> = (_row, _column, _text, shown) => shown): TableColumn<R>[] {
  const many = columns.filter(({ count: counts }) => !counts).length > MOST_TRACKS;
  return columns.map((column, place): TableColumn<R> => {
    const said = column.count ? count : share;
    const drawn = (value: number | null): ReactNode => (column.count || many ? said(value) : <ShareCell value={value} text={share(value)} />);
    return {
      name: column.name,
      title: column.title,
      right: true,
      value: ({ values }) => values[place] ?? null,
      show: (row) => around(row, column, said(row.values[place]), drawn(row.values[place] ?? null)),
    };
  });
}
