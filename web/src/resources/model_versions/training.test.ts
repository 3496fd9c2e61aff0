/** A version that is silent for long is not shown as one that trains. */
import { expect, test } from "vitest";

import { silenceOf } from "./training";

test("a version is heard of by its last log entry, or by its beginning", () => {
  const created = "2026-03-01T12:00:00Z";
  const at = (minutes: number): number => Date.parse(created) + minutes * 60_000;
  expect(silenceOf({ created_date: created, logged_date: null, state: "training" }, at(14))).toBeNull();
  expect(silenceOf({ created_date: created, logged_date: null, state: "training" }, at(16))).toBe(created);
  const logged = "2026-03-01T13:00:00Z";
  expect(silenceOf({ created_date: created, logged_date: logged, state: "training" }, at(70))).toBeNull();
  expect(silenceOf({ created_date: created, logged_date: logged, state: "training" }, at(80))).toBe(logged);
  expect(silenceOf({ created_date: created, logged_date: logged, state: "finished" }, at(80))).toBeNull();
});
