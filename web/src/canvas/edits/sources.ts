/** Where annotations come from: a prediction of a model version, as it was or edited, or a person. */
const OF_PREDICTION = "prediction ";
const EDITED = ", edited";

/** Where an annotation comes from that was a prediction. */
export function sourceOf(ghost: { id: string; versionId: string }): string {
  return `${OF_PREDICTION}${ghost.id} of ${ghost.versionId}`;
}

/** The source of an annotation that was changed: a prediction is no longer as it was accepted. */
export function edited(source: string | null): string | null {
  return source === null || !source.startsWith(OF_PREDICTION) || source.endsWith(EDITED) ? source : source + EDITED;
}

/** What an annotation was, in words; null where it was no prediction. */
export function originOf(source: string | null): string | null {
  if (source === null || !source.startsWith(OF_PREDICTION)) return null;
  return source.endsWith(EDITED) ? "prediction, and edited" : "prediction, as it was";
}

/** The id of the prediction that an annotation was; null where it was none. */
export function predictionIn(source: string | null): string | null {
  if (source === null || !source.startsWith(OF_PREDICTION)) return null;
  return source.slice(OF_PREDICTION.length).split(/[ ,]/, 1)[0] ?? null;
}
