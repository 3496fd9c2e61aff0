/** A project's tasks, to search in; the address holds the whole view. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import type { ReactElement } from "react";

import { Empty } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";
import type { Task } from "../../wire/types";
import { useProjectColours } from "../labels/queries";
import { projectQuery } from "../projects/queries";
import { useMay } from "../sessions/queries";
import { Bulk } from "./bulk";
import { Explorer } from "./explorer";
import type { TaskSearch } from "./search";

const Upload = lazy(async () => ({ default: (await import("./upload")).Upload }));

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
  const manager = useMay("manager");
  return (
    <Empty title="No tasks yet" text={`A task is one item to be labelled: an image, a text, a page. ${manager ? "Upload them here, or from Python:" : "Managers upload them here, or from Python:"}`}>
      <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 16 }}>
        {manager && (
          <Suspense fallback={<Skeleton height={220} radius={8} />}>
            <Upload projectId={projectId} />
          </Suspense>
        )}
        <Snippet
          code={`from pathlib import Path
from linlog import LinLogClient

client = LinLogClient()
for picture in Path("images").glob("*.png"):
    client.upload_image_task("${projectId}", picture)`}
        />
      </div>
    </Empty>
  );
}
