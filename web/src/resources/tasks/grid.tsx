/** Tasks as a grid of pictures. */
import { Checkbox, Skeleton } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { memo, useMemo } from "react";
import type { ReactElement } from "react";

import type { Colours } from "../../ui/colours";
import { counted } from "../../ui/numbers";
import type { Task } from "../../wire/types";
import { predictionMarks, truthMarks } from "../annotations/marks";
import styles from "./grid.module.css";
import { TaskPicture } from "./picture";
import { statusName, taskName, TaskName } from "./words";

const DOTS: Record<string, string> = {
  completed: "var(--good)",
  rejected: "var(--bad)",
  error: "var(--bad)",
  in_progress: "var(--info)",
  in_review: "var(--warn)",
  processing: "var(--warn)",
};

interface TaskGridProps {
  tasks: readonly Task[] | undefined;
  colours: Colours;
  /** Where a task is opened. */
  open: (task: Task) => LinkProps;
  showStatus?: boolean;
}

/** A grid of a page of tasks, all of them in the page. */
export function TaskGrid({ tasks, colours, open, showStatus = true }: TaskGridProps): ReactElement {
  return (
    <div className={styles.grid}>
      {tasks === undefined
        ? Array.from({ length: 12 }, (_, place) => <Skeleton key={place} height={178} radius={8} />)
        : tasks.map((task) => <TaskCell key={task.id} task={task} colours={colours} link={open(task)} showStatus={showStatus} />)}
    </div>
  );
}

export interface TaskCellProps {
  task: Task;
  colours: Colours;
  link: LinkProps;
  showStatus: boolean;
  /** Whether it is chosen, and how that is changed; without it tasks cannot be chosen. */
  choice?: { chosen: boolean; toggle: (range: boolean) => void } | undefined;
  /** Whether it is looked at beside the list. */
  looked?: boolean;
}

export const TaskCell = memo(function TaskCell({ task, colours, link, showStatus, choice, looked = false }: TaskCellProps): ReactElement {
  const marks = useMemo(() => [...truthMarks(task.annotations, colours), ...predictionMarks(task.predictions, colours)], [task, colours]);
  const status = statusName(task.status);
  const categories = marks.filter(({ shape, layer }) => shape.type === "whole" && layer === "truth");
  return (
    <div className={styles.holder} data-chosen={choice?.chosen || undefined} data-looked={looked || undefined}>
      <Link {...link} className={styles.cell} data-task={task.id}>
        <div className={styles.picture}>
          <TaskPicture task={task} marks={marks} />
        </div>
        <div className={styles.foot}>
          {showStatus && <span className={styles.dot} style={{ background: DOTS[task.status] ?? "var(--ink-3)" }} role="img" aria-label={status} title={status} />}
          <TaskName task={task} className={styles.name ?? ""} />
          <span className={styles.amount}>
            {categories.length > 0 ? <bdi>{categories.map(({ label }) => label).join(", ")}</bdi> : <span title={counted(task.annotation_count, "annotation")}>{task.annotation_count}</span>}
          </span>
        </div>
      </Link>
      {choice !== undefined && (
        <Checkbox
          className={styles.check ?? ""}
          size="sm"
          aria-label={`Choose ${taskName(task)}`}
          checked={choice.chosen}
          onChange={(event) => choice.toggle((event.nativeEvent as MouseEvent).shiftKey)}
        />
      )}
    </div>
  );
});
