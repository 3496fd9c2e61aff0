/** The numbers of a comparison: every difference with its interval, over all and by label. */
import { useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { LabelChip } from "../../ui/badge";
import { Section } from "../../ui/layout";
import { pValue, share, signed } from "../../ui/numbers";
import { Range, Way } from "../../ui/range";
import { CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import type { Comparison, Evaluation, ScalarDifference } from "../../wire/types";
import { useDatasetColours } from "../labels/queries";
import type { CompareSearch } from "./compare_search";
import { ComparedName } from "./compared_names";
import { VerdictBadge } from "./difference";
import { NumberChoice } from "./number_choice";
import { signedInterval, symmetric, TONES } from "./verdict";

interface TablesProps {
  found: Comparison;
  one: Evaluation;
  two: Evaluation;
}

export function ScalarDifferences({ found, one, two }: TablesProps): ReactElement {
  const columns = scalarColumns(found, one, two);
  return (
    <Section title="Numbers" note={`Second less first, with ${level(found)} intervals.`} actions={<CsvButton columns={columns} rows={found.scalars} filename="comparison.csv" />}>
      <Table caption="Numbers" rows={found.scalars} rowKey={({ name }) => name} columns={columns} />
    </Section>
  );
}

function level(found: Comparison): string {
  return `${Number((100 * found.level).toPrecision(4))}\u202f%`;
}

function scalarColumns(found: Comparison, one: Evaluation, two: Evaluation): TableColumn<ScalarDifference>[] {
  const span = symmetric(found.scalars);
  return [
    { name: "name", title: "Number", value: ({ title }) => title, show: ({ title }) => <strong>{title}</strong> },
    ...sides<ScalarDifference>(one, two),
    { name: "difference", title: "Difference", right: true, value: ({ difference }) => difference, show: ({ difference }) => <strong>{signed(difference)}</strong> },
    {
      name: "interval",
      title: "Interval",
      grows: true,
      show: ({ difference, low, high, verdict }) => <Range value={difference} low={low} high={high} span={span} tone={TONES[verdict]} zero label={signedInterval(low, high)} />,
    },
    { name: "low", title: "from", right: true, value: ({ low }) => low, show: ({ low }) => signed(low) },
    { name: "high", title: "to", right: true, value: ({ high }) => high, show: ({ high }) => signed(high) },
    { name: "p_value", title: "p", right: true, value: ({ p_value: p }) => p, show: ({ p_value: p }) => pValue(p) },
    {
      name: "verdict",
      title: "Verdict",
      value: ({ verdict }) => verdict,
      show: (number) => <VerdictBadge of={number} />,
    },
  ];
}

/** One of a label's numbers. */
interface LabelRow extends ScalarDifference {
  label: string;
}

export function LabelDifferences({ found, one, two, search }: TablesProps & { search: CompareSearch }): ReactElement {
  const colours = useDatasetColours(one.dataset_id);
  const navigate = useNavigate();
  const numbers = found.labels[0]?.numbers ?? [];
  const chosen = numbers.find(({ name }) => name === search.label_number) ?? numbers[0];
  const rows = found.labels.flatMap(({ label, numbers: all }): LabelRow[] => all.filter(({ name }) => name === chosen?.name).map((number) => ({ ...number, label })));
  const columns: TableColumn<LabelRow>[] = [
    { name: "label", title: "Label", value: ({ label }) => label, show: ({ label }) => <LabelChip name={label} colour={colours(label)} /> },
    ...sides<LabelRow>(one, two),
    {
      name: "way",
      title: "0 to 1",
      grows: true,
      show: ({ first, second, verdict }) => <Way first={first} second={second} span={[0, 1]} tone={TONES[verdict]} label={`from ${share(first)} to ${share(second)}`} />,
    },
    { name: "difference", title: "Difference", right: true, value: ({ difference }) => difference, show: ({ difference }) => <strong>{signed(difference)}</strong> },
    { name: "low", title: "from", right: true, value: ({ low }) => low, show: ({ low }) => signed(low) },
    { name: "high", title: "to", right: true, value: ({ high }) => high, show: ({ high }) => signed(high) },
    { name: "p_adjusted", title: "p, Holm", hint: "Corrected for the number of labels", right: true, value: ({ p_adjusted: p }) => p, show: ({ p_adjusted: p }) => pValue(p) },
    { name: "verdict", title: "Verdict", value: ({ verdict }) => verdict, show: (number) => <VerdictBadge of={number} /> },
  ];
  return (
    <Section
      title="By label"
      note={`${chosen?.title ?? ""}, from the first (hollow) to the second.`}
      actions={
        <>
          {chosen !== undefined && <NumberChoice title="Number of the labels" numbers={numbers} chosen={chosen.name} choose={(label_number) => void navigate({ to: "/compare", search: { ...search, label_number }, replace: true, resetScroll: false })} />}
          <CsvButton columns={columns} rows={rows} filename="comparison-by-label.csv" />
        </>
      }
    >
      <Table caption="By label" rows={rows} rowKey={({ label }) => label} columns={columns} dense />
    </Section>
  );
}

function sides<T extends { first: number | null; second: number | null }>(one: Evaluation, two: Evaluation): TableColumn<T>[] {
  return [
    { name: "first", title: <ComparedName id={one.id} version={one.model_version_name} />, right: true, value: ({ first }) => first, show: ({ first }) => share(first) },
    { name: "second", title: <ComparedName id={two.id} version={two.model_version_name} />, right: true, value: ({ second }) => second, show: ({ second }) => share(second) },
  ];
}
