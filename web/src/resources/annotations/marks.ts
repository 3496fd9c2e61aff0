/** Annotations and predictions as marks: what is drawn over an item, in whose colour. */
import type { Mark } from "../../canvas/scene";
import type { Colours } from "../../ui/colours";
import { counted } from "../../ui/numbers";
import type { Annotation, Prediction } from "../../wire/types";

/** Ground truth, or work on the way to it. */
export function truthMarks(annotations: readonly Pick<Annotation, "id" | "shape" | "label">[], colours: Colours): Mark[] {
  return annotations.map(({ id, shape, label }) => ({ id, layer: "truth", shape, label, colour: colours(label), caption: label }));
}

/** What a model says, with its confidence. */
export function predictionMarks(predictions: readonly Prediction[], colours: Colours): Mark[] {
  return predictions.map(({ id, shape, label, confidence }) => ({
    id,
    layer: "prediction",
    shape,
    label,
    colour: colours(label),
    caption: confidence === null ? label : `${label} ${confidence.toFixed(2)}`,
  }));
}

/** What is marked on an item, in a sentence for those who cannot see it. */
export function described(marks: readonly Mark[], what = "Image"): string {
  const truths = marks.filter(({ layer }) => layer === "truth");
  const predictions = marks.filter(({ layer }) => layer === "prediction");
  const parts = [counted(truths.length, "annotation") + byLabel(truths)];
  if (predictions.length > 0) parts.push(counted(predictions.length, "prediction") + byLabel(predictions));
  return `${what} with ${parts.join(" and ")}`;
}

function byLabel(marks: readonly Mark[]): string {
  if (marks.length === 0) return "";
  const counts = new Map<string, number>();
  for (const { label } of marks) counts.set(label, (counts.get(label) ?? 0) + 1);
  return ` (${[...counts].map(([label, amount]) => `${amount} ${label}`).join(", ")})`;
}
