/** Two versions side by side: what is better, by how much, and whether that is evidence. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge, LabelChip } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { Failure, Muted, Page, PageHead, Section } from "../../ui/layout";
import { count, pValue, share, signed } from "../../ui/numbers";
import { CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Comparison, Evaluation, LabelDifference, ScalarDifference, TaskDifference } from "../../wire/types";
import { useDatasetColours } from "../labels/queries";
import { truthMarks } from "../annotations/marks";
import { TaskPicture } from "../tasks/picture";
import { judgedTasksQuery } from "../tasks/queries";
import { comparisonQuery, evaluationQuery } from "./queries";
import styles from "./report.module.css";

export function ComparePage(): ReactElement {
  const { first, second } = useSearch({ from: "/inside/compare" });
  const { data: one } = useQuery(evaluationQuery(first));
  const { data: two } = useQuery(evaluationQuery(second));
  const { data: found, error } = useQuery(comparisonQuery(first, second));
  if (error !== null) return <Page><Failure error={error} /></Page>;
  if (one === undefined || two === undefined || found === undefined) return <Page><Skeleton height={480} /></Page>;
  return (
    <Page>
      <PageHead
        over={<Crumbs entries={[{ title: "Evaluations", to: "/evaluations" }]} />}
        title={<><Said>{two.model_version_name}</Said> against <Said>{one.model_version_name}</Said></>}
        meta={<><Badge>{found.kind}</Badge><span>on <Said>{one.dataset_name}</Said></span><span>{count(found.tasks)} tasks</span></>}
      />
      <p className={styles.verdict}>{verdict(found, one, two)}</p>
      <Section title="Numbers" note="second less first, with 95 % intervals" actions={<CsvButton columns={SCALARS} rows={found.scalars} filename="comparison.csv" />}>
        <Table caption="Numbers" rows={found.scalars} rowKey={({ name }) => name} columns={named(one, two, SCALARS)} />
      </Section>
      <Labels found={found} one={one} two={two} />
      <Tasks title="Won" list="won" tasks={found.won} total={found.won_count} one={one} two={two} />
      <Tasks title="Lost" list="lost" tasks={found.lost} total={found.lost_count} one={one} two={two} />
      <Muted>{found.note}</Muted>
    </Page>
  );
}

/** The headline's difference in a sentence. */
export function verdict(found: Comparison, one: Evaluation, two: Evaluation): string {
  const headline = found.scalars[0];
  if (headline === undefined || headline.difference === null) return "There is nothing to compare: no task counts for both.";
  const range = headline.low === null ? "" : `, 95 % interval ${signed(headline.low)} to ${signed(headline.high)}`;
  const numbers = `${headline.title} ${share(headline.second)} against ${share(headline.first)}, a difference of ${signed(headline.difference)}${range}`;
  if (headline.verdict === "no evidence") return `No evidence of a difference between “${two.model_version_name}” and “${one.model_version_name}”: ${numbers}.`;
  return `“${two.model_version_name}” is ${headline.verdict} than “${one.model_version_name}”: ${numbers}.`;
}

const TONES: Record<ScalarDifference["verdict"], Tone> = { better: "good", worse: "bad", "no evidence": "neutral" };

const SCALARS: TableColumn<ScalarDifference>[] = [
  { name: "name", title: "Number", value: ({ title }) => title, show: ({ title }) => title },
  { name: "first", title: "First", right: true, value: ({ first }) => first, show: ({ first }) => share(first) },
  { name: "second", title: "Second", right: true, value: ({ second }) => second, show: ({ second }) => share(second) },
  { name: "difference", title: "Difference", right: true, value: ({ difference }) => difference, show: ({ difference }) => signed(difference) },
  { name: "low", title: "from", right: true, value: ({ low }) => low, show: ({ low }) => signed(low) },
  { name: "high", title: "to", right: true, value: ({ high }) => high, show: ({ high }) => signed(high) },
  { name: "p_value", title: "p", right: true, value: ({ p_value: p }) => p, show: ({ p_value: p }) => pValue(p) },
  { name: "verdict", title: "Verdict", value: ({ verdict: word }) => word, show: ({ verdict: word }) => <Badge tone={TONES[word]}>{word}</Badge> },
];

function named<T>(one: Evaluation, two: Evaluation, columns: TableColumn<T>[]): TableColumn<T>[] {
  const titles: Record<string, string> = { first: one.model_version_name, second: two.model_version_name };
  return columns.map((column) => (titles[column.name] === undefined ? column : { ...column, title: <bdi>{titles[column.name]}</bdi> }));
}

function Labels({ found, one, two }: { found: Comparison; one: Evaluation; two: Evaluation }): ReactElement {
  const colours = useDatasetColours(one.dataset_id);
  const columns: TableColumn<LabelDifference>[] = [
    { name: "label", title: "Label", value: ({ label }) => label, show: ({ label }) => <LabelChip name={label} colour={colours(label)} /> },
    { name: "first", title: "First", right: true, value: ({ first }) => first, show: ({ first }) => share(first) },
    { name: "second", title: "Second", right: true, value: ({ second }) => second, show: ({ second }) => share(second) },
    { name: "difference", title: "Difference", right: true, value: ({ difference }) => difference, show: ({ difference }) => signed(difference) },
    { name: "low", title: "from", right: true, value: ({ low }) => low, show: ({ low }) => signed(low) },
    { name: "high", title: "to", right: true, value: ({ high }) => high, show: ({ high }) => signed(high) },
  ];
  return (
    <Section title="By label" note={found.scalars[0]?.title} actions={<CsvButton columns={columns} rows={found.labels} filename="comparison-by-label.csv" />}>
      <Table caption="By label" rows={found.labels} rowKey={({ label }) => label} columns={named(one, two, columns)} dense />
    </Section>
  );
}

const MOST = 12;

interface TasksProps {
  title: string;
  list: "won" | "lost";
  tasks: readonly TaskDifference[];
  total: number;
  one: Evaluation;
  two: Evaluation;
}

function Tasks({ title, list, tasks, total, one, two }: TasksProps): ReactElement {
  const colours = useDatasetColours(one.dataset_id);
  const some = tasks.slice(0, MOST);
  const { data } = useQuery({ ...judgedTasksQuery(two.dataset_id, two.model_run_id, some.map(({ task_id: id }) => id)), enabled: some.length > 0 });
  return (
    <Section title={`${title} by “${two.model_version_name}”`} note={`${count(total)} tasks`}>
      {some.length === 0 && <Muted>None.</Muted>}
      <div style={{ display: "grid", gridTemplateColumns: "repeat(auto-fill, minmax(190px, 1fr))", gap: 12 }}>
        {some.map((entry) => {
          const task = data?.get(entry.task_id);
          return (
            <Link key={entry.task_id} to="/compare/tasks/$taskId" params={{ taskId: entry.task_id }} search={{ first: one.id, second: two.id, list }} className={styles.example}>
              <div className={styles.picture}>{task === undefined ? <Skeleton height={150} /> : <TaskPicture task={task} marks={truthMarks(task.annotations, colours)} />}</div>
              <div className={styles.foot}>{share(entry.first)} → {share(entry.second)}</div>
            </Link>
          );
        })}
      </div>
    </Section>
  );
}
