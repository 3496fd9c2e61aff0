/** Why a number changed: how much is of the labels, how much of the model, and the tasks behind it. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Icon } from "../../ui/icons";
import { Muted, Page, PageHead, Section } from "../../ui/layout";
import { counted, reported, share, signed } from "../../ui/numbers";
import { CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Evaluation, ExplainedNumber, Explanation } from "../../wire/types";
import { datasetVersionsQuery } from "../dataset_versions/queries";
import { versionName } from "../dataset_versions/words";
import { evaluationQuery, reportQuery } from "../evaluations/queries";
import { kindName } from "../projects/words";
import styles from "./detail.module.css";
import { Parts } from "./parts";
import { explanationQuery } from "./queries";
import { ExplainedTasks } from "./tasks";

export function ExplanationPage(): ReactElement {
  const { earlier, later } = useSearch({ from: "/inside/explanation" });
  const one = useQuery(evaluationQuery(earlier));
  const two = useQuery(evaluationQuery(later));
  const explained = useQuery(explanationQuery(earlier, later));
  const stopped = stoppedBy(one, two, explained);
  if (stopped !== null) return <FailedPage {...stopped} />;
  if (one.data === undefined || two.data === undefined) return <Page><Skeleton height={64} mb={22} /></Page>;
  const pair = { one: one.data, two: two.data };
  return (
    <Page>
      <Head {...pair} />
      {explained.data === undefined ? <Skeleton height={170} radius={10} /> : <Body found={explained.data} {...pair} />}
    </Page>
  );
}

interface Pair {
  one: Evaluation;
  two: Evaluation;
}

function Head({ one, two }: Pair): ReactElement {
  const title = "Why the number changed";
  return (
    <PageHead
      over={
        <Crumbs
          entries={[
            { title: "Evaluations", to: "/evaluations" },
            { title: `${two.model_version_name} on ${two.dataset_name}`, to: "/evaluations/$evaluationId", params: { evaluationId: two.id } },
          ]}
        />
      }
      title={title}
      name={title}
      file={title}
      meta={
        <>
          <Badge>{kindName(two.kind)}</Badge>
          <Side of={one} />
          <Icon name="right" size={12} />
          <Side of={two} />
          <Versions one={one} two={two} />
        </>
      }
    />
  );
}

function Side({ of }: { of: Evaluation }): ReactElement {
  return (
    <Link to="/evaluations/$evaluationId" params={{ evaluationId: of.id }} className={styles.side}>
      <Said>{of.model_version_name}</Said>, evaluated <When date={of.finished_date ?? of.created_date} />
    </Link>
  );
}

// What the dataset held for each of the two, and the way to what came between.
function Versions({ one, two }: Pair): ReactElement | null {
  const { data } = useQuery(datasetVersionsQuery(two.dataset_id));
  const [first, second] = [one, two].map(({ dataset_version_id: id }) => data?.results.find((version) => version.id === id));
  if (first === undefined || second === undefined) return null;
  if (first.id === second.id) return <Muted>both by {versionName(first)} of the dataset</Muted>;
  return (
    <Link to="/datasets/$datasetId/versions" params={{ datasetId: two.dataset_id }} search={{ since: first.id, version: second.id }} className={styles.side}>
      from {versionName(first)} of the dataset to {versionName(second)}
    </Link>
  );
}

function Body({ found, one, two }: Pair & { found: Explanation }): ReactElement {
  const [headline] = found.numbers;
  const columns = columnsOf(useIsShare(two));
  return (
    <>
      {headline !== undefined && <Hero number={headline} found={found} />}
      <Section title="Every number" note="The parts add up to the difference." actions={<CsvButton columns={columns} rows={found.numbers} filename="explanation.csv" />}>
        <Table caption="Every number" rows={found.numbers} rowKey={({ name }) => name} columns={columns} dense />
      </Section>
      <ExplainedTasks title="Tasks whose labels changed" tasks={found.label_tasks} evaluation={two} none="No task's annotations changed." />
      <ExplainedTasks title="Tasks on which the model does otherwise" tasks={found.model_tasks} evaluation={two} none={one.model_version_id === two.model_version_id ? "The predictions are the same." : "The two models do the same on every task."} />
      <p className={styles.note}>{found.note}</p>
    </>
  );
}

function Hero({ number, found }: { number: ExplainedNumber; found: Explanation }): ReactElement {
  const { title, earlier, later, difference } = number;
  return (
    <section className={styles.hero} aria-label="Explanation">
      <div>
        <div className={styles.title}>{title}</div>
        <div className={styles.way}>
          {share(earlier)}
          <Icon name="right" />
          {share(later)}
          <strong className={difference !== null && difference < 0 ? styles.bad : styles.good}>{signed(difference)}</strong>
        </div>
        <p className={styles.said}>
          Of {counted(found.common, "task")} that both judged, {found.relabelled === 0 ? "none has other labels" : `${counted(found.relabelled, "has", "have")} other labels`}.
          {found.added > 0 && ` ${counted(found.added, "task")} came to the dataset.`}
          {found.removed > 0 && ` ${counted(found.removed, "task")} left it.`}
        </p>
      </div>
      <Parts number={number} moved={found.added + found.removed > 0} />
    </section>
  );
}

// Which numbers lie between 0 and 1 is said by the report that they are of.
function useIsShare(evaluation: Evaluation): (name: string) => boolean {
  const { data: report } = useQuery(reportQuery(evaluation.id));
  const counts = new Set((report?.blocks ?? []).flatMap((block) => (block.type === "scalars" ? block.scalars.filter((scalar) => !scalar.share) : [])).map(({ name }) => name));
  return (name) => !counts.has(name);
}

type Part = "earlier" | "later" | "difference" | "from_labels" | "from_model" | "from_tasks";

const column = (name: Part, title: string, show: (row: ExplainedNumber, name: Part) => string): TableColumn<ExplainedNumber> => ({
  name,
  title,
  right: true,
  value: (row) => row[name],
  show: (row) => (name === "difference" ? <strong>{show(row, name)}</strong> : show(row, name)),
});

function columnsOf(isShare: (name: string) => boolean): TableColumn<ExplainedNumber>[] {
  const plain = (row: ExplainedNumber, name: Part): string => reported(row[name], isShare(row.name));
  const difference = (row: ExplainedNumber, name: Part): string => signed(row[name], isShare(row.name) ? 3 : Number.isInteger(row[name]) ? 0 : 1);
  return [
    { name: "name", title: "Number", value: ({ title }) => title, show: ({ title }) => <strong>{title}</strong> },
    column("earlier", "Earlier", plain),
    column("later", "Later", plain),
    column("difference", "Difference", difference),
    column("from_labels", "Of the labels", difference),
    column("from_model", "Of the model", difference),
    column("from_tasks", "Of tasks that came or went", difference),
  ];
}
