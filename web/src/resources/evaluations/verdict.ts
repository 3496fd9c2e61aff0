/** What a comparison says in a sentence, and how it looks. */
import { interval, share, signed } from "../../ui/numbers";
import type { RangeTone } from "../../ui/range";
import type { Comparison, ScalarDifference } from "../../wire/types";

export const TONES: Record<ScalarDifference["verdict"], RangeTone> = { better: "good", worse: "bad", "no evidence": "neutral" };

/** Whether the second is better, by how much, and whether that is evidence. */
export function verdict(headline: ScalarDifference): string {
  const { difference, low, high } = headline;
  if (difference === null) return "cannot be compared: the number is undefined";
  const range = low === null || high === null ? "" : `, 95 % interval ${signed(low)} to ${signed(high)}`;
  if (headline.verdict === "no evidence") return `no evidence of a difference (${signed(difference)}${range})`;
  return `${headline.verdict} by ${share(Math.abs(difference))}${range}: evidence`;
}

/** An axis that holds every interval, 0 in its middle. */
export function symmetric(found: readonly { difference: number | null; low: number | null; high: number | null }[]): [number, number] {
  const most = Math.max(0.01, ...found.flatMap(({ difference, low, high }) => [difference, low, high].map((value) => Math.abs(value ?? 0))));
  return [-most * 1.05, most * 1.05];
}

/** How many tasks the two did alike on. */
export function tied({ tasks, won_count: won, lost_count: lost }: Comparison): number {
  return tasks - won - lost;
}

/** An interval of a difference in words. */
export function signedInterval(low: number | null, high: number | null): string {
  return interval(low, high) === "" ? "–" : `${signed(low)} to ${signed(high)}`;
}
