/** What is known about a task, beside its item. */
import type { ReactElement } from "react";

import { Said, When } from "../../ui/text";
import { Facts, SidePart } from "../../ui/workbench";
import type { Task } from "../../wire/types";
import { plain } from "./words";

/** What is known about a task, and the caller's own data. */
export function AboutTask({ task }: { task: Task }): ReactElement {
  const { item } = task;
  const metadata = Object.entries(task.metadata);
  const size = item.width === null ? [] : [["Size", `${item.width} × ${item.height}`] as const];
  return (
    <>
      <SidePart title="Task">
        <Facts
          entries={[
            ["Id", <code key="id">{task.id}</code>],
            ...(task.unique_id === null ? [] : [["Own id", <Said key="own">{task.unique_id}</Said>] as const]),
            ["Batch", <Said key="batch">{task.batch}</Said>],
            ...size,
            ["Created", <When key="when" date={task.created_date} />],
            ...(task.tags.length === 0 ? [] : [["Tags", <Said key="tags">{task.tags.join(", ")}</Said>] as const]),
            ...(task.rejection_reason === null ? [] : [["Rejected", <Said key="reason">{task.rejection_reason}</Said>] as const]),
            ...task.errors.map((said) => ["Error", <Said key={said}>{said}</Said>] as const),
          ]}
        />
      </SidePart>
      {metadata.length > 0 && (
        <SidePart title="Metadata">
          <Facts entries={metadata.map(([key, value]) => [key, <Said key={key}>{plain(value)}</Said>] as const)} />
        </SidePart>
      )}
    </>
  );
}
