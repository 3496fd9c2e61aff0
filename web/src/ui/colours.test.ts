/** Colours stay apart for eyes that lack a cone, and stand out on both grounds. */
import { expect, test } from "vitest";

import { OUTCOME_COLOURS, PALETTE } from "./colours";

type Triple = readonly [number, number, number];
type Matrix = readonly [Triple, Triple, Triple];

// Machado, Oliveira, Fernandes 2009: full severity, of linear sRGB.
const EYES: Record<string, Matrix> = {
  usual: [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
  protanopia: [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
  deuteranopia: [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
  tritanopia: [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
};
const XYZ: Matrix = [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.072175], [0.0193339, 0.119192, 0.9503041]];
const WHITE: Triple = [0.95047, 1, 1.08883];
const GROUNDS = ["#faf9f6", "#101213"];

const times = (matrix: Matrix, [a, b, c]: Triple): Triple => matrix.map(([x, y, z]) => x * a + y * b + z * c) as unknown as Triple;

function linear(colour: string): Triple {
  return [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as unknown as Triple;
}

function lab(rgb: Triple): Triple {
  const clipped = rgb.map((value) => Math.min(1, Math.max(0, value))) as unknown as Triple;
  const [x, y, z] = times(XYZ, clipped).map((value, at) => {
    const share = value / (WHITE[at] ?? 1);
    return share > 0.008856 ? Math.cbrt(share) : 7.787 * share + 16 / 116;
  }) as unknown as Triple;
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

const degrees = (radians: number): number => (radians * 180) / Math.PI;
const radians = (angle: number): number => (angle * Math.PI) / 180;

/** CIEDE2000 (Sharma, Wu, Dalal 2005). */
function difference([l1, a1, b1]: Triple, [l2, a2, b2]: Triple): number {
  const chroma = (Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2;
  const g = 1 + 0.5 * (1 - Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7)));
  const [c1, c2] = [Math.hypot(g * a1, b1), Math.hypot(g * a2, b2)];
  const [h1, h2] = [(degrees(Math.atan2(b1, g * a1)) + 360) % 360, (degrees(Math.atan2(b2, g * a2)) + 360) % 360];
  const turn = c1 * c2 === 0 ? 0 : ((h2 - h1 + 540) % 360) - 180;
  const [dl, dc, dh] = [l2 - l1, c2 - c1, 2 * Math.sqrt(c1 * c2) * Math.sin(radians(turn / 2))];
  const [lm, cm] = [(l1 + l2) / 2, (c1 + c2) / 2];
  const apart = Math.abs(h1 - h2) > 180;
  const hm = c1 * c2 === 0 ? h1 + h2 : apart ? (h1 + h2 + (h1 + h2 < 360 ? 360 : -360)) / 2 : (h1 + h2) / 2;
  const t = 1 - 0.17 * Math.cos(radians(hm - 30)) + 0.24 * Math.cos(radians(2 * hm)) + 0.32 * Math.cos(radians(3 * hm + 6)) - 0.2 * Math.cos(radians(4 * hm - 63));
  const sl = 1 + (0.015 * (lm - 50) ** 2) / Math.sqrt(20 + (lm - 50) ** 2);
  const [sc, sh] = [1 + 0.045 * cm, 1 + 0.015 * cm * t];
  const rt = -Math.sin(radians(60 * Math.exp(-(((hm - 275) / 25) ** 2)))) * 2 * Math.sqrt(cm ** 7 / (cm ** 7 + 25 ** 7));
  return Math.sqrt((dl / sl) ** 2 + (dc / sc) ** 2 + (dh / sh) ** 2 + rt * (dc / sc) * (dh / sh));
}

function nearest(colours: readonly string[], eyes: Matrix): number {
  const seen = colours.map((colour) => lab(times(eyes, linear(colour))));
  return Math.min(...seen.flatMap((one, at) => seen.slice(at + 1).map((other) => difference(one, other))));
}

function contrast(one: string, other: string): number {
  const [low, high] = [one, other].map((colour) => times(XYZ, linear(colour))[1]).toSorted((a, b) => a - b) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

test("the difference is that of the published pairs", () => {
  expect(difference([50, 2.6772, -79.7751], [50, 0, -82.7485])).toBeCloseTo(2.0425, 4);
  expect(difference([60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387])).toBeCloseTo(1.2644, 4);
  expect(difference([2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514])).toBeCloseTo(0.9082, 4);
});

test.each(Object.entries(EYES))("colours are told apart: %s", (_, eyes) => {
  expect(nearest(PALETTE, eyes)).toBeGreaterThan(10);
  expect(nearest(Object.values(OUTCOME_COLOURS), eyes)).toBeGreaterThan(18);
});

test("colours stand out on light and on dark ground", () => {
  for (const colour of [...PALETTE, ...Object.values(OUTCOME_COLOURS)]) {
    for (const ground of GROUNDS) expect(contrast(colour, ground), `${colour} on ${ground}`).toBeGreaterThan(3);
  }
});
