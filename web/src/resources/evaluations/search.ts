/** What the address of a report says: which examples are shown, and which one is open. */
import type { Example, OutcomeName } from "../../wire/types";

export const OUTCOMES: readonly OutcomeName[] = ["hit", "missed", "false positive", "confused", "duplicate"];

/** Which examples are of interest; without a word all of them. */
export interface Focus {
  outcome?: OutcomeName;
  /** A label of the truth, and one of a prediction. */
  truth?: string;
  prediction?: string;
}

export interface ExampleSearch extends Focus {
  block?: string;
}

export function readReportSearch(raw: Record<string, unknown>): Focus {
  const focus: Focus = {};
  const outcome = OUTCOMES.find((name) => name === raw.outcome);
  if (outcome !== undefined) focus.outcome = outcome;
  if (typeof raw.truth === "string" && raw.truth !== "") focus.truth = raw.truth;
  if (typeof raw.prediction === "string" && raw.prediction !== "") focus.prediction = raw.prediction;
  return focus;
}

export function readExampleSearch(raw: Record<string, unknown>): ExampleSearch {
  const focus = readReportSearch(raw);
  return typeof raw.block === "string" && raw.block !== "" ? { ...focus, block: raw.block } : focus;
}

/** What a cell of a matrix of truth and prediction is about. A name in brackets stands for nothing there. */
export function cellFocus(truth: string, prediction: string): Focus {
  if (isNothing(truth)) return { outcome: "false positive", prediction };
  if (isNothing(prediction)) return { outcome: "missed", truth };
  return { truth, prediction };
}

function isNothing(name: string): boolean {
  return name.startsWith("(");
}

/** The examples that hold an outcome of interest. */
export function focused(examples: readonly Example[], { outcome, truth, prediction }: Focus): readonly Example[] {
  if (outcome === undefined && truth === undefined && prediction === undefined) return examples;
  return examples.filter((example) =>
    example.outcomes.some(
      (entry) =>
        (outcome === undefined || entry.outcome === outcome) &&
        (truth === undefined || entry.truth_label === truth) &&
        (prediction === undefined || entry.prediction_label === prediction),
    ),
  );
}
