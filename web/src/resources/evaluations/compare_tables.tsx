/** The numbers of a comparison: every difference with its interval, over all and by label. */
import type { ReactElement } from "react";

import { Badge, LabelChip } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { Section } from "../../ui/layout";
import { pValue, share, signed } from "../../ui/numbers";
import { Range, Way } from "../../ui/range";
import { CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Comparison, Evaluation, LabelDifference, ScalarDifference } from "../../wire/types";
import { useDatasetColours } from "../labels/queries";
import { labelTone, signedInterval, symmetric, TONES } from "./verdict";

interface TablesProps {
  found: Comparison;
  one: Evaluation;
  two: Evaluation;
}

const BADGES: Record<ScalarDifference["verdict"], Tone> = { better: "good", worse: "bad", "no evidence": "neutral" };
const SIGNS: Record<ScalarDifference["verdict"], string> = { better: "▲ ", worse: "▼ ", "no evidence": "" };

export function ScalarDifferences({ found, one, two }: TablesProps): ReactElement {
  const columns = scalarColumns(found, one, two);
  return (
    <Section title="Numbers" note="Second less first, with 95 % intervals." actions={<CsvButton columns={columns} rows={found.scalars} filename="comparison.csv" />}>
      <Table caption="Numbers" rows={found.scalars} rowKey={({ name }) => name} columns={columns} />
    </Section>
  );
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
      show: ({ verdict }) => (
        <Badge tone={BADGES[verdict]}>
          {SIGNS[verdict]}
          {verdict}
        </Badge>
      ),
    },
  ];
}

export function LabelDifferences({ found, one, two }: TablesProps): ReactElement {
  const colours = useDatasetColours(one.dataset_id);
  const columns: TableColumn<LabelDifference>[] = [
    { name: "label", title: "Label", value: ({ label }) => label, show: ({ label }) => <LabelChip name={label} colour={colours(label)} /> },
    ...sides<LabelDifference>(one, two),
    {
      name: "way",
      title: "0 to 1",
      grows: true,
      show: ({ first, second, low, high }) => <Way first={first} second={second} span={[0, 1]} tone={labelTone(low, high)} label={`from ${share(first)} to ${share(second)}`} />,
    },
    { name: "difference", title: "Difference", right: true, value: ({ difference }) => difference, show: ({ difference }) => <strong>{signed(difference)}</strong> },
    { name: "low", title: "from", right: true, value: ({ low }) => low, show: ({ low }) => signed(low) },
    { name: "high", title: "to", right: true, value: ({ high }) => high, show: ({ high }) => signed(high) },
  ];
  return (
    <Section title="By label" note={`${found.scalars[0]?.title ?? ""}, from the first (hollow) to the second.`} actions={<CsvButton columns={columns} rows={found.labels} filename="comparison-by-label.csv" />}>
      <Table caption="By label" rows={found.labels} rowKey={({ label }) => label} columns={columns} dense />
    </Section>
  );
}

function sides<T extends { first: number | null; second: number | null }>(one: Evaluation, two: Evaluation): TableColumn<T>[] {
  return [
    { name: "first", title: <Said>{one.model_version_name}</Said>, right: true, value: ({ first }) => first, show: ({ first }) => share(first) },
    { name: "second", title: <Said>{two.model_version_name}</Said>, right: true, value: ({ second }) => second, show: ({ second }) => share(second) },
  ];
}
