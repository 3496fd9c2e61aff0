/** The words of a text, and the range that is marked in it: by hand, or word by word with the keys. */

/** Characters [start, end) of a text, counted in code points as Python does. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

/** Words, numbers and signs, in their order; white space lies between them. */
export function wordsOf(text: string): Range[] {
  const found: Range[] = [];
  let at = 0;
  for (const { segment } of new Intl.Segmenter(undefined, { granularity: "word" }).segment(text)) {
    const end = at + [...segment].length;
    if (segment.trim() !== "") found.push({ start: at, end });
    at = end;
  }
  return found;
}

/** The range of the word after or before the marked one; from outside, the first or the last. */
export function stepped(words: readonly Range[], range: Range | null, by: 1 | -1): Range | null {
  if (range === null) return words.at(by === 1 ? 0 : -1) ?? null;
  const next = by === 1 ? words.find(({ start }) => start >= range.end) : words.findLast(({ end }) => end <= range.start);
  return next ?? range;
}

/** The range with the next word too, or without its last one; it keeps at least a word. */
export function grownBy(words: readonly Range[], range: Range | null, by: 1 | -1): Range | null {
  if (range === null) return stepped(words, range, by);
  if (by === 1) return { start: range.start, end: words.find(({ end }) => end > range.end)?.end ?? range.end };
  const end = words.findLast((word) => word.end < range.end && word.end > range.start)?.end;
  return end === undefined ? range : { start: range.start, end };
}

/** The word so many words after or before the marked one, as far as the text goes. */
export function steppedFar(words: readonly Range[], range: Range | null, by: number): Range | null {
  let found = range;
  for (let step = 0; step < Math.abs(by); step += 1) found = stepped(words, found, by > 0 ? 1 : -1);
  return found;
}

/** The range with the word before it too, or without its first one; it keeps at least a word. */
export function begunBy(words: readonly Range[], range: Range | null, by: 1 | -1): Range | null {
  if (range === null) return stepped(words, range, -1);
  if (by === 1) return { start: words.findLast(({ start }) => start < range.start)?.start ?? range.start, end: range.end };
  const start = words.find((word) => word.start > range.start && word.start < range.end)?.start;
  return start === undefined ? range : { start, end: range.end };
}

/** The range as far as a place in the text: the end that is nearer goes there, and takes the whole word. */
export function reached(words: readonly Range[], { start, end }: Range, at: number): Range {
  const word = words.find((each) => each.start <= at && at < each.end);
  if (word === undefined) return { start, end };
  return at < start || (at < end && at - start < end - 1 - at) ? { start: word.start, end } : { start, end: word.end };
}

/** The range with a character more or less at its end, as far as the text goes. */
export function grownByCharacter(length: number, range: Range | null, by: 1 | -1): Range | null {
  if (range === null) return null;
  return { start: range.start, end: Math.min(length, Math.max(range.start + 1, range.end + by)) };
}

/** The range without the white space at its ends; null where nothing else is in it. */
export function trimmed(text: string, { start, end }: Range): Range | null {
  const points = [...text];
  let [first, last] = [Math.max(0, start), Math.min(points.length, end)];
  while (first < last && points[first]?.trim() === "") first += 1;
  while (last > first && points[last - 1]?.trim() === "") last -= 1;
  return first < last ? { start: first, end: last } : null;
}
