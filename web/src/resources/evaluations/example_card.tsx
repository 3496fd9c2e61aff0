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

interface ExampleCardProps {
  example: Example;
  task: Task | undefined;
  evaluation: Evaluation;
  search: ExampleSearch;
  colours: Colours;
}

export function ExampleCard({ example, task, evaluation, search, colours }: ExampleCardProps): ReactElement {
  const marks = useMemo(() => {
    const all = [...truthMarks(task?.annotations ?? [], colours), ...predictionMarks(task?.predictions ?? [], colours)];
    return outcomeMarks(all, example.outcomes, true).filter(({ faint }) => !faint);
  }, [task, colours, example]);
  return (
    <Link to="/evaluations/$evaluationId/tasks/$taskId" params={{ evaluationId: evaluation.id, taskId: example.task_id }} search={search} className={styles.example} title={task && taskName(task)}>
      <div className={styles.picture}>{task === undefined ? <Skeleton height="100%" radius={0} /> : <TaskPicture task={task} marks={marks} large />}</div>
      <div className={styles.foot}>
        <OutcomeCounts outcomes={example.outcomes} measure={measureOf(evaluation.kind)} />
      </div>
    </Link>
  );
}
