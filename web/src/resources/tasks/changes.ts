/** Changes of many tasks: asked for, followed while they are done, and told about at their end. */
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

import { count, counted } from "../../ui/numbers";
import { api, told } from "../../wire/http";
import type { Job, TasksChange, TasksChanged } from "../../wire/types";
import { jobQuery } from "../jobs/queries";
import { outcome } from "./outcome";

const OFTEN_MS = 400;
const CHANGED = ["projects", "datasets", "tasks", "slices", "jobs"];

/** Ask for a change of many tasks. */
export function changeTasks(change: TasksChange): Promise<Job> {
  return told(api.POST("/api/v2/tasks/change", { body: { add_tags: [], remove_tags: [], delete: false, ...change } }));
}

/** Follows a change to its end, and says what came of it. */
export function useOutcome(): (job: Job) => void {
  const queries = useQueryClient();
  return useCallback(
    (job) => {
      const id = notifications.show({ loading: true, autoClose: false, withCloseButton: false, message: "Tasks are being changed." });
      const look = async (): Promise<void> => {
        const found = await queries.fetchQuery({ ...jobQuery(job.id), staleTime: 0 });
        const result = found.result as TasksChanged | null;
        if (found.state === "queued" || found.state === "running") {
          notifications.update({ id, loading: true, autoClose: false, message: `${count(result?.done ?? 0)} of ${counted(result?.of ?? 0, "task")} looked at.` });
          window.setTimeout(() => void look().catch(() => notifications.hide(id)), OFTEN_MS);
          return;
        }
        const failed = found.state === "failed";
        notifications.update({ id, loading: false, autoClose: failed || (result?.refused.length ?? 0) > 0 ? false : 5000, withCloseButton: true, ...(failed ? { color: "red" } : {}), message: failed ? (found.failure ?? "This did not work.") : outcome(result) });
        for (const key of CHANGED) void queries.invalidateQueries({ queryKey: [key] });
      };
      void look().catch(() => notifications.hide(id));
    },
    [queries],
  );
}
