/** Whether a model version trains, and whether it still says so. */
import type { ModelVersion } from "../../wire/types";

/** Milliseconds without a log entry after which a version in training is not taken for one that goes on. */
const SILENT_MS = 15 * 60_000;

export function inTraining({ state }: Pick<ModelVersion, "state">): boolean {
  return state === "training";
}

/** Since when nothing was heard of a version in training; null while that is not long, and when it is finished. */
export function silenceOf(version: Pick<ModelVersion, "created_date" | "logged_date" | "state">, now = Date.now()): string | null {
  const last = version.logged_date ?? version.created_date;
  return inTraining(version) && now - Date.parse(last) > SILENT_MS ? last : null;
}
