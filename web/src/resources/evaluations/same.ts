/** Which evaluations tell of the same thing at different times. */
import type { Evaluation } from "../../wire/types";

/** Whether two evaluations may differ only in labels and predictions. */
export function isAlike(one: Evaluation, other: Evaluation): boolean {
  return one.id !== other.id && one.kind === other.kind && one.dataset_id === other.dataset_id && configText(one) === configText(other);
}

/** The same of one model run. */
export function isOfTheSame(one: Evaluation, other: Evaluation): boolean {
  return one.model_run_id === other.model_run_id && isAlike(one, other);
}

function configText({ config }: Evaluation): string {
  return JSON.stringify(Object.entries(config).toSorted(([one], [other]) => one.localeCompare(other)));
}
