/** Times are told relative to now while they are near. */
import { expect, test } from "vitest";

import { ago, duration } from "./dates";

const NOW = Date.parse("2026-03-10T12:00:00Z");

test.each([
  ["2026-03-10T11:59:55Z", "just now"],
  ["2026-03-10T11:59:00Z", "1 minute ago"],
  ["2026-03-10T09:00:00Z", "3 hours ago"],
  ["2026-03-08T12:00:00Z", "2 days ago"],
  ["2026-01-08T10:00:00Z", "8 Jan 2026"],
  ["2026-03-10T12:00:30Z", "just now"],
])("%s is %s", (date, said) => {
  expect(ago(date, NOW)).toBe(said);
});

test("durations", () => {
  expect(duration("2026-03-10T12:00:00Z", "2026-03-10T12:00:04Z")).toBe("4 s");
  expect(duration("2026-03-10T12:00:00Z", "2026-03-10T14:05:00Z")).toBe("2 h 5 min");
});
