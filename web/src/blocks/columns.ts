/** Cards of different heights dealt into columns, so that none is much longer than another. */
const LEAST_WIDTH = 440;
const MOST = 3;

/** How many columns fit; never more than there are cards. */
export function columnCount(width: number, cards: number): number {
  return Math.max(1, Math.min(MOST, cards, Math.floor(width / LEAST_WIDTH)));
}

/** Deal cards in their order, each to the column that is shortest so far. */
export function dealt<T>(cards: readonly T[], count: number, measure: (card: T) => number): T[][] {
  const columns = Array.from({ length: count }, () => ({ cards: [] as T[], height: 0 }));
  for (const card of cards) {
    const shortest = columns.reduce((least, column) => (column.height < least.height ? column : least));
    shortest.cards.push(card);
    shortest.height += measure(card);
  }
  return columns.map((column) => column.cards);
}
