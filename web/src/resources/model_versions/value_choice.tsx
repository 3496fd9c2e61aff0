/** Which number of a run stands for a key: the last one, the lowest or the highest. */
import { SegmentedControl } from "@mantine/core";
import type { ReactElement } from "react";

import type { Change } from "./workspace";
import type { WorkspaceSearch } from "./workspace_search";

const VALUES = [
  { value: "last", label: "Last" },
  { value: "lowest", label: "Lowest" },
  { value: "highest", label: "Highest" },
];

export function ValueChoice({ search, change }: { search: WorkspaceSearch; change: Change }): ReactElement {
  return <SegmentedControl size="xs" aria-label="Which number" data={VALUES} value={search.value ?? "last"} onChange={(value) => change({ value: value === "last" ? undefined : value })} />;
}
