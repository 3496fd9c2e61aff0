/** One task of a report: truth and predictions over the item, and what became of each. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Muted } from "../../ui/layout";
import { count, share } from "../../ui/numbers";
import { useSelection } from "../../ui/selection";
import { Said } from "../../ui/text";
import { SideNote, SidePart, Workbench } from "../../ui/workbench";
import type { Example, Report } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "../tasks/about";
import { taskQuery } from "../tasks/queries";
import { Stage } from "../tasks/stage";
import { taskName, TaskName } from "../tasks/words";
import { OutcomeList } from "./outcome_list";
import { measureOf } from "./outcomes";
import { evaluationQuery, reportQuery } from "./queries";
import styles from "./report.module.css";
import { focused, readReportSearch, readState } from "./search";
import type { ExampleSearch } from "./search";
import { confident, ShownControls, shownMarks, useShown } from "./shown";
import { scalarOf } from "./state_words";
import { judgedAnnotations } from "./judged";
import { useTruths } from "./truths";

const FROM = "/inside/evaluations/$evaluationId/tasks/$taskId";

export function ExamplePage(): ReactElement {
  const { evaluationId, taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const evaluated = useQuery(evaluationQuery(evaluationId));
  const reported = useQuery(reportQuery(evaluationId, useMemo(() => readState(search), [search])));
  const asked = useQuery(taskQuery(taskId));
  const { data: evaluation } = evaluated;
  const { data: report } = reported;
  const { data: task } = asked;
  const { data: predictions } = useQuery({ ...predictionsQuery(evaluation?.model_run_id ?? "", taskId), enabled: evaluation !== undefined });
  const colours = useDatasetColours(evaluation?.dataset_id);
  const [shown, setShown] = useShown();
  const selection = useSelection(taskId);
  const examples = useMemo(() => examplesOf(report, search), [report, search]);
  const place = examples.findIndex((example) => example.task_id === taskId);
  const example = examples[place];
  const truth = useTruths(evaluation, useMemo(() => [taskId], [taskId]))(taskId);
  const threshold = search.confidence_threshold ?? scalarOf(report, "confidence_threshold") ?? 0;
  const marks = useMemo(() => {
    const seen = confident(predictions?.results ?? [], shown.confidence ?? threshold);
    return shownMarks(truthMarks(judgedAnnotations(task, truth), colours), predictionMarks(seen, colours), example?.outcomes ?? [], shown);
  }, [task, truth, predictions, colours, example, shown, threshold]);
  const stopped = stoppedBy(evaluated, reported, asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const open = (at: number): (() => void) | null => {
    const other = place < 0 ? undefined : examples[at];
    return other === undefined ? null : () => void navigate({ to: "/evaluations/$evaluationId/tasks/$taskId", params: { evaluationId, taskId: other.task_id }, search, replace: true });
  };
  const others = marks.filter(({ faint }) => faint);
  return (
    <Workbench
      name={task && taskName(task)}
      title={task === undefined ? <Skeleton height={14} width={180} /> : <TaskName task={task} />}
      note={evaluation !== undefined && <Note name={`${evaluation.model_name} · ${evaluation.model_version_name}`} example={example} />}
      back={() => void navigate({ to: "/evaluations/$evaluationId", params: { evaluationId }, search: readReportSearch({ ...search }) })}
      backTitle="Back to the report"
      steps={{ position: place + 1, count: examples.length, previous: place > 0 ? open(place - 1) : null, next: open(place + 1) }}
      side={
        <>
          {truth?.changed === true && evaluation !== undefined && <ChangedSince datasetId={evaluation.dataset_id} taskId={taskId} />}
          <SidePart title="Shown">
            <ShownControls shown={shown} change={setShown} threshold={threshold} />
          </SidePart>
          <SidePart title={`Outcomes · ${count(example?.outcomes.length ?? 0)}`}>
            {example === undefined && <SideNote>The report keeps no outcomes of this task: it is none of its examples.</SideNote>}
            <OutcomeList outcomes={example?.outcomes ?? []} measure={measureOf(evaluation?.kind ?? "")} {...selection} />
          </SidePart>
          {others.length > 0 && (
            <SidePart title={`Not counted · ${count(others.length)}`}>
              <MarkList marks={others} text={task?.item.text ?? null} selected={selection.selected} onSelect={selection.select} empty="" />
            </SidePart>
          )}
          {task !== undefined && <AboutTask task={task} />}
        </>
      }
    >
      {task !== undefined && truth !== undefined && <Stage task={task} marks={marks} selected={selection.selected} onSelect={selection.select} />}
    </Workbench>
  );
}

function ChangedSince({ datasetId, taskId }: { datasetId: string; taskId: string }): ReactElement {
  return (
    <SidePart title="Changed since">
      <div role="status">
        <SideNote>
          The labels of this task have changed since it was evaluated. Drawn are those that it was judged by.{" "}
          <Link to="/datasets/$datasetId/tasks/$taskId" params={{ datasetId, taskId }} className={styles.way}>
            The task as it is now
          </Link>
        </SideNote>
      </div>
    </SidePart>
  );
}

function Note({ name, example }: { name: string; example: Example | undefined }): ReactElement {
  return (
    <>
      <Said>{name}</Said>
      {example !== undefined && (
        <>
          {" · "}
          <Muted>score</Muted> {share(example.score)}
        </>
      )}
    </>
  );
}

function examplesOf(report: Report | undefined, search: ExampleSearch): readonly Example[] {
  const blocks = (report?.blocks ?? []).filter((block) => block.type === "examples");
  const named = blocks.filter(({ name }) => name === search.block);
  return focused((named.length > 0 ? named : blocks).flatMap(({ examples }) => examples), search);
}
