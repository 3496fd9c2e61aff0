/** Reads the marks by which free data carries NaN and infinities through JSON. */

const NUMBERS: Record<string, number> = { NaN: Number.NaN, Infinity: Infinity, "-Infinity": -Infinity };

/** Undo the marks: `{"$number": "NaN"}` is NaN; a user's own `{"$$number": …}` loses a dollar. */
export function unmarkNumbers(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unmarkNumbers);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  const [key, inner] = entries[0] ?? ["", undefined];
  if (entries.length === 1 && /^\$+number$/.test(key)) {
    if (key !== "$number") return { [key.slice(1)]: unmarkNumbers(inner) };
    if (typeof inner === "string" && inner in NUMBERS) return NUMBERS[inner];
  }
  return Object.fromEntries(entries.map(([name, entry]) => [name, unmarkNumbers(entry)]));
}
