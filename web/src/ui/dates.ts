/** Times as people read them. */

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "short", year: "numeric" });
const EXACT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "medium" });
const STEPS: [limit: number, seconds: number, name: string][] = [
  [60, 1, "second"],
  [3600, 60, "minute"],
  [86_400, 3600, "hour"],
  [7 * 86_400, 86_400, "day"],
];

/** How long ago, up to a week; then the day. */
export function ago(date: string, now = Date.now()): string {
  const seconds = Math.max(0, Math.round((now - Date.parse(date)) / 1000));
  if (seconds < 10) return "just now";
  const step = STEPS.find(([limit]) => seconds < limit);
  if (step === undefined) return DAY.format(new Date(date));
  const amount = Math.floor(seconds / step[1]);
  return `${amount} ${step[2]}${amount === 1 ? "" : "s"} ago`;
}

/** The exact time, in the reader's zone. */
export function exact(date: string): string {
  return EXACT.format(new Date(date));
}

/** How long something took: 4 s, 3 min 20 s, 2 h 5 min. */
export function duration(from: string, to: string): string {
  const seconds = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 1000));
  if (seconds < 1) return "under 1 s";
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
