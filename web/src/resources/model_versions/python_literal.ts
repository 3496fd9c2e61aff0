/** JSON as Python spells it, to be pasted into a program. */
export function pythonLiteral(value: unknown): string {
  if (value === null || value === undefined) return "None";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return Number.isFinite(value) ? String(value) : `float("${value}")`;
  if (typeof value === "string") return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(", ")}]`;
  const entries = Object.entries(value as Record<string, unknown>);
  return `{${entries.map(([key, held]) => `${JSON.stringify(key)}: ${pythonLiteral(held)}`).join(", ")}}`;
}

/** A config as Python, a key a line. */
export function pythonConfig(config: Record<string, unknown>): string {
  const entries = Object.entries(config).map(([key, value]) => `    ${JSON.stringify(key)}: ${pythonLiteral(value)},\n`);
  return entries.length === 0 ? "{}" : `{\n${entries.join("")}}`;
}
