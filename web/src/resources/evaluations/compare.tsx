/** Two versions side by side: what is better, by how much, and whether that is evidence. */
import { ActionIcon, Skeleton, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Icon } from "../../ui/icons";
import { Muted, Page, PageHead } from "../../ui/layout";
import { count, counted, LEAST_P, pValue, share } from "../../ui/numbers";
import { Range } from "../../ui/range";
import { Said } from "../../ui/text";
import type { Comparison, Evaluation } from "../../wire/types";
import { kindName } from "../projects/words";
import { LabelDifferences, ScalarDifferences } from "./compare_tables";
import { TaskDifferences } from "./compare_tasks";
import styles from "./compare.module.css";
import { comparisonQuery, evaluationQuery } from "./queries";
import { isAlike } from "./same";
import { symmetric, tied, TONES, verdict } from "./verdict";
import { WhyButton } from "./why";

export function ComparePage(): ReactElement {
  const { first, second } = useSearch({ from: "/inside/compare" });
  const one = useQuery(evaluationQuery(first));
  const two = useQuery(evaluationQuery(second));
  const compared = useQuery(comparisonQuery(first, second));
  const stopped = stoppedBy(one, two, compared);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data: found } = compared;
  if (one.data === undefined || two.data === undefined) return <Page><Skeleton height={64} mb={22} /></Page>;
  const pair = { one: one.data, two: two.data };
  return (
    <Page>
      <Head {...pair} />
      {found === undefined ? (
        <Skeleton height={140} radius={10} />
      ) : (
        <>
          <Verdict found={found} {...pair} />
          <ScalarDifferences found={found} {...pair} />
          <LabelDifferences found={found} {...pair} />
          <TaskDifferences list="lost" tasks={found.lost} total={found.lost_count} {...pair} />
          <TaskDifferences list="won" tasks={found.won} total={found.won_count} {...pair} />
          <p className={styles.note}>{found.note}</p>
        </>
      )}
    </Page>
  );
}

interface Pair {
  one: Evaluation;
  two: Evaluation;
}

function Head({ one, two }: Pair): ReactElement {
  const navigate = useNavigate();
  return (
    <PageHead
      over={<Crumbs entries={[{ title: "Evaluations", to: "/evaluations" }]} />}
      title={
        <>
          <Version of={two} /> <Muted>against</Muted> <Version of={one} />
        </>
      }
      name={`${two.model_version_name} against ${one.model_version_name}`}
      meta={
        <>
          <Badge>{kindName(one.kind)}</Badge>
          <span>
            <Muted>on</Muted> <Said>{one.dataset_name}</Said>
          </span>
        </>
      }
      actions={
        <>
          {isAlike(one, two) && <WhyButton earlier={one} later={two} />}
          <Tooltip label="Exchange the two">
            <ActionIcon variant="default" size="lg" aria-label="Exchange the two" onClick={() => void navigate({ to: "/compare", search: { first: two.id, second: one.id } })}>
              <Icon name="swap" />
            </ActionIcon>
          </Tooltip>
        </>
      }
    />
  );
}

function Version({ of }: { of: Evaluation }): ReactElement {
  return (
    <Link to="/evaluations/$evaluationId" params={{ evaluationId: of.id }} title={`${of.model_name} · ${of.model_version_name}`}>
      <Said>{of.model_version_name}</Said>
    </Link>
  );
}

function Verdict({ found, one, two }: Pair & { found: Comparison }): ReactElement {
  const headline = found.scalars[0];
  if (headline === undefined) return <Muted>There is nothing to compare.</Muted>;
  const tone = TONES[headline.verdict];
  const span = symmetric([headline]);
  return (
    <section className={`${styles.verdict} ${tone === "good" ? styles.good : tone === "bad" ? styles.bad : ""}`} aria-label="Verdict">
      <div>
        <p className={styles.words}>
          By {headline.title}, <Said>{two.model_version_name}</Said> is {headline.verdict === "no evidence" ? "not shown to differ:" : ""} {verdict(headline)}.
        </p>
        <p className={styles.more}>
          Of {counted(found.tasks, "task")} it did better on <strong>{count(found.won_count)}</strong>, worse on <strong>{count(found.lost_count)}</strong>, alike on {count(tied(found))}. p {headline.p_value !== null && headline.p_value >= LEAST_P && "= "}{pValue(headline.p_value)}.
          {(found.only_first > 0 || found.only_second > 0) && ` ${count(found.only_first + found.only_second)} tasks that only one of them covers are left out.`}
        </p>
      </div>
      <div>
        <div className={styles.sides}>
          <span className={styles.name}><Said>{one.model_version_name}</Said></span>
          <span />
          <span className={styles.name}><Said>{two.model_version_name}</Said></span>
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
