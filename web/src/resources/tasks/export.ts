/** The chosen tasks as a file, a line of JSON each, as the server tells them. */
import type { QueryClient } from "@tanstack/react-query";
import { notifications } from "@mantine/notifications";

import { saveText } from "../../ui/csv";
import { counted } from "../../ui/numbers";
import type { Task } from "../../wire/types";
import type { Chosen } from "./chosen";
import { PAGE_SIZE, taskQuery, tasksQuery } from "./queries";
import type { Listed } from "./pages";

/** Tasks that a page holds in memory at most; more are read in Python. */
export const MOST_SAVED = 6000;

export async function exportTasks(queries: QueryClient, listed: Listed, chosen: Chosen): Promise<void> {
  if (chosen.count > MOST_SAVED) {
    notifications.show({ color: "yellow", autoClose: false, message: `A page saves ${counted(MOST_SAVED, "task")} at most. In Python: client.tasks.list(project_id, query=…).walk()` });
    return;
  }
  const pages = chosen.all ? Array.from({ length: Math.ceil(listed.total / PAGE_SIZE) }, (_, page) => page) : [];
  const found: Task[][] = chosen.all
    ? await Promise.all(pages.map((page) => queries.fetchQuery(tasksQuery(listed.source, listed.filters, page, listed.modelRunId))))
    : [await Promise.all([...chosen.ids].map((id) => queries.fetchQuery(taskQuery(id))))];
  const wanted = found.flat();
  saveText("tasks.ndjson", wanted.map((task) => JSON.stringify(task)).join("\n"), "application/x-ndjson");
}
