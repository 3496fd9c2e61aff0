/** Tags are read on any colour that a label may have. */
import { expect, it } from "vitest";

import { inkOn } from "./paint";

it("writes tags so that they are read on any colour", () => {
  const least = Math.min(...COLOURS.map((colour) => contrast(luminance(colour), luminance(inkOn(colour)))));
  expect(least).toBeGreaterThanOrEqual(4.5);
});

const STEPS = [0, 40, 80, 120, 160, 200, 255];
const COLOURS = STEPS.flatMap((red) => STEPS.flatMap((green) => STEPS.map((blue) => `#${[red, green, blue].map((part) => part.toString(16).padStart(2, "0")).join("")}`)));

/** As WCAG 2.2 defines it, from 1 to 21. */
function contrast(one: number, two: number): number {
  return (Math.max(one, two) + 0.05) / (Math.min(one, two) + 0.05);
}

function luminance(colour: string): number {
  const parts = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16) / 255);
  const [red = 0, green = 0, blue = 0] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}
