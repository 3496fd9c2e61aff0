/** The tasks that a slice takes, as pictures. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Failure, Muted, Section } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { Pager } from "../../ui/pager";
import { Said } from "../../ui/text";
import type { Evaluation, Slice, Task } from "../../wire/types";
import { useDatasetColours } from "../labels/queries";
import { TaskGrid } from "../tasks/grid";
import { someTasksQuery } from "../tasks/queries";
import { sliceTasksQuery } from "./queries";

const SIZE = 60;

export function SliceTaskGrid({ datasetId, slice, evaluation }: { datasetId: string; slice: Slice; evaluation: Evaluation | undefined }): ReactElement {
  const { page = 1 } = useSearch({ from: "/inside/datasets/$datasetId/slices" });
  const navigate = useNavigate();
  const colours = useDatasetColours(datasetId);
  const { data: taken, error } = useQuery(sliceTasksQuery(slice.id, evaluation?.id));
  const ids = (taken?.task_ids ?? []).slice((page - 1) * SIZE, page * SIZE);
  const { data: tasks } = useQuery({ ...someTasksQuery(datasetId, ids), enabled: ids.length > 0 });
  const go = (to: number): void => void navigate({ to: ".", search: { slice_id: slice.id, page: to }, replace: true, resetScroll: false });
  const open = (task: Task): LinkProps => ({ to: "/datasets/$datasetId/tasks/$taskId", params: { datasetId, taskId: task.id } });
  return (
    <Section
      title={
        <>
          Tasks of <Said>{slice.name}</Said>
        </>
      }
      note={count(taken?.task_ids.length)}
      actions={taken !== undefined && <Pager page={page} size={SIZE} total={taken.task_ids.length} go={go} />}
    >
      {error !== null ? <Failure error={error} /> : taken?.task_ids.length === 0 ? <Muted>It takes none.</Muted> : <TaskGrid tasks={tasks} colours={colours} open={open} showStatus={false} />}
    </Section>
  );
}
