/** CSV is quoted where it must be, and never runs as a formula. */
import { expect, test } from "vitest";

import { csvText } from "./csv";

test("cells are quoted where they must be", () => {
  expect(csvText([["a,b", 'say "hi"', 1, null]])).toBe('"a,b","say ""hi""",1,\r\n');
});

test.each(["=1+1", "+1", "-1", "@sum", " =1", "＝1", "\u00a0@a"])("%j is text, not a formula", (text) => {
  expect(csvText([[text]])).toBe(`'${text}\r\n`);
});

test.each(["\tx", "\rx", "\n=1", "=1;=2", '=A1,"b"'])("%j is one quoted cell of text", (text) => {
  expect(csvText([[text]])).toBe(`"'${text.replaceAll('"', '""')}"\r\n`);
});

test("a semicolon begins no cell of its own", () => {
  expect(csvText([["a;=1", "b"]])).toBe('"a;=1",b\r\n');
});
