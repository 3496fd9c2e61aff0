/** How names are put in order: numbers in them by their size, so that 10 comes after 9. */
const NATURAL = new Intl.Collator("en", { numeric: true });

export function naturally(first: string, second: string): number {
  return NATURAL.compare(first, second);
}
