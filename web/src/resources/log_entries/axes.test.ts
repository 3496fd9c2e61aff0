/** Keys that are called like the axes of their own are told from them. */
import { expect, test } from "vitest";

import { axisOfKey, axisTitle } from "./axes";

test("a key called step is not the step", () => {
  expect(axisOfKey("loss")).toBe("loss");
  expect(axisOfKey("step")).toBe('"step"');
  expect(axisTitle("step")).toBe("step");
  expect(axisTitle(axisOfKey("step"))).toBe("step, as logged");
  expect(axisTitle(axisOfKey("loss"))).toBe("loss");
});

test("a key that begins with a quote stays itself", () => {
  expect(JSON.parse(axisOfKey('"step"'))).toBe('"step"');
  expect(axisTitle('"half')).toBe('"half');
});
