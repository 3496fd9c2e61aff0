/** The tasks that one of two versions did better on, each opened side by side. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import type { Colours } from "../../ui/colours";
import { Muted, Section } from "../../ui/layout";
import { counted, share, signed } from "../../ui/numbers";
import type { Evaluation, Task, TaskDifference } from "../../wire/types";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { TaskPicture } from "../tasks/picture";
import { judgedTasksQuery } from "../tasks/queries";
import type { CompareSearch, TaskList } from "./compare_search";
import { ComparedName } from "./compared_names";
import styles from "./compare.module.css";
import report from "./report.module.css";
import { judgedAnnotations } from "./judged";
import type { Truth } from "./judged";
import { useTruths } from "./truths";

const MOST = 12;

interface TaskDifferencesProps {
  list: TaskList;
  tasks: readonly TaskDifference[];
  total: number;
  one: Evaluation;
  two: Evaluation;
  search: CompareSearch;
}

export function TaskDifferences({ list, tasks, total, one, two, search }: TaskDifferencesProps): ReactElement {
  const colours = useDatasetColours(one.dataset_id);
  const some = tasks.slice(0, MOST);
  const ids = some.map(({ task_id: id }) => id);
  const { data } = useQuery({ ...judgedTasksQuery(two.dataset_id, two.model_run_id, ids), enabled: ids.length > 0 });
  const truthOf = useTruths(two, ids);
  const note = total > some.length ? `${counted(total, "task")}, the ${list === "both_wrong" ? "worst" : "widest differences"} first` : counted(total, "task");
  return (
    <Section
      title={
        list === "both_wrong" ? (
          "Right in neither"
        ) : (
          <>
            {list === "won" ? "Won" : "Lost"} by <ComparedName id={two.id} version={two.model_version_name} />
          </>
        )
      }
      note={note}
    >
      {some.length === 0 && <Muted>None.</Muted>}
      <div className={styles.grid}>
        {some.map((entry) => (
          <Link key={entry.task_id} to="/compare/tasks/$taskId" params={{ taskId: entry.task_id }} search={{ ...search, list }} className={report.example}>
            <div className={report.picture}>
              <Picture task={data?.get(entry.task_id)} truth={truthOf(entry.task_id)} colours={colours} />
            </div>
            <div className={report.foot}>
              <span className={styles.score} style={{ width: "100%" }}>
                {share(entry.first)} <Muted>→</Muted> {share(entry.second)}
                <strong style={{ color: entry.difference > 0 ? "var(--good)" : entry.difference < 0 ? "var(--bad)" : "var(--ink-3)" }}>{signed(entry.difference, 2)}</strong>
              </span>
            </div>
          </Link>
        ))}
      </div>
    </Section>
  );
}

function Picture({ task, truth, colours }: { task: Task | undefined; truth: Truth; colours: Colours }): ReactElement {
  const marks = useMemo(() => [...truthMarks(judgedAnnotations(task, truth), colours), ...predictionMarks(task?.predictions ?? [], colours)], [task, truth, colours]);
  return task === undefined || truth === undefined ? <Skeleton height="100%" radius={0} /> : <TaskPicture task={task} marks={marks} large />;
}
