/** What lay on a task before people worked on it: what was imported with it, or what a model said of it. */
import type { Entry } from "../../canvas/edits/drawing";
import { predictionIn } from "../../canvas/edits/sources";
import type { Annotation, ModelRun, Prediction } from "../../wire/types";
import { entriesOf } from "../annotations/editor/contents";

/**
 * The annotations that nobody made here, in the oldest state that is known of a task.
 *
 * A change that takes something away keeps the state before it, so that without such a state all that was
 * imported still lies there.
 */
export function imported(oldest: readonly Annotation[]): Entry[] {
  return entriesOf(oldest.filter(({ annotator_id: annotator }) => annotator === null));
}

/** Predictions as annotations; one that was accepted has the id of the annotation that it became. */
export function predicted(predictions: readonly Prediction[], annotations: readonly Annotation[]): Entry[] {
  const accepted = new Map(annotations.map(({ id, source }) => [predictionIn(source), id]));
  return predictions.map(({ id, label, shape, attributes }) => ({ id: accepted.get(id) ?? id, label, shape, attributes, source: null }));
}

/** The newest model run of which something was accepted. */
export function runAccepted(runs: readonly ModelRun[], annotations: readonly Annotation[]): ModelRun | undefined {
  const sources = annotations.flatMap(({ source }) => (predictionIn(source) === null ? [] : [source ?? ""]));
  return runs.find(({ model_version_id: version }) => sources.some((source) => source.split(/[ ,]+/).includes(version)));
}
