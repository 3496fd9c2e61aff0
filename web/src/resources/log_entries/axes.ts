/** What numbers are drawn over: the step, the time, or another logged key. */

const OWN: ReadonlySet<string> = new Set(["step", "time"]);

/** A logged key as an axis: one that is called like an axis of its own stands in quotes. */
export function axisOfKey(key: string): string {
  return OWN.has(key) || key.startsWith('"') ? JSON.stringify(key) : key;
}

/** An axis as it is read. */
export function axisTitle(axis: string): string {
  if (!axis.startsWith('"')) return axis;
  try {
    return `${String(JSON.parse(axis))}, as logged`;
  } catch {
    return axis;
  }
}
