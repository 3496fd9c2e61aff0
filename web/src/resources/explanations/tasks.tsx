/** The tasks behind a change, those with the largest effect first, each leading to the report of it. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import type { ReactElement } from "react";

import type { Colours } from "../../ui/colours";
import { Muted, Section } from "../../ui/layout";
import { count, counted, share, signed } from "../../ui/numbers";
import type { Evaluation, ExplainedTask, Task } from "../../wire/types";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { judgedAnnotations } from "../evaluations/judged";
import type { Truth } from "../evaluations/judged";
import report from "../evaluations/report.module.css";
import { useTruths } from "../evaluations/truths";
import { useDatasetColours } from "../labels/queries";
import { TaskPicture } from "../tasks/picture";
import { judgedTasksQuery } from "../tasks/queries";
import { taskName } from "../tasks/words";
import styles from "./detail.module.css";

interface ExplainedTasksProps {
  title: string;
  tasks: readonly ExplainedTask[];
  /** The later one, under which the tasks are shown. */
  evaluation: Evaluation;
  none: string;
}

const FIRST = 12;

export function ExplainedTasks({ title, tasks, evaluation, none }: ExplainedTasksProps): ReactElement {
  const [everything, setEverything] = useState(false);
  const colours = useDatasetColours(evaluation.dataset_id);
  const shown = everything ? tasks : tasks.slice(0, FIRST);
  const ids = shown.map(({ task_id: id }) => id);
  const { data } = useQuery({ ...judgedTasksQuery(evaluation.dataset_id, evaluation.model_run_id, ids), enabled: ids.length > 0 });
  const truthOf = useTruths(evaluation, ids);
  return (
    <Section title={title} note={tasks.length === 0 ? "" : `${counted(tasks.length, "task")}, the largest effect first.`}>
      {tasks.length === 0 && <Muted>{none}</Muted>}
      <div className={styles.grid}>
        {shown.map((entry) => (
          <Card key={entry.task_id} entry={entry} task={data?.get(entry.task_id)} truth={truthOf(entry.task_id)} evaluationId={evaluation.id} colours={colours} />
        ))}
      </div>
      {!everything && tasks.length > FIRST && (
        <Button variant="default" size="xs" mt="md" onClick={() => setEverything(true)}>
          Show all {count(tasks.length)}
        </Button>
      )}
    </Section>
  );
}

interface CardProps {
  entry: ExplainedTask;
  task: Task | undefined;
  truth: Truth;
  evaluationId: string;
  colours: Colours;
}

function Card({ entry, task, truth, evaluationId, colours }: CardProps): ReactElement {
  const marks = useMemo(() => [...truthMarks(judgedAnnotations(task, truth), colours), ...predictionMarks(task?.predictions ?? [], colours)], [task, truth, colours]);
  const { effect, earlier_score: before, later_score: after } = entry;
  return (
    <Link to="/evaluations/$evaluationId/tasks/$taskId" params={{ evaluationId, taskId: entry.task_id }} className={report.example} title={task && taskName(task)}>
      <div className={report.picture}>{task === undefined || truth === undefined ? <Skeleton height="100%" radius={0} /> : <TaskPicture task={task} marks={marks} large />}</div>
      <div className={`${report.foot} ${styles.foot}`}>
        <span>
          <Muted>score</Muted> {share(before)} <Muted>→</Muted> {share(after)}
        </span>
        <strong className={effect !== null && effect < 0 ? styles.bad : styles.good} title="What the headline number gains from this task's change alone">
          {signed(effect)}
        </strong>
        <span className={styles.edits}>{edits(entry)}</span>
      </div>
    </Link>
  );
}

/** How many annotations came, went and changed, in words. */
function edits({ added, removed, changed }: ExplainedTask): string {
  const parts = [added > 0 ? `${added} added` : "", removed > 0 ? `${removed} removed` : "", changed > 0 ? `${changed} changed` : ""].filter((part) => part !== "");
  return parts.join(", ");
}
