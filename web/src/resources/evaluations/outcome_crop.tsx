/** One outcome in small: the item around its object, with what is true and what was predicted. */
import { Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { aroundMarks } from "../../canvas/geometry/around";
import type { Colours } from "../../ui/colours";
import type { EvaluatedOutcome, Evaluation, Task } from "../../wire/types";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { sizeOf } from "../files/addresses";
import { TaskPicture } from "../tasks/picture";
import { taskName } from "../tasks/words";
import { judgedAnnotations } from "./judged";
import type { Truth } from "./judged";
import { OutcomeCounts } from "./outcome_list";
import styles from "./outcome_panel.module.css";
import { measureOf, outcomeMarks, told } from "./outcomes";
import type { ExampleSearch } from "./search";

interface OutcomeCropProps {
  row: EvaluatedOutcome;
  /** Null where it is gone, undefined until it is known. */
  task: Task | null | undefined;
  truth: Truth;
  evaluation: Evaluation;
  search: ExampleSearch;
  colours: Colours;
}

export function OutcomeCrop({ row, task, truth, evaluation, search, colours }: OutcomeCropProps): ReactElement {
  const outcomes = useMemo(() => told([row]), [row]);
  const marks = useMemo(() => {
    const own = [...truthMarks(judgedAnnotations(task ?? undefined, truth), colours), ...predictionMarks(task?.predictions ?? [], colours)];
    return outcomeMarks(own.filter(({ id }) => id === row.truth_id || id === row.prediction_id), outcomes, true);
  }, [task, truth, colours, row, outcomes]);
  const part = useMemo(() => (task ? aroundMarks(marks, sizeOf(task.item)) : null), [marks, task]);
  return (
    <Link to="/evaluations/$evaluationId/tasks/$taskId" params={{ evaluationId: evaluation.id, taskId: row.task_id }} search={search} className={styles.crop} title={task ? taskName(task) : undefined}>
      <div className={styles.picture}>
        {task === null ? <span className={styles.gone}>The task is gone</span> : task === undefined || truth === undefined ? <Skeleton height="100%" radius={0} /> : <TaskPicture task={task} marks={marks} large part={part} around />}
      </div>
      <div className={styles.foot}>{outcomes.length > 0 ? <OutcomeCounts outcomes={outcomes} measure={measureOf(evaluation.kind)} /> : `ignored · ${row.prediction_label ?? ""}`}</div>
    </Link>
  );
}
