/** Rows of a table that stand for a pair: what is true, and what a model said instead. */

const BETWEEN = " → ";

/** The two labels of a row named "truth → prediction"; null where the name is a label itself or no pair. */
export function pairOf(name: string, isLabel: (name: string) => boolean): [truth: string, prediction: string] | null {
  if (isLabel(name)) return null;
  const parts = name.split(BETWEEN);
  const cuts = parts.slice(1).map((_, place): [string, string] => [parts.slice(0, place + 1).join(BETWEEN), parts.slice(place + 1).join(BETWEEN)]);
  return cuts.find(([truth]) => isLabel(truth)) ?? cuts[0] ?? null;
}
