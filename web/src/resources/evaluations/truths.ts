/** What tasks were judged by, asked of the server. */
import { useQuery } from "@tanstack/react-query";

import type { Evaluation } from "../../wire/types";
import type { Truth } from "./judged";
import { truthsQuery } from "./queries";

/** By task what an evaluation judged it by. */
export function useTruths(evaluation: Evaluation | undefined, taskIds: readonly string[]): (taskId: string) => Truth {
  const isKept = evaluation !== undefined && evaluation.dataset_version_id !== null;
  const { data, isError } = useQuery({ ...truthsQuery(evaluation?.id ?? "", taskIds), enabled: isKept && taskIds.length > 0 });
  return (taskId) => {
    if ((evaluation !== undefined && !isKept) || isError) return null;
    return data === undefined ? undefined : (data.get(taskId) ?? null);
  };
}
