/** What versions gained slice by slice: one row a slice, one column a version, by one of the numbers. */
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Section } from "../../ui/layout";
import { count, share } from "../../ui/numbers";
import { cellLink, CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Comparison, ScalarDifference } from "../../wire/types";
import { pairs, sliceOf } from "./compare_search";
import type { CompareSearch } from "./compare_search";
import { ComparedName } from "./compared_names";
import { DifferenceCell } from "./difference";
import { NumberChoice } from "./number_choice";

/** As many versions have room for words. */
const FEW = 2;

interface SliceRow {
  /** Null for all tasks together. */
  id: string | null;
  name: string;
  tasks: number;
  /** What each version gained, in their order. */
  gained: (ScalarDifference | undefined)[];
}

export function SliceDifferences({ found, search }: { found: Comparison; search: CompareSearch }): ReactElement | null {
  const navigate = useNavigate();
  if (found.slices.length === 0) return null;
  const chosen = found.scalars.find(({ name }) => name === search.number)?.name ?? found.headline;
  const rows = rowsOf(found, chosen, search.slice_id);
  const columns = columnsOf(found, search);
  return (
    <Section
      title="By slice"
      note="A slice's p-value and verdict are corrected for the number of slices (Holm)."
      actions={
        <>
          <NumberChoice title="Number of the slices" numbers={found.scalars} chosen={chosen} choose={(number) => void navigate({ to: "/compare", search: { ...search, number }, replace: true, resetScroll: false })} />
          <CsvButton columns={[...columns, ...details(found)]} rows={rows} filename="comparison-by-slice.csv" />
        </>
      }
    >
      <Table caption="By slice" rows={rows} rowKey={({ id }) => id ?? "all"} columns={columns} />
    </Section>
  );
}

// A slice that the whole page is about is the first row already.
function rowsOf(found: Comparison, name: string, shownId: string | undefined): SliceRow[] {
  const of = (numbers: readonly ScalarDifference[] | undefined): ScalarDifference | undefined => numbers?.find((number) => number.name === name);
  const every = pairs(found);
  const all: SliceRow = { id: null, name: found.slice_name ?? "All tasks", tasks: found.tasks, gained: every.map(({ scalars }) => of(scalars)) };
  return [all, ...found.slices.filter(({ slice_id: id }) => id !== shownId).map(({ slice_id: id, name: title, tasks }) => ({ id, name: title, tasks, gained: every.map((pair) => of(sliceOf(pair, id)?.numbers)) }))];
}

function columnsOf(found: Comparison, search: CompareSearch): TableColumn<SliceRow>[] {
  const [baseline, ...others] = found.compared;
  return [
    { name: "slice", title: "Slice", value: ({ name }) => name, show: (row) => <Name row={row} search={search} /> },
    { name: "tasks", title: "Tasks", right: true, value: ({ tasks }) => tasks, show: ({ tasks }) => count(tasks) },
    { name: "baseline", title: baseline === undefined ? "Baseline" : <ComparedName id={baseline.evaluation_id} version={baseline.model_version_name} />, right: true, value: ({ gained }) => gained[0]?.first ?? null, show: ({ gained }) => share(gained[0]?.first) },
    ...others.map(({ evaluation_id: id, model_version_name: name }, place): TableColumn<SliceRow> => ({
      name: id,
      title: <ComparedName id={id} version={name} />,
      right: true,
      value: ({ gained }) => gained[place]?.difference ?? null,
      show: ({ gained }) => <DifferenceCell of={gained[place]} narrow={others.length > FEW} />,
    })),
  ];
}

// What the cells say together is a column each in the file.
function details(found: Comparison): TableColumn<SliceRow>[] {
  return found.compared.slice(1).flatMap(({ evaluation_id: id }, place) =>
    (["second", "low", "high", "p_value", "p_adjusted", "verdict"] as const).map((part): TableColumn<SliceRow> => ({
      name: `${id} ${part}`,
      title: part,
      value: ({ gained }) => gained[place]?.[part] ?? null,
      show: () => null,
    })),
  );
}

function Name({ row, search }: { row: SliceRow; search: CompareSearch }): ReactElement {
  if (row.id === null) return <Said>{row.name}</Said>;
  return (
    <Link to="/compare" search={{ ...search, slice_id: row.id }} className={cellLink} title="Compare on these tasks alone">
      <Said>{row.name}</Said>
    </Link>
  );
}
