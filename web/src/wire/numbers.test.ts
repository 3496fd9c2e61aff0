/** Free data comes back as it was logged. */
import { expect, test } from "vitest";

import { unmarkNumbers } from "./numbers";

test("NaN and infinities are read", () => {
  expect(unmarkNumbers({ loss: { $number: "NaN" }, lr: [{ $number: "-Infinity" }] })).toEqual({
    loss: Number.NaN,
    lr: [-Infinity],
  });
});

test("a user's own object that looks like a mark loses one dollar", () => {
  expect(unmarkNumbers({ $$number: "NaN" })).toEqual({ $number: "NaN" });
  expect(unmarkNumbers({ $number: "seven" })).toEqual({ $number: "seven" });
});
