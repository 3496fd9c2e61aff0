/** Cards of different heights dealt into columns, so that none is much longer than another. */
import type { Block } from "../wire/types";

const LEAST_WIDTH = 440;
const MOST = 3;

/** How many columns fit; never more than there are cards. */
export function columnCount(width: number, cards: number): number {
  return Math.max(1, Math.min(MOST, cards, Math.floor(width / LEAST_WIDTH)));
}

/** Deal cards in their order, each to the column that is shortest so far. */
export function dealt<T extends Pick<Block, "type">>(cards: readonly T[], count: number, measure: (card: T) => number): T[][] {
  const columns = Array.from({ length: count }, () => ({ cards: [] as T[], height: 0 }));
  for (const card of cards) {
    const shortest = columns.reduce((least, column) => (column.height < least.height ? column : least));
    shortest.cards.push(card);
    shortest.height += measure(card);
  }
  return columns.map((column) => column.cards);
}

const CHROME = 130;
const ROW = 34;
const MOST_ROWS = 390;

/** About how high a card will be, in pixels, before it is drawn. */
export function heightOf(block: Block): number {
  if (block.type === "matrix") return CHROME + ROW * block.rows.length;
  if (block.type === "per_label") return CHROME + Math.min(MOST_ROWS, ROW * block.rows.length);
  if (block.type === "curve") return CHROME + 240 + 5 * Math.min(12, block.series.length);
  return CHROME + 230;
}
