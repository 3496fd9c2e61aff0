/** What a browser calls itself, in two words that people know. */

const BROWSERS: readonly (readonly [RegExp, string])[] = [
  [/\bEdg(?:e|A|iOS)?\//, "Edge"],
  [/\bOPR\//, "Opera"],
  [/\bFirefox\/|\bFxiOS\//, "Firefox"],
  [/\bChrome\/|\bCriOS\/|\bChromium\/|\bHeadlessChrome\//, "Chrome"],
  [/\bSafari\//, "Safari"],
];
const SYSTEMS: readonly (readonly [RegExp, string])[] = [
  [/\bWindows\b/, "Windows"],
  [/\bAndroid\b/, "Android"],
  [/\biPhone\b|\biPad\b/, "iOS"],
  [/\bMac OS X\b|\bMacintosh\b/, "macOS"],
  [/\bLinux\b|\bX11\b/, "Linux"],
];
const LONGEST = 40;

/** `Firefox on Linux`; the beginning of what it says where that is not known. */
export function programName(said: string): string {
  const named = (table: typeof BROWSERS): string | undefined => table.find(([sign]) => sign.test(said))?.[1];
  const [browser, system] = [named(BROWSERS), named(SYSTEMS)];
  if (browser === undefined) return said === "" ? "unknown" : said.length > LONGEST ? `${said.slice(0, LONGEST)}…` : said;
  return system === undefined ? browser : `${browser} on ${system}`;
}
