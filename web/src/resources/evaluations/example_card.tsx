/** One example of a report in small: the item with truth and predictions, and the outcomes. */
import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import type { Colours } from "../../ui/colours";
import type { Evaluation, Example, Task } from "../../wire/types";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { TaskPicture } from "../tasks/picture";
import { taskName } from "../tasks/words";
import { OutcomeCounts } from "./outcome_list";
import { measureOf, outcomeMarks } from "./outcomes";
import styles from "./report.module.css";
import type { ExampleSearch } from "./search";
import { judgedAnnotations } from "./judged";
import type { Truth } from "./judged";

interface ExampleCardProps {
  example: Example;
  /** Null where it is gone, undefined until it is known. */
  task: Task | null | undefined;
  truth: Truth;
  evaluation: Evaluation;
  search: ExampleSearch;
  colours: Colours;
}

export function ExampleCard({ example, task, truth, evaluation, search, colours }: ExampleCardProps): ReactElement {
  const marks = useMemo(() => {
    const all = [...truthMarks(judgedAnnotations(task ?? undefined, truth), colours), ...predictionMarks(task?.predictions ?? [], colours)];
    return outcomeMarks(all, example.outcomes, true).filter(({ faint }) => !faint);
  }, [task, truth, colours, example]);
  return (
    <Link to="/evaluations/$evaluationId/tasks/$taskId" params={{ evaluationId: evaluation.id, taskId: example.task_id }} search={search} className={styles.example} title={task ? taskName(task) : undefined}>
      <div className={styles.picture}>{task === null ? <span className={styles.gone}>The task is gone</span> : task === undefined || truth === undefined ? <Skeleton height="100%" radius={0} /> : <TaskPicture task={task} marks={marks} large />}</div>
      <div className={styles.foot}>
        <OutcomeCounts outcomes={example.outcomes} measure={measureOf(evaluation.kind)} />
        {truth?.changed === true && (
          <span className={styles.changed} title="Its labels have changed since; drawn are those that were evaluated.">
            changed since
          </span>
        )}
      </div>
    </Link>
  );
}
