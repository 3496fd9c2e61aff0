/** Where in a text the browser's selection lies: from elements that say where their words begin. */
import type { Range } from "../../../canvas/edits/words";

/** The selected range within an element, in code points; null where nothing of it is selected. */
export function selectedRange(within: HTMLElement, selection: Selection | null): Range | null {
  if (selection === null || selection.isCollapsed || selection.rangeCount === 0) return null;
  const { startContainer, startOffset, endContainer, endOffset } = selection.getRangeAt(0);
  if (!within.contains(startContainer) || !within.contains(endContainer)) return null;
  const [start, end] = [placeOf(startContainer, startOffset), placeOf(endContainer, endOffset)];
  return start === null || end === null || start >= end ? null : { start, end };
}

/** The code point of the element's text under a point of the window; null where none lies there. */
export function placeUnder(within: HTMLElement, x: number, y: number): number | null {
  const caret = document.caretPositionFromPoint?.(x, y) ?? null;
  if (caret !== null) return within.contains(caret.offsetNode) ? placeOf(caret.offsetNode, caret.offset) : null;
  // Safari before 18.4 knows this name alone.
  const range = document.caretRangeFromPoint?.(x, y) ?? null;
  return range !== null && within.contains(range.startContainer) ? placeOf(range.startContainer, range.startOffset) : null;
}

/** The code point at a place in the page; names between the words have none of their own. */
function placeOf(node: Node, offset: number): number | null {
  const element = node instanceof HTMLElement ? node : node.parentElement;
  const words = element?.closest<HTMLElement>("[data-start]");
  if (words) {
    const inside = node.nodeType === Node.TEXT_NODE ? (node.textContent ?? "").slice(0, offset) : offset === 0 ? "" : (words.textContent ?? "");
    return Number(words.dataset.start) + points(inside);
  }
  // Between two pieces: where the next one begins, or the last one ends.
  const after = [...(element?.childNodes ?? [])].slice(offset).flatMap(startsOf)[0];
  if (after !== undefined) return after;
  const last = [...(element?.querySelectorAll<HTMLElement>("[data-start]") ?? [])].at(-1);
  return last === undefined ? null : Number(last.dataset.start) + points(last.textContent ?? "");
}

function startsOf(node: Node): number[] {
  if (!(node instanceof HTMLElement)) return [];
  const found = node.matches("[data-start]") ? node : node.querySelector<HTMLElement>("[data-start]");
  return found === null ? [] : [Number(found.dataset.start)];
}

function points(text: string): number {
  return Array.from(text).length;
}
