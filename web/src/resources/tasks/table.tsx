/** Tasks as a table. */
import { Link } from "@tanstack/react-router";
import type { LinkProps } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { count } from "../../ui/numbers";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Task } from "../../wire/types";
import { StatusBadge, taskName } from "./words";

export function TaskTable({ tasks, open }: { tasks: readonly Task[]; open: (task: Task) => LinkProps }): ReactElement {
  return <Table caption="Tasks" rows={tasks} rowKey={(task) => task.id} columns={columns(open)} />;
}

function columns(open: (task: Task) => LinkProps): TableColumn<Task>[] {
  return [
    {
      name: "task",
      title: "Task",
      show: (task) => (
        <Link {...open(task)} className={cellLink}>
          <Said>{taskName(task)}</Said>
        </Link>
      ),
    },
    { name: "status", title: "Status", show: (task) => <StatusBadge status={task.status} /> },
    { name: "batch", title: "Batch", show: (task) => <Said>{task.batch}</Said> },
    { name: "annotations", title: "Annotations", right: true, show: (task) => count(task.annotation_count) },
    { name: "size", title: "Size", right: true, show: (task) => (task.item.width === null ? "–" : `${task.item.width} × ${task.item.height}`) },
    { name: "created", title: "Created", show: (task) => <When date={task.created_date} /> },
  ];
}
