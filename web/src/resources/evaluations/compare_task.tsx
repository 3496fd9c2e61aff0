/** One task under two versions' predictions, side by side with one view of the item. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import type { Viewport } from "../../canvas/geometry/viewport";
import type { Colours } from "../../ui/colours";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { count, share, signed } from "../../ui/numbers";
import { useSelection, useStateOf } from "../../ui/selection";
import type { Selection } from "../../ui/selection";
import { Said } from "../../ui/text";
import { Facts, SidePart, Workbench } from "../../ui/workbench";
import type { Evaluation, Task } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "../tasks/about";
import { taskQuery } from "../tasks/queries";
import { Stage } from "../tasks/stage";
import { taskName, TaskName } from "../tasks/words";
import { pairOf, readCompareSearch } from "./compare_search";
import type { TaskList } from "./compare_search";
import styles from "./compare.module.css";
import { OutcomeCounts } from "./outcome_list";
import { measureOf, wholeOutcomes } from "./outcomes";
import { comparisonQuery, evaluationQuery, reportQuery } from "./queries";
import { confident, ShownControls, shownMarks, useShown } from "./shown";
import type { Shown } from "./shown";
import { judgedAnnotations } from "./judged";
import { useTruths } from "./truths";

const NOTES: Record<TaskList, string> = { won: "won by", lost: "lost by", both_wrong: "right in neither, with" };
const FROM = "/inside/compare/tasks/$taskId";

export function CompareTaskPage(): ReactElement {
  const { taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const first = useQuery(evaluationQuery(search.first));
  const second = useQuery(evaluationQuery(search.second));
  const compared = useQuery(comparisonQuery(search, []));
  const asked = useQuery(taskQuery(taskId));
  const { data: one } = first;
  const { data: two } = second;
  const { data: found } = compared;
  const { data: task } = asked;
  const colours = useDatasetColours(one?.dataset_id);
  const [shown, setShown] = useShown();
  const selection = useSelection(taskId);
  const [view, setView] = useStateOf<Viewport | null>(taskId, null);
  const ids = useMemo(() => [taskId], [taskId]);
  const judged = useTruths(one, ids)(taskId);
  const truth = useMemo(() => truthMarks(judgedAnnotations(task, judged), colours), [task, judged, colours]);
  const stopped = stoppedBy(first, second, compared, asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const list = (found && pairOf(found, search))?.[search.list] ?? [];
  const place = list.findIndex(({ task_id: id }) => id === taskId);
  const entry = list[place];
  const open = (at: number): (() => void) | null => {
    const other = place < 0 ? undefined : list[at];
    return other === undefined ? null : () => void navigate({ to: "/compare/tasks/$taskId", params: { taskId: other.task_id }, search, replace: true });
  };
  const shared = { colours, shown, selection, view, onView: setView };
  return (
    <Workbench
      name={task && taskName(task)}
      title={task === undefined ? <Skeleton height={14} width={180} /> : <TaskName task={task} />}
      note={two !== undefined && <>{NOTES[search.list]} <Said>{two.model_version_name}</Said></>}
      back={() => void navigate({ to: "/compare", search: readCompareSearch({ ...search }) })}
      backTitle="Back to the comparison"
      steps={{ position: place + 1, count: list.length, previous: place > 0 ? open(place - 1) : null, next: open(place + 1) }}
      side={
        <>
          <SidePart title="Shown">
            <ShownControls shown={shown} change={setShown} threshold={0} />
          </SidePart>
          {entry !== undefined && (
            <SidePart title="Score of this task">
              <Facts
                entries={[
                  [one?.model_version_name ?? "First", share(entry.first)],
                  [two?.model_version_name ?? "Second", share(entry.second)],
                  ["Difference", <strong key="difference">{signed(entry.difference)}</strong>],
                ]}
              />
            </SidePart>
          )}
          <SidePart title={`Truth · ${count(truth.length)}`}>
            <MarkList marks={truth} text={task?.item.text ?? null} selected={selection.selected} onSelect={selection.select} empty="Nothing is annotated." />
          </SidePart>
          {task !== undefined && <AboutTask task={task} />}
        </>
      }
    >
      {task !== undefined && one !== undefined && two !== undefined && (
        <div className={styles.stages}>
          <Side {...shared} task={task} evaluation={one} keys />
          <Side {...shared} task={task} evaluation={two} keys={false} />
        </div>
      )}
    </Workbench>
  );
}

interface SideProps {
  task: Task;
  evaluation: Evaluation;
  colours: Colours;
  shown: Shown;
  selection: Selection;
  view: Viewport | null;
  onView: (view: Viewport | null) => void;
  keys: boolean;
}

function Side({ task, evaluation, colours, shown, selection, ...camera }: SideProps): ReactElement {
  const { data } = useQuery(predictionsQuery(evaluation.model_run_id, task.id));
  const { data: report } = useQuery(reportQuery(evaluation.id));
  const truth = useTruths(evaluation, useMemo(() => [task.id], [task.id]))(task.id);
  const outcomes = useMemo(() => wholeOutcomes(report, task.id), [report, task.id]);
  const threshold = evaluation.scalars["confidence_threshold"] ?? 0;
  const marks = useMemo(() => {
    const seen = confident(data?.results ?? [], shown.confidence ?? threshold);
    // A task that is no example of the report has no outcomes to be coloured by.
    const look = { ...shown, byOutcome: shown.byOutcome && outcomes.length > 0 };
    const found = shownMarks(truthMarks(judgedAnnotations(task, truth), colours), predictionMarks(seen, colours), outcomes, look);
    return outcomes.length > 0 ? found : found.map((mark) => ({ ...mark, faint: false }));
  }, [task, truth, data, colours, shown, outcomes, threshold]);
  return (
    <section className={styles.stage}>
      <h2>
        <Said>{`${evaluation.model_name} · ${evaluation.model_version_name}`}</Said>
        <OutcomeCounts outcomes={outcomes} measure={measureOf(evaluation.kind)} />
      </h2>
      <div>
        <Stage {...camera} task={task} marks={marks} selected={selection.selected} onSelect={selection.select} />
      </div>
    </section>
  );
}
