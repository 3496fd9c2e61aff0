/** A project's tasks, to search in; the address holds the whole view. */
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { useCallback } from "react";
import type { ReactElement } from "react";

import { Empty } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";
import type { Task } from "../../wire/types";
import { useProjectColours } from "../labels/queries";
import { projectQuery } from "../projects/queries";
import { Bulk } from "./bulk";
import { Explorer } from "./explorer";
import type { TaskSearch } from "./search";

const FROM = "/inside/projects/$projectId/";

export function TasksPart(): ReactElement {
  const { projectId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/projects/$projectId" });
  const { data: project } = useQuery(projectQuery(projectId));
  const colours = useProjectColours(projectId);
  const change = (next: TaskSearch): void => void navigate({ search: next, replace: true, resetScroll: false });
  const open = useCallback((task: Task): LinkProps => ({ to: "/projects/$projectId/tasks/$taskId", params: { projectId, taskId: task.id }, search }), [projectId, search]);
  if (project?.task_count === 0) return <NoTasks projectId={projectId} />;
  return <Explorer source={{ projectId }} search={search} change={change} labels={project?.labels.map(({ name }) => name) ?? []} colours={colours} open={open} actions={(listed, chosen) => <Bulk listed={listed} chosen={chosen} />} />;
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
