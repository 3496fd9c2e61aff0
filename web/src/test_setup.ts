/** What every test of the pages needs: the matchers, and the browser parts that jsdom lacks. */
import "@testing-library/jest-dom/vitest";

// Mantine asks for the colour scheme and watches sizes; jsdom answers neither.
window.matchMedia = (query: string): MediaQueryList => ({
  matches: false,
  media: query,
  onchange: null,
  addListener: () => {},
  removeListener: () => {},
  addEventListener: () => {},
  removeEventListener: () => {},
  dispatchEvent: () => false,
});

class SizeWatcher implements ResizeObserver {
  observe(): void {}
  unobserve(): void {}
  disconnect(): void {}
}
window.ResizeObserver = SizeWatcher;
