import { expect, test } from "vitest";

import { naturally } from "./order";

test("numbers in names are put in order by their size", () => {
  expect(["batch 10", "batch 1", "batch 11", "batch 2"].toSorted(naturally)).toEqual(["batch 1", "batch 2", "batch 10", "batch 11"]);
});

test("letters come in the order of the alphabet, whatever their case", () => {
  expect(["b", "A", "C", "a 2"].toSorted(naturally)).toEqual(["A", "a 2", "b", "C"]);
});
