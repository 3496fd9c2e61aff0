/** What reviewers say most: the usual reasons, and those that were used last in this browser. */

/** The reasons that are always there. */
export const USUAL = ["Wrong position", "Wrong label", "Missing object", "Wrong attribute"] as const;
/** The reason of who said in comments what is wrong, and nothing more. */
export const AS_COMMENTED = "See the comments";
const MOST_RECENT = 5;
const PLACE = "linlog.reasons";

/** The reasons to choose from: the usual ones, then those that were used last. */
export function offered(recent: readonly string[]): string[] {
  return [...new Set([...USUAL, ...recent])];
}

/** The last reasons after one more was given, the newest first; the usual ones need not be kept. */
export function remembered(recent: readonly string[], reason: string): string[] {
  const words = reason.trim();
  if (words === "" || ([...USUAL, AS_COMMENTED] as readonly string[]).includes(words)) return [...recent];
  return [words, ...recent.filter((known) => known !== words)].slice(0, MOST_RECENT);
}

/** What was kept; what cannot be read is as if nothing was. */
export function readRecent(text: string | null): string[] {
  try {
    const read: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(read) ? read.filter((entry) => typeof entry === "string").slice(0, MOST_RECENT) : [];
  } catch {
    return [];
  }
}

/** Several reasons and words of one's own as one reason; without any, the open comments where there are some. */
export function joined(chosen: readonly string[], words: string, commented = false): string {
  const said = [...chosen, words.trim()].filter((part) => part !== "").join("; ");
  return said === "" && commented ? AS_COMMENTED : said;
}

export function recentReasons(): string[] {
  try {
    return readRecent(localStorage.getItem(PLACE));
  } catch {
    return [];
  }
}

export function remember(reason: string): void {
  try {
    localStorage.setItem(PLACE, JSON.stringify(remembered(recentReasons(), reason)));
  } catch {
    // A browser that keeps nothing offers the usual reasons.
  }
}
