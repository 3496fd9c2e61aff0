/** The address of a comparison holds two to eight versions, and one of them is told in full. */
import { expect, test } from "vitest";

import { othersOf, readCompareSearch, readCompareTaskSearch, withBaseline, withOthers } from "./compare_search";

test("two versions need no more words than two", () => {
  const search = readCompareSearch({ first: "e_1", second: "e_2", among: "", other: "x" });
  expect(search).toEqual({ first: "e_1", second: "e_2" });
  expect(othersOf(search)).toEqual(["e_2"]);
});

test("more keep their order, whichever is told in full", () => {
  const search = withOthers({ first: "e_1", second: "e_2" }, ["e_2", "e_3", "e_4"]);
  expect(search).toEqual({ first: "e_1", second: "e_2", among: "e_2,e_3,e_4" });
  expect(othersOf({ ...search, second: "e_4" })).toEqual(["e_2", "e_3", "e_4"]);
  expect(withOthers({ ...search, second: "e_3" }, ["e_2"])).toEqual({ first: "e_1", second: "e_2" });
});

test("another baseline changes places with the old one", () => {
  expect(withBaseline({ first: "e_1", second: "e_2" }, "e_2")).toEqual({ first: "e_2", second: "e_1" });
  expect(withBaseline({ first: "e_1", second: "e_2", among: "e_2,e_3" }, "e_3")).toEqual({ first: "e_3", second: "e_2", among: "e_2,e_1" });
});

test("an address that names too many, or one twice, is read as far as it goes", () => {
  const ids = Array.from({ length: 12 }, (_, place) => `e_${place}`);
  expect(othersOf({ first: "e_0", second: "e_1", among: [...ids, "e_1"].join(",") })).toEqual(ids.slice(1, 8));
  expect(othersOf({ first: "e_0", second: "e_9", among: "e_1" })).toEqual(["e_9", "e_1"]);
});

test("a task is one of a list", () => {
  expect(readCompareTaskSearch({ first: "e_1", second: "e_2", list: "both_wrong" }).list).toBe("both_wrong");
  expect(readCompareTaskSearch({ first: "e_1", second: "e_2", list: "x" }).list).toBe("lost");
});
