/** A comparison is told in words that claim no more than it shows. */
import { expect, test } from "vitest";

import type { ScalarDifference } from "../../wire/types";
import { symmetric, verdict } from "./verdict";

const HEADLINE: ScalarDifference = { name: "map", title: "mAP", first: 0.5, second: 0.541, difference: 0.041, low: 0.02, high: 0.06, p_value: 0.002, p_adjusted: null, better: "higher", verdict: "better", test: "bootstrap", resamples: 1000, moved: 200 };

test("evidence is called so", () => {
  expect(verdict(HEADLINE)).toBe("better by 0.041, 95 % interval +0.020 to +0.060: evidence");
  expect(verdict({ ...HEADLINE, difference: -0.041, low: -0.06, high: -0.02, verdict: "worse" })).toBe("worse by 0.041, 95 % interval −0.060 to −0.020: evidence");
});

test("and so is its absence", () => {
  expect(verdict({ ...HEADLINE, low: -0.01, verdict: "no evidence" })).toBe("no evidence of a difference (+0.041, 95 % interval −0.010 to +0.060)");
  expect(verdict({ ...HEADLINE, difference: null })).toContain("undefined");
});

test("the axis holds every interval", () => {
  const [from, to] = symmetric([HEADLINE, { difference: -0.2, low: -0.4, high: 0 }]);
  expect(from).toBeCloseTo(-0.42);
  expect(to).toBeCloseTo(0.42);
});
