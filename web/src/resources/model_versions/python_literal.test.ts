/** What is pasted is Python. */
import { expect, test } from "vitest";

import { pythonConfig, pythonLiteral } from "./python_literal";

test("JSON is spelled as Python", () => {
  const config = { rate: 0.1, flip: true, layers: [1, null], name: 'say "hi"\n', deep: { off: false }, none: {}, odd: Number.NaN };
  expect(pythonLiteral(config)).toBe(String.raw`{"rate": 0.1, "flip": True, "layers": [1, None], "name": "say \"hi\"\n", "deep": {"off": False}, "none": {}, "odd": float("NaN")}`);
});

test("a config has a line a key", () => {
  expect(pythonConfig({ rate: 0.1, deep: { flip: true } })).toBe('{\n    "rate": 0.1,\n    "deep": {"flip": True},\n}');
  expect(pythonConfig({})).toBe("{}");
});
