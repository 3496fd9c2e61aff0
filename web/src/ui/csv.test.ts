/** CSV is quoted where it must be, and never runs as a formula. */
import { expect, test } from "vitest";

import { csvText } from "./csv";

test("cells are quoted where they must be", () => {
  expect(csvText([["a,b", 'say "hi"', 1, null]])).toBe('"a,b","say ""hi""",1,\r\n');
});

test.each(["=1+1", "+1", "-1", "@sum", "\tx"])("%j is text, not a formula", (text) => {
  expect(csvText([[text]])).toBe(`'${text}\r\n`);
});
