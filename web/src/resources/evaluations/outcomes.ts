/** What became of a task's truths and predictions: words, colours, and marks that show them. */
import type { Mark } from "../../canvas/scene";
import { OUTCOME_COLOURS } from "../../ui/colours";
import type { EvaluatedOutcome, Outcome, OutcomeName, Report } from "../../wire/types";

export { OUTCOME_COLOURS };

/** The mistakes first. */
export const OUTCOME_NAMES = Object.keys(OUTCOME_COLOURS) as OutcomeName[];

/** What truths and predictions of a kind are laid beside each other by. */
export type Measure = "IoU" | "OKS";

export function measureOf(kind: string): Measure {
  return kind === "keypoints" ? "OKS" : "IoU";
}

/** All that became of a task, where the report keeps it: its confusions alone would make the rest look as if it did not count. */
export function wholeOutcomes(report: Report | undefined, taskId: string): readonly Outcome[] {
  const examples = (report?.blocks ?? []).flatMap((block) => (block.type === "examples" && block.name !== "confusions" ? block.examples : []));
  return examples.find(({ task_id: id }) => id === taskId)?.outcomes ?? [];
}

/** The outcomes that are right or wrong, as reports keep them; what is ignored is neither. */
export function told(rows: readonly EvaluatedOutcome[]): Outcome[] {
  return rows.flatMap(({ outcome, ...row }) => (outcome === "ignored" ? [] : [{ ...row, outcome }]));
}

/** How often each outcome occurs, the mistakes first; those that do not are left out. */
export function outcomeCounts(outcomes: readonly Outcome[]): [OutcomeName, number][] {
  return OUTCOME_NAMES.flatMap((name) => {
    const amount = outcomes.filter(({ outcome }) => outcome === name).length;
    return amount === 0 ? [] : [[name, amount]];
  });
}

/** The marks in the colours of what became of them; what did not count is pale. */
export function outcomeMarks(marks: readonly Mark[], outcomes: readonly Outcome[], coloured: boolean): Mark[] {
  const names = new Map<string, OutcomeName>();
  for (const { outcome, truth_id: truth, prediction_id: prediction } of outcomes) {
    if (prediction !== null) names.set(prediction, outcome);
    // A truth that was found is a hit even where a duplicate names it too.
    if (truth !== null && (outcome !== "duplicate" || !names.has(truth))) names.set(truth, outcome);
  }
  return marks.map((mark) => {
    const name = names.get(mark.id);
    const colour = coloured ? OUTCOME_COLOURS[name ?? "duplicate"] : mark.colour;
    return { ...mark, colour, faint: name === undefined };
  });
}
