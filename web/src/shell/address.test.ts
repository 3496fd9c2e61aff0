/** What is written into an address is read back. */
import { expect, test } from "vitest";

import { parseSearch, stringifySearch } from "./address";

test("an address tells plain words", () => {
  expect(stringifySearch({ status: "pending", label: "red cell & co", page: 2, tag: undefined })).toBe("?status=pending&label=red+cell+%26+co&page=2");
  expect(stringifySearch({})).toBe("");
});

test("and they are read back", () => {
  expect(parseSearch("?status=pending&label=red+cell+%26+co&page=2")).toEqual({ status: "pending", label: "red cell & co", page: "2" });
  expect(parseSearch("?a=1&a=2")).toEqual({ a: "1" });
});
