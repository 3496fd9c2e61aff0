/** The chosen tasks as a file, a line of JSON each, as the server tells them. */
import type { QueryClient } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";

import { downloadCsv, downloadText } from "../../ui/csv";
import { counted } from "../../ui/numbers";
import type { Task } from "../../wire/types";
import type { Chosen } from "./chosen";
import type { TaskColumn } from "./columns";
import { PAGE_SIZE, taskQuery, tasksQuery } from "./queries";
import type { Listed } from "./pages";
import { taskName } from "./words";

/** Tasks that a page holds in memory at most; more are read in Python. */
export const MOST_DOWNLOADED = 6000;

export async function exportTasks(queries: QueryClient, listed: Listed, chosen: Chosen): Promise<void> {
  if (chosen.count > MOST_DOWNLOADED) {
    notifications.show({ color: "yellow", autoClose: false, message: `A page downloads ${counted(MOST_DOWNLOADED, "task")} at most. In Python: client.tasks.list(project_id, query=…).walk()` });
    return;
  }
  const pages = chosen.all ? Array.from({ length: Math.ceil(listed.total / PAGE_SIZE) }, (_, page) => page) : [];
  const found: Task[][] = chosen.all
    ? await Promise.all(pages.map((page) => queries.fetchQuery(tasksQuery(listed.source, listed.filters, page, listed.modelRunId))))
    : [await Promise.all([...chosen.ids].map((id) => queries.fetchQuery(taskQuery(id))))];
  const wanted = found.flat();
  downloadText("tasks.ndjson", wanted.map((task) => JSON.stringify(task)).join("\n"), "application/x-ndjson");
}

/** A table of tasks as a file, in the order and with the columns that it has; its first tasks where there are many. */
export async function exportTable(queries: QueryClient, listed: Listed, columns: readonly TaskColumn[]): Promise<void> {
  const pages = Array.from({ length: Math.ceil(Math.min(listed.total, MOST_DOWNLOADED) / PAGE_SIZE) }, (_, page) => page);
  const found = await Promise.all(pages.map((page) => queries.fetchQuery(tasksQuery(listed.source, listed.filters, page, listed.modelRunId))));
  if (listed.total > MOST_DOWNLOADED) notifications.show({ color: "yellow", message: `The file has the first ${counted(MOST_DOWNLOADED, "task")} of the list.` });
  const head = ["id", "task", ...columns.map(({ name }) => name)];
  downloadCsv("tasks.csv", [head, ...found.flat().map((task) => [task.id, taskName(task), ...columns.map(({ value }) => value(task))])]);
}
