/** Whose predictions are drawn over the truth of a dataset. */
import { useQuery } from "@tanstack/react-query";

import { evaluationQuery } from "../evaluations/queries";
import type { TaskSearch } from "../tasks/search";

/** The model run that the address names, or that which its evaluation judged. */
export function useDrawnRun({ model_run_id: runId, evaluation_id: evaluationId }: TaskSearch): string | undefined {
  const { data: evaluation } = useQuery({ ...evaluationQuery(evaluationId ?? ""), enabled: runId === undefined && evaluationId !== undefined });
  return runId ?? (evaluationId === undefined ? undefined : evaluation?.model_run_id);
}
