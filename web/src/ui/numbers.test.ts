/** Numbers are shown as people read them. */
import { describe, expect, test } from "vitest";

import { count, counted, general, interval, percent, pValue, reported, share, signed } from "./numbers";

describe("what is undefined is a dash", () => {
  test.each([count, share, signed, pValue, general])("%o", (show) => {
    expect(show(null)).toBe("–");
  });
});

test("counts", () => {
  expect(count(1234567)).toBe("1,234,567");
  expect(counted(1, "task")).toBe("1 task");
  expect(counted(2, "entry", "entries")).toBe("2 entries");
});

test("shares and differences", () => {
  expect(share(0.7416)).toBe("0.742");
  expect(signed(0.0414)).toBe("+0.041");
  expect(signed(-0.0414)).toBe("−0.041");
  expect(signed(-0.0001)).toBe("±0.000");
  expect(interval(0.1, 0.25)).toBe("0.100 to 0.250");
  expect(interval(null, 0.25)).toBe("");
});

test("only everything is 100 %, only nothing 0 %", () => {
  expect(percent(999, 1000)).toBe("99\u202f%");
  expect(percent(1000, 1000)).toBe("100\u202f%");
  expect(percent(1, 1000)).toBe("1\u202f%");
  expect(percent(0, 1000)).toBe("0\u202f%");
  expect(percent(0, 0)).toBe("–");
});

test("probabilities of chance", () => {
  expect(pValue(0.0004)).toBe("< 0.001");
  expect(pValue(0.0316)).toBe("0.032");
});

test("logged values of any size", () => {
  expect(general(0.00123456)).toBe("0.001235");
  expect(general(1.23e-7)).toBe("1.23e−7");
  expect(general(Number.NaN)).toBe("NaN");
  expect(general(-Infinity)).toBe("−∞");
  expect(general(42)).toBe("42");
});

test("numbers of a report", () => {
  expect(reported(0.5, true)).toBe("0.500");
  expect(reported(17, false)).toBe("17");
  expect(reported(0.1234, false)).toBe("0.1234");
});
