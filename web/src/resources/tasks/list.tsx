/** A project's tasks: pictures or a table over the same query, which the address holds. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Empty, Failure } from "../../ui/layout";
import { Pager } from "../../ui/pager";
import { Snippet } from "../../ui/snippet";
import type { Task } from "../../wire/types";
import { batchesQuery } from "../batches/queries";
import { useProjectColours } from "../labels/queries";
import { projectQuery } from "../projects/queries";
import { FilterBar } from "./filter_bar";
import { TaskGrid } from "./grid";
import { PAGE_SIZE, projectTasksQuery } from "./queries";
import { filterCount, filtersOf } from "./search";
import type { TaskSearch } from "./search";
import { TaskTable } from "./table";

const FROM = "/inside/projects/$projectId/";

export function TasksPart(): ReactElement {
  const { projectId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId" });
  const page = search.page ?? 1;
  const { data: project } = useQuery(projectQuery(projectId));
  const { data: batches } = useQuery(batchesQuery(projectId));
  const { data, error, refetch } = useQuery(projectTasksQuery(projectId, filtersOf(search), page));
  const colours = useProjectColours(projectId);
  const change = (next: TaskSearch): void => void navigate({ search: next, replace: true });
  const open = (task: Task): LinkProps => ({ to: "/projects/$projectId/tasks/$taskId", params: { projectId, taskId: task.id }, search });
  if (project?.task_count === 0) return <NoTasks projectId={projectId} />;
  return (
    <>
      <FilterBar search={search} change={change} labels={[...new Set(project?.labels.map(({ name }) => name))]} colours={colours} batches={batches?.results ?? []}>
        {data !== undefined && <Pager page={page} size={PAGE_SIZE} total={data.count} go={(to) => change({ ...search, page: to })} />}
      </FilterBar>
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data?.count === 0 && filterCount(search) > 0 && <Empty title="No task fits these filters" text="Clear a filter, or look at all tasks." />}
      {search.view === "table" ? <TaskTable tasks={data?.results ?? []} open={open} /> : error === null && <TaskGrid tasks={data?.results} colours={colours} open={open} />}
    </>
  );
}

function NoTasks({ projectId }: { projectId: string }): ReactElement {
  return (
    <Empty title="No tasks yet" text="A task is one item to be labelled: an image, a text, a page. Upload them from Python:">
      <Snippet
        code={`from pathlib import Path
from linlog import LinLogClient

client = LinLogClient()
for picture in Path("images").glob("*.png"):
    client.upload_image_task("${projectId}", picture)`}
      />
    </Empty>
  );
}
