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
import type { Steps } from "../../ui/workbench";
import type { Example, Report } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "../tasks/about";
import { taskQuery } from "../tasks/queries";
import { Stage } from "../tasks/stage";
import { taskName, TaskName } from "../tasks/words";
import { isListed, readOpening } from "./openings";
import type { Opening } from "./openings";
import { OutcomeList } from "./outcome_list";
import { measureOf, told } from "./outcomes";
import { evaluationQuery, outcomesQuery, reportQuery } from "./queries";
import styles from "./report.module.css";
import { focused, readReportSearch, readState } from "./search";
import type { ExampleSearch, ReportState } from "./search";
import { confident, ShownControls, shownMarks, useShown } from "./shown";
import { scalarOf } from "./state_words";
import { judgedAnnotations } from "./judged";
import { useTruths } from "./truths";

/** As many as a page of the API has. */
const MOST_OUTCOMES = 1000;

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
  const state = useMemo(() => readState(search), [search]);
  const opened = useOpened(evaluationId, state, search);
  const selection = useSelection(`${taskId} ${search.nth ?? ""}`, opened?.ids);
  const examples = useMemo(() => examplesOf(report, search), [report, search]);
  const place = examples.findIndex((example) => example.task_id === taskId);
  const example = opened === null ? examples[place] : undefined;
  const every = opened?.opening.all_confidences === true;
  const { data: listed } = useQuery({
    ...outcomesQuery(evaluationId, state, { task_id: taskId, ...(every ? { all_confidences: true } : {}) }, 0, MOST_OUTCOMES),
    enabled: evaluation !== undefined && isListed(evaluation.kind) && report !== undefined && example === undefined,
  });
  const outcomes = useMemo(() => example?.outcomes ?? told(listed?.results ?? []), [example, listed]);
  const truth = useTruths(evaluation, useMemo(() => [taskId], [taskId]))(taskId);
  const threshold = every ? 0 : search.confidence_threshold ?? scalarOf(report, "confidence_threshold") ?? 0;
  const marks = useMemo(() => {
    const seen = confident(predictions?.results ?? [], shown.confidence ?? threshold);
    return shownMarks(truthMarks(judgedAnnotations(task, truth), colours), predictionMarks(seen, colours), outcomes, shown);
  }, [task, truth, predictions, colours, outcomes, shown, threshold]);
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
      steps={opened === null ? { position: place + 1, count: examples.length, previous: place > 0 ? open(place - 1) : null, next: open(place + 1) } : opened.steps((to, nth) => void navigate({ to: "/evaluations/$evaluationId/tasks/$taskId", params: { evaluationId, taskId: to }, search: { ...search, nth }, replace: true }))}
      side={
        <>
          {truth?.changed === true && evaluation !== undefined && <ChangedSince datasetId={evaluation.dataset_id} taskId={taskId} />}
          <SidePart title="Shown">
            <ShownControls shown={shown} change={setShown} threshold={threshold} />
          </SidePart>
          <SidePart title={`Outcomes · ${count(outcomes.length)}`}>
            {example === undefined && evaluation !== undefined && !isListed(evaluation.kind) && <SideNote>The report keeps no outcomes of this task: it is none of its examples.</SideNote>}
            <OutcomeList outcomes={outcomes} measure={measureOf(evaluation?.kind ?? "")} {...selection} />
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

interface OpenedList {
  opening: Opening;
  /** What the outcome that is looked at is of. */
  ids: ReadonlySet<string>;
  steps: (go: (taskId: string, nth: number) => void) => Steps;
}

/** The list that the task was opened from, at its place in it; null where it was opened otherwise. */
function useOpened(evaluationId: string, state: ReportState, search: ExampleSearch): OpenedList | null {
  const opening = useMemo(() => readOpening(search.open), [search.open]);
  const nth = search.nth ?? 0;
  const begin = Math.max(0, nth - 1);
  const { data } = useQuery({ ...outcomesQuery(evaluationId, state, opening ?? {}, begin, 3), enabled: opening !== null });
  const here = data?.results[nth - begin];
  const ids = useMemo(() => new Set([here?.truth_id, here?.prediction_id].filter((id) => typeof id === "string")), [here]);
  if (opening === null) return null;
  const to = (place: number, go: (taskId: string, nth: number) => void): (() => void) | null => {
    const other = place < 0 ? undefined : data?.results[place - begin];
    return other === undefined ? null : () => go(other.task_id, place);
  };
  return { opening, ids, steps: (go) => ({ position: nth + 1, count: data?.count ?? 0, previous: to(nth - 1, go), next: to(nth + 1, go) }) };
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
