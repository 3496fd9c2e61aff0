/** The columns of numbers that tables by label and by slice have in common. */
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

/** A column for each number that the rows have values of, in their order. */
export function valueColumns<R extends { readonly values: readonly (number | null)[] }>(columns: readonly ValueColumn[]): TableColumn<R>[] {
  const many = columns.filter(({ count: counts }) => !counts).length > MOST_TRACKS;
  return columns.map(({ name, title, count: counts }, place): TableColumn<R> => ({
    name,
    title,
    right: true,
    value: ({ values }) => values[place] ?? null,
    show: ({ values }) => (counts ? count(values[place]) : many ? share(values[place]) : <ShareCell value={values[place] ?? null} text={share(values[place])} />),
  }));
}
