/** A model run's report: its numbers, figures and worst examples. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { BlockSection, isNarrow } from "../../blocks";
import type { BlockContext } from "../../blocks";
import { Failure, Page } from "../../ui/layout";
import type { Block, Evaluation } from "../../wire/types";
import { useDatasetColours } from "../labels/queries";
import { judgedTasksQuery } from "../tasks/queries";
import { ExampleCard } from "./example_card";
import { FocusBar } from "./focus_bar";
import { ReportHead } from "./head";
import { evaluationQuery, reportQuery } from "./queries";
import styles from "./report.module.css";
import { cellFocus, focused } from "./search";
import type { Focus } from "./search";

const FROM = "/inside/evaluations/$evaluationId";

export function EvaluationPage(): ReactElement {
  const { evaluationId } = useParams({ from: FROM });
  const { data: evaluation, error } = useQuery(evaluationQuery(evaluationId));
  if (error !== null) return <Page><Failure error={error} /></Page>;
  return (
    <Page>
      {evaluation === undefined ? <Skeleton height={64} mb={22} /> : <ReportHead evaluation={evaluation} />}
      {evaluation?.state === "failed" && <Failure error={new Error(evaluation.failure ?? "the evaluation failed")} />}
      {evaluation?.state === "finished" ? <Body evaluation={evaluation} /> : evaluation?.state !== "failed" && <Skeleton height={190} radius={8} />}
    </Page>
  );
}

function Body({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const { data: report, error } = useQuery(reportQuery(evaluation.id));
  const context = useContext(evaluation, report?.blocks ?? []);
  if (error !== null) return <Failure error={error} />;
  if (report === undefined) return <Skeleton height={190} radius={8} />;
  return (
    <>
      {rows(report.blocks).map((row) => (
        <div key={row[0]?.name} className={row[0] !== undefined && isNarrow(row[0]) ? styles.pair : undefined}>
          {row.map((block) => (
            <BlockSection key={block.name} block={block} context={context} headline={report.headline} />
          ))}
        </div>
      ))}
    </>
  );
}

function useContext(evaluation: Evaluation, blocks: readonly Block[]): BlockContext {
  const focus = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/evaluations/$evaluationId" });
  const colours = useDatasetColours(evaluation.dataset_id);
  const ids = useMemo(() => [...new Set(blocks.flatMap((block) => (block.type === "examples" ? block.examples : [])).map(({ task_id: id }) => id))], [blocks]);
  const { data: tasks } = useQuery({ ...judgedTasksQuery(evaluation.dataset_id, evaluation.model_run_id, ids), enabled: ids.length > 0 });
  const change = (next: Focus): void => void navigate({ search: next, replace: true, resetScroll: false });
  const show = (next: Focus): void => {
    change(next);
    document.querySelector(`section[data-block="examples"]`)?.scrollIntoView({ behavior: "smooth", block: "start" });
  };
  return {
    colours,
    onCell: (row, column) => show(cellFocus(row, column)),
    onLabel: (label) => show({ truth: label }),
    draw: (example, block) => <ExampleCard example={example} task={tasks?.get(example.task_id)} evaluationId={evaluation.id} search={{ ...focus, block }} colours={colours} />,
    shown: (examples) => focused(examples, focus),
    choose: (examples) => <FocusBar focus={focus} examples={examples} change={change} />,
  };
}

// Examples come right after the first numbers, so that the pictures are one click away.
function rows(blocks: readonly Block[]): Block[][] {
  const examples = blocks.filter(({ type }) => type === "examples");
  const others = blocks.filter(({ type }) => type !== "examples");
  const lead = others.findIndex(isNarrow);
  const before = lead < 0 ? others.length : lead;
  const found: Block[][] = [];
  for (const block of [...others.slice(0, before), ...examples, ...others.slice(before)]) {
    const last = found.at(-1);
    if (isNarrow(block) && last?.[0] !== undefined && isNarrow(last[0])) last.push(block);
    else found.push([block]);
  }
  return found;
}
