/** How the state of a page is written into its address: plain words, nothing quoted. */

export type Search = Record<string, string | number | undefined>;

/** The values behind the question mark; a repeated key keeps its first value. */
export function parseSearch(text: string): Record<string, string> {
  const found: Record<string, string> = {};
  for (const [key, value] of new URLSearchParams(text)) found[key] ??= value;
  return found;
}

/** The question mark and what comes after it; what is empty is left out. */
export function stringifySearch(search: Record<string, unknown>): string {
  const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== null && value !== "");
  const text = new URLSearchParams(given.map(([key, value]) => [key, String(value)])).toString();
  return text === "" ? "" : `?${text}`;
}
