/** Two versions side by side: what is better, by how much, and whether that is evidence. */
import { ActionIcon, Button, Skeleton, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Icon } from "../../ui/icons";
import { Empty, Muted, Page, PageHead } from "../../ui/layout";
import { count, counted, LEAST_P, pValue, share } from "../../ui/numbers";
import { Range } from "../../ui/range";
import { Snippet } from "../../ui/snippet";
import { Said } from "../../ui/text";
import type { Comparison, Evaluation } from "../../wire/types";
import { kindName } from "../projects/words";
import { slicesQuery } from "../slices/queries";
import { MOST_COMPARED, pairOf, withBaseline } from "./compare_search";
import type { CompareSearch } from "./compare_search";
import { SliceDifferences } from "./compare_slices";
import { LabelDifferences, ScalarDifferences } from "./compare_tables";
import { TaskDifferences } from "./compare_tasks";
import { AddVersion, Versions } from "./compare_versions";
import { ComparedName, ComparedNames } from "./compared_names";
import styles from "./compare.module.css";
import { comparisonDocument, comparisonQuery, evaluationQuery } from "./queries";
import { isAlike } from "./same";
import { DownloadMenu } from "./download_menu";
import { symmetric, tied, TONES, verdict } from "./verdict";
import { WhyButton } from "./why";

const FILL = `from linlog import LinLogClient

client = LinLogClient()
first, second = client.get_evaluations()[:2]
print(client.compare(first.id, second.id).note)`;

export function ComparePage(): ReactElement {
  const search = useSearch({ from: "/inside/compare" });
  return search.first === "" || search.second === "" ? <NothingChosen /> : <Compared search={search} />;
}

/** An address without evaluations, such as one that was typed in. */
function NothingChosen(): ReactElement {
  return (
    <Page>
      <PageHead over={<Crumbs entries={[{ title: "Evaluations", to: "/evaluations" }]} />} title="Comparison" />
      <Empty title="Nothing is chosen to compare" text={<>Tick 2 to {MOST_COMPARED} of the <Link to="/evaluations" style={{ textDecoration: "underline", textUnderlineOffset: 3 }}>evaluations</Link>, then press “Compare” above them. From Python:</>}>
        <Snippet code={FILL} />
      </Empty>
    </Page>
  );
}

function Compared({ search }: { search: CompareSearch }): ReactElement {
  const one = useQuery(evaluationQuery(search.first));
  const two = useQuery(evaluationQuery(search.second));
  const slices = useQuery({ ...slicesQuery(one.data?.dataset_id ?? ""), enabled: one.data !== undefined });
  const compared = useQuery({ ...comparisonQuery(search, slices.data?.results.map(({ id }) => id) ?? []), enabled: slices.data !== undefined });
  const stopped = stoppedBy(one, two, slices, compared);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data: all } = compared;
  const found = all && pairOf(all, search);
  if (one.data === undefined || two.data === undefined) return <Page><Skeleton height={64} mb={22} /></Page>;
  const pair = { one: one.data, two: two.data, search };
  return (
    <Page>
      <ComparedNames one={one.data} search={search}>
        <Head {...pair} sliceIds={slices.data?.results.map(({ id }) => id) ?? []} />
        {all === undefined || found === undefined ? (
          <>
            <Skeleton height={140} radius={10} />
            <p className={styles.note} role="status">Drawing samples of the tasks for the intervals; with thousands of tasks the first time takes some seconds.</p>
          </>
        ) : (
          <>
            {all.others.length > 0 && <Versions found={all} search={search} />}
            <Verdict found={found} {...pair} />
            <ScalarDifferences found={found} {...pair} />
            <SliceDifferences found={all} search={search} />
            <LabelDifferences found={found} {...pair} />
            <TaskDifferences list="lost" tasks={found.lost} total={found.lost_count} {...pair} />
            <TaskDifferences list="won" tasks={found.won} total={found.won_count} {...pair} />
            <TaskDifferences list="both_wrong" tasks={found.both_wrong} total={found.both_wrong_count} {...pair} />
            <p className={styles.note}>{found.note}</p>
          </>
        )}
      </ComparedNames>
    </Page>
  );
}

interface Pair {
  one: Evaluation;
  two: Evaluation;
  search: CompareSearch;
}

function Head({ one, two, search, sliceIds }: Pair & { sliceIds: readonly string[] }): ReactElement {
  const navigate = useNavigate();
  const name = `${two.model_version_name} against ${one.model_version_name}`;
  return (
    <PageHead
      over={<Crumbs entries={[{ title: "Evaluations", to: "/evaluations" }]} />}
      title={
        <>
          <Version of={two} /> <Muted>against</Muted> <Version of={one} />
        </>
      }
      name={name}
      meta={
        <>
          <Badge>{kindName(one.kind)}</Badge>
          <span>
            <Muted>on</Muted> <Said>{one.dataset_name}</Said>
          </span>
          <Within search={search} datasetId={one.dataset_id} />
        </>
      }
      actions={
        <>
          <AddVersion one={one} search={search} />
          <DownloadMenu of="comparison" page={name} make={(form) => comparisonDocument(search, sliceIds, form)} />
          {isAlike(one, two) && <WhyButton earlier={one} later={two} />}
          <Tooltip label="Exchange the two">
            <ActionIcon variant="default" size="lg" aria-label="Exchange the two" onClick={() => void navigate({ to: "/compare", search: withBaseline(search, two.id) })}>
              <Icon name="swap" />
            </ActionIcon>
          </Tooltip>
        </>
      }
    />
  );
}

// The slice whose tasks alone count, and the way back to all.
function Within({ search, datasetId }: { search: CompareSearch; datasetId: string }): ReactElement | null {
  const { data: slices } = useQuery(slicesQuery(datasetId));
  const { slice_id: within, ...all } = search;
  if (within === undefined) return null;
  return (
    <Button component={Link} to="/compare" search={all as never} size="compact-xs" variant="light" rightSection={<Icon name="close" size={11} />} title="Compare on all tasks">
      <span>
        Only the slice <Said>{slices?.results.find(({ id }) => id === within)?.name ?? within}</Said>
      </span>
    </Button>
  );
}

function Version({ of }: { of: Evaluation }): ReactElement {
  return (
    <Link to="/evaluations/$evaluationId" params={{ evaluationId: of.id }} title={`${of.model_name} · ${of.model_version_name}`}>
      <ComparedName id={of.id} version={of.model_version_name} />
    </Link>
  );
}

function Verdict({ found, one, two }: Omit<Pair, "search"> & { found: Comparison }): ReactElement {
  const headline = found.scalars[0];
  if (headline === undefined) return <Muted>There is nothing to compare.</Muted>;
  const tone = TONES[headline.verdict];
  const span = symmetric([headline]);
  return (
    <section className={`${styles.verdict} ${tone === "good" ? styles.good : tone === "bad" ? styles.bad : ""}`} aria-label="Verdict">
      <div>
        <p className={styles.words}>
          By {headline.title}, <ComparedName id={two.id} version={two.model_version_name} /> is {headline.verdict === "no evidence" ? "not shown to differ:" : ""} {verdict(headline)}.
        </p>
        <p className={styles.more}>
          Of {counted(found.tasks, "task")} it did better on <strong>{count(found.won_count)}</strong>, worse on <strong>{count(found.lost_count)}</strong>, alike on {count(tied(found))}. <span style={{ whiteSpace: "nowrap" }}>p {headline.p_value !== null && headline.p_value >= LEAST_P && "= "}{pValue(headline.p_value)}.</span>
          {found.mcnemar !== null && <> Right by one alone: {count(found.mcnemar.only_first)} and {count(found.mcnemar.only_second)} tasks (McNemar, p {pValue(found.mcnemar.p_value)}).</>}
          {found.changed > 0 && ` ${counted(found.changed, "task")} whose ground truth is not the same in all are left out.`}
          {found.skipped_first > 0 && ` ${counted(found.skipped_first, "task")} for which ${one.model_version_name} has no predictions, but another has, are left out.`}
          {found.skipped_second > 0 && ` ${counted(found.skipped_second, "task")} for which ${two.model_version_name} has no predictions, but another has, are left out.`}
          {(found.only_first > 0 || found.only_second > 0) && ` ${count(found.only_first + found.only_second)} tasks that only one of them covers are left out.`}
        </p>
      </div>
      <div>
        <div className={styles.sides}>
          <span className={styles.name}><ComparedName id={one.id} version={one.model_version_name} /></span>
          <span />
          <span className={styles.name}><ComparedName id={two.id} version={two.model_version_name} /></span>
          <span className={styles.number}>{share(headline.first)}</span>
          <span className={styles.arrow}><Icon name="right" /></span>
          <span className={styles.number}>{share(headline.second)}</span>
        </div>
        <Range value={headline.difference} low={headline.low} high={headline.high} span={span} tone={tone} zero label={verdict(headline)} />
        <div className={styles.axis}>
          <span>worse</span>
          <span>0</span>
          <span>better</span>
        </div>
      </div>
    </section>
  );
}
