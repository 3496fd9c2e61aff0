/** Numbers as people read them; what is undefined is a dash, never a made-up 0. */

const WHOLE = new Intl.NumberFormat("en-GB");
const MINUS = "\u2212";
export const UNDEFINED = "–";

/** A count with thousands apart: 12,345. */
export function count(value: number | null | undefined): string {
  return defined(value) ? WHOLE.format(value).replace("-", MINUS) : UNDEFINED;
}

/** A count with its noun: "1 task", "12 tasks". */
export function counted(value: number, one: string, many = `${one}s`): string {
  return `${count(value)} ${value === 1 ? one : many}`;
}

/** A number between 0 and 1 with three places: 0.742. */
export function share(value: number | null | undefined): string {
  return defined(value) ? value.toFixed(3).replace("-", MINUS) : UNDEFINED;
}

/** A threshold with two places, or as many as it needs: 0.50, 0.333. */
export function threshold(value: number): string {
  const short = value.toFixed(2);
  return Math.abs(Number(short) - value) < 5e-7 ? short : String(Number(value.toPrecision(6)));
}

/** A part of a whole in per cent: 41 %. Only everything is 100 %, and only nothing 0 %. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return UNDEFINED;
  const exact = (100 * part) / whole;
  const rounded = part < whole ? Math.min(99, Math.round(exact)) : Math.round(exact);
  return `${part > 0 ? Math.max(1, rounded) : rounded}\u202f%`;
}

/** A difference that carries its sign: +0.041. */
export function signed(value: number | null | undefined, places = 3): string {
  if (!defined(value)) return UNDEFINED;
  const text = Math.abs(value).toFixed(places);
  if (Number(text) === 0) return `±${text}`;
  return `${value < 0 ? MINUS : "+"}${text}`;
}

/** A 95 % interval: 0.702 to 0.781. */
export function interval(low: number | null | undefined, high: number | null | undefined): string {
  return defined(low) && defined(high) ? `${share(low)} to ${share(high)}` : "";
}

/** Below it a p value is only said to be so. */
export const LEAST_P = 0.001;

/** How often chance alone does it: < 0.001, 0.032. */
export function pValue(value: number | null | undefined): string {
  if (!defined(value)) return UNDEFINED;
  return value < LEAST_P ? "< 0.001" : value.toFixed(3);
}

/** Any number with about four digits that matter: 0.001235, 12.35, 1.2e-7. */
export function general(value: number | null | undefined): string {
  if (value === null || value === undefined) return UNDEFINED;
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NaN" : value > 0 ? "∞" : `${MINUS}∞`;
  if (Number.isInteger(value) && Math.abs(value) < 1e15) return count(value);
  const size = Math.abs(value);
  const text = size < 1e-4 || size >= 1e7 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
  return text.replaceAll("-", MINUS);
}

/** A number of a report: a share with three places, a whole number as a count, else in general. */
export function reported(value: number | null | undefined, isShare: boolean): string {
  if (isShare) return share(value);
  return defined(value) && !Number.isInteger(value) ? general(value) : count(value);
}

function defined(value: number | null | undefined): value is number {
  return value !== null && value !== undefined && Number.isFinite(value);
}
