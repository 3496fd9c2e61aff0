/** One task of a list, large beside it; arrow keys walk through the list. */
import { ActionIcon, Skeleton, Tooltip } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { useEffect, useMemo } from "react";
import type { ReactElement } from "react";

import type { Colours } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import { Failure } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { useSelection } from "../../ui/selection";
import { useShortcuts } from "../../ui/shortcuts";
import { SidePart } from "../../ui/workbench";
import type { Neighbours, Task } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "./about";
import { taskQuery } from "./queries";
import styles from "./quick_look.module.css";
import { Stage } from "./stage";
import { StatusBadge, TaskName } from "./words";

interface QuickLookProps {
  taskId: string;
  neighbours: Neighbours | undefined;
  modelRunId: string | undefined;
  colours: Colours;
  /** Look at another task; null for at none. */
  look: (taskId: string | null) => void;
  open: (task: Task) => LinkProps;
}

export default function QuickLook({ taskId, neighbours, modelRunId, colours, look, open }: QuickLookProps): ReactElement {
  const { data: task, error } = useQuery(taskQuery(taskId));
  const { data: predictions } = useQuery({ ...predictionsQuery(modelRunId ?? "", taskId), enabled: modelRunId !== undefined });
  const { selected, select } = useSelection(taskId);
  const truth = useMemo(() => truthMarks(task?.annotations ?? [], colours), [task, colours]);
  const said = useMemo(() => predictionMarks(modelRunId === undefined ? [] : (predictions?.results ?? []), colours), [modelRunId, predictions, colours]);
  const marks = useMemo(() => [...truth, ...said], [truth, said]);
  useAhead(neighbours);
  const step = (to: string | null | undefined): void => {
    if (typeof to === "string") look(to);
  };
  useShortcuts("Quick look", [
    { name: "look_next", keys: ["ArrowRight", "ArrowDown", "j"], title: "Next", run: () => step(neighbours?.next) },
    { name: "look_previous", keys: ["ArrowLeft", "ArrowUp", "k"], title: "Previous", run: () => step(neighbours?.previous) },
    { name: "look_away", keys: ["Escape", " "], title: "Close", run: () => look(null) },
  ]);
  return (
    <section className={styles.panel} aria-label="Quick look">
      <header className={styles.head}>
        <h2 className={styles.title}>{task === undefined ? <Skeleton height={14} width={160} /> : <TaskName task={task} />}</h2>
        {task !== undefined && <StatusBadge status={task.status} />}
        <span className={styles.place} aria-live="polite">
          {neighbours !== undefined && `${neighbours.position > 0 ? count(neighbours.position) : "–"} of ${count(neighbours.count)}`}
        </span>
        <Step name="left" title="Previous (←)" to={neighbours?.previous} step={step} />
        <Step name="right" title="Next (→)" to={neighbours?.next} step={step} />
        {task !== undefined && (
          <Tooltip label="Open">
            <ActionIcon component={Link} {...(open(task) as object)} variant="default" aria-label="Open">
              <Icon name="external" size={14} />
            </ActionIcon>
          </Tooltip>
        )}
        <ActionIcon variant="subtle" color="gray" aria-label="Close the quick look" onClick={() => look(null)}>
          <Icon name="close" size={14} />
        </ActionIcon>
      </header>
      {error !== null && <Failure error={error} />}
      <div className={styles.stage}>{task !== undefined && <Stage task={task} marks={marks} selected={selected} onSelect={select} keys={false} />}</div>
      {task !== undefined && (
        <div className={styles.side}>
          <SidePart title={`Annotations · ${count(truth.length)}`}>
            <MarkList marks={truth} text={task.item.text} selected={selected} onSelect={select} empty="Nothing is annotated." />
          </SidePart>
          {modelRunId !== undefined && (
            <SidePart title={`Predictions · ${count(said.length)}`}>
              <MarkList marks={said} text={task.item.text} selected={selected} onSelect={select} empty="The model run has none on this task." />
            </SidePart>
          )}
          <AboutTask task={task} />
        </div>
      )}
    </section>
  );
}

// The next step shows at once what was read while this one was looked at.
function useAhead(neighbours: Neighbours | undefined): void {
  const queries = useQueryClient();
  useEffect(() => {
    for (const id of [neighbours?.next, neighbours?.previous]) if (typeof id === "string") void queries.prefetchQuery({ ...taskQuery(id), staleTime: 30_000 });
  }, [neighbours, queries]);
}

function Step({ name, title, to, step }: { name: "left" | "right"; title: string; to: string | null | undefined; step: (to: string | null | undefined) => void }): ReactElement {
  return (
    <Tooltip label={title}>
      <ActionIcon variant="default" disabled={typeof to !== "string"} aria-label={name === "left" ? "Previous" : "Next"} onClick={() => step(to)}>
        <Icon name={name} size={14} />
      </ActionIcon>
    </Tooltip>
  );
}
