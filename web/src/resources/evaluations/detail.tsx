/** A model run's report: its numbers, figures and worst examples. */
import { Button, Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { BlockSection, isNarrow } from "../../blocks";
import type { BlockContext } from "../../blocks";
import { Badge } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { Failure, Muted, Page, PageHead } from "../../ui/layout";
import { Said, When } from "../../ui/text";
import type { Block, Evaluation, Example, Task } from "../../wire/types";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { modelRunQuery } from "../model_runs/queries";
import { CoverageBar, Headline } from "../model_runs/table";
import { TaskPicture } from "../tasks/picture";
import { judgedTasksQuery } from "../tasks/queries";
import { OutcomeSign, outcomeCounts } from "./outcomes";
import { evaluationQuery, evaluationsQuery, reportQuery } from "./queries";
import styles from "./report.module.css";
import { focused, OUTCOMES } from "./search";
import type { Focus } from "./search";

const FROM = "/inside/evaluations/$evaluationId";

export function EvaluationPage(): ReactElement {
  const { evaluationId } = useParams({ from: FROM });
  const { data: evaluation, error } = useQuery(evaluationQuery(evaluationId));
  if (error !== null) return <Page><Failure error={error} /></Page>;
  return (
    <Page>
      {evaluation === undefined ? <Skeleton height={64} /> : <Head evaluation={evaluation} />}
      {evaluation?.state === "failed" && <Failure error={new Error(evaluation.failure ?? "the evaluation failed")} />}
      {evaluation?.state === "finished" && <Body evaluation={evaluation} />}
    </Page>
  );
}

function Head({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const { data: run } = useQuery(modelRunQuery(evaluation.model_run_id));
  const { data: others } = useQuery(evaluationsQuery({ dataset_id: evaluation.dataset_id }));
  const navigate = useNavigate();
  const rivals = (others?.results ?? []).filter(({ id, kind, state }) => id !== evaluation.id && kind === evaluation.kind && state === "finished");
  return (
    <PageHead
      over={<Crumbs entries={[{ title: "Models", to: "/models" }, { title: evaluation.model_name, to: "/models/$modelId", params: { modelId: evaluation.model_id } }]} />}
      title={
        <>
          <Said>{evaluation.model_version_name}</Said> on <Said>{evaluation.dataset_name}</Said>
        </>
      }
      meta={
        <>
          <Badge>{evaluation.kind}</Badge>
          {evaluation.state !== "finished" && <Headline evaluation={evaluation} />}
          {run !== undefined && <CoverageBar coverage={run.coverage} />}
          <span>
            evaluated <When date={evaluation.created_date} />
          </span>
          <Muted>{settings(evaluation)}</Muted>
        </>
      }
      actions={
        <>
          <Button component={Link} to="/model-versions/$versionId" params={{ versionId: evaluation.model_version_id } as never} size="xs" variant="default">
            Training
          </Button>
          {rivals.length > 0 && (
            <Select
              size="xs"
              placeholder="Compare with…"
              aria-label="Compare with another model version"
              data={rivals.map(({ id, model_name: model, model_version_name: version }) => ({ value: id, label: `${model} · ${version}` }))}
              value={null}
              onChange={(first) => first !== null && void navigate({ to: "/compare", search: { first, second: evaluation.id } })}
            />
          )}
        </>
      }
    />
  );
}

function settings({ config }: Evaluation): string {
  return Object.entries(config)
    .map(([name, value]) => `${name.replaceAll("_", " ")}: ${value === null ? "best F1" : String(value)}`)
    .join(" · ");
}

function Body({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const { data: report, error } = useQuery(reportQuery(evaluation.id));
  const focus = useSearch({ from: FROM });
  const navigate = useNavigate();
  const colours = useDatasetColours(evaluation.dataset_id);
  const examples = useMemo(() => (report?.blocks ?? []).flatMap((block) => (block.type === "examples" ? block.examples : [])), [report]);
  const ids = useMemo(() => [...new Set(examples.map(({ task_id: id }) => id))], [examples]);
  const { data: tasks } = useQuery({ ...judgedTasksQuery(evaluation.dataset_id, evaluation.model_run_id, ids), enabled: ids.length > 0 });
  if (error !== null) return <Failure error={error} />;
  if (report === undefined) return <Skeleton height={420} />;
  const change = (next: Focus): void => void navigate({ to: ".", search: next, replace: true, hash: "worst" });
  const context: BlockContext = {
    colours,
    onCell: (row, column) => change(cellFocus(row, column)),
    draw: (example, block) => <Card example={example} task={tasks?.get(example.task_id)} evaluationId={evaluation.id} search={{ ...focus, block }} colours={colours} />,
    shown: (some) => focused(some, focus),
  };
  return (
    <>
      {grouped(report.blocks).map((group) => (
        <div key={group[0]?.name} className={group.length > 1 || (group[0] !== undefined && isNarrow(group[0])) ? styles.pair : undefined}>
          {group.map((block) => (
            <div key={block.name}>
              {block.type === "examples" && <FocusBar focus={focus} change={change} />}
              <BlockSection block={block} context={context} />
            </div>
          ))}
        </div>
      ))}
    </>
  );
}

// A name in brackets, such as (background), stands for nothing there.
function cellFocus(truth: string, prediction: string): Focus {
  const nothing = (name: string): boolean => name.startsWith("(");
  if (nothing(truth)) return { outcome: "false positive", prediction };
  if (nothing(prediction)) return { outcome: "missed", truth };
  return { truth, prediction };
}

function grouped(blocks: readonly Block[]): Block[][] {
  const groups: Block[][] = [];
  for (const block of blocks) {
    const last = groups.at(-1);
    if (isNarrow(block) && last?.[0] !== undefined && isNarrow(last[0])) last.push(block);
    else groups.push([block]);
  }
  return groups;
}

function FocusBar({ focus, change }: { focus: Focus; change: (focus: Focus) => void }): ReactElement {
  const narrowed = focus.truth !== undefined || focus.prediction !== undefined;
  return (
    <div style={{ display: "flex", gap: 8, alignItems: "center", flexWrap: "wrap" }} role="group" aria-label="Which examples are shown">
      <Button size="compact-xs" variant={focus.outcome === undefined && !narrowed ? "filled" : "default"} onClick={() => change({})}>
        All
      </Button>
      {OUTCOMES.map((outcome) => (
        <Button key={outcome} size="compact-xs" variant={focus.outcome === outcome ? "filled" : "default"} onClick={() => change({ outcome })}>
          {outcome}
        </Button>
      ))}
      {narrowed && (
        <Muted>
          {focus.truth !== undefined && <>truth <bdi>{focus.truth}</bdi> </>}
          {focus.prediction !== undefined && <>predicted <bdi>{focus.prediction}</bdi></>}
        </Muted>
      )}
    </div>
  );
}

interface CardProps {
  example: Example;
  task: Task | undefined;
  evaluationId: string;
  search: Focus & { block: string };
  colours: BlockContext["colours"];
}

function Card({ example, task, evaluationId, search, colours }: CardProps): ReactElement {
  const marks = useMemo(() => (task === undefined ? [] : [...truthMarks(task.annotations, colours), ...predictionMarks(task.predictions, colours)]), [task, colours]);
  return (
    <Link to="/evaluations/$evaluationId/tasks/$taskId" params={{ evaluationId, taskId: example.task_id }} search={search} className={styles.example}>
      <div className={styles.picture}>{task === undefined ? <Skeleton height={150} /> : <TaskPicture task={task} marks={marks} />}</div>
      <div className={styles.foot}>
        {outcomeCounts(example.outcomes).map(([name, amount]) => (
          <OutcomeSign key={name} name={name} amount={amount} />
        ))}
      </div>
    </Link>
  );
}
