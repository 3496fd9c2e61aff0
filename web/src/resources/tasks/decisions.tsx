/** What can be said of a task as a whole: that it is done, is not, or must be done again. */
import { Button, Menu } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactElement } from "react";

import type { Task } from "../../wire/types";
import { useMay } from "../sessions/queries";
import { decide, taskQuery } from "./queries";
import type { Verb } from "./queries";

const SAID: Record<Verb, string> = { submit: "The task was submitted.", complete: "The task is complete.", reopen: "The task is open again.", reject: "The task was rejected." };

export function Decisions({ task }: { task: Task }): ReactElement | null {
  const queries = useQueryClient();
  const [annotator, reviewer] = [useMay("annotator"), useMay("reviewer")];
  const change = useMutation({
    mutationFn: (verb: Verb) => decide(task.id, verb),
    onSuccess: (changed, verb) => {
      queries.setQueryData(taskQuery(task.id).queryKey, changed);
      void queries.invalidateQueries({ queryKey: ["projects"] });
      // In a project that is reviewed, who may not review submits.
      notifications.show({ message: SAID[verb === "complete" && !changed.complete ? "submit" : verb] });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (!annotator) return null;
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="default" size="xs" loading={change.isPending}>
          Change state
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item disabled={task.complete && !task.rejected} onClick={() => change.mutate("complete")}>Complete</Menu.Item>
        <Menu.Item disabled={!reviewer || (!task.complete && !task.rejected && task.status !== "in_review")} onClick={() => change.mutate("reopen")}>Open again</Menu.Item>
        <Menu.Item disabled={!reviewer || task.rejected} onClick={() => change.mutate("reject")}>Reject</Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
