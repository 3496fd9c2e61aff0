/** Listens to the pointer over an element, and tells a store what the hand does. The only owner of pointer events. */
import { hover, imageAt, input, pan, zoom } from "./edits/editing";
import type { EditStore } from "./edits/store";
import { askAt, lookAtPin, pinAt } from "./edits/pins";
import { screenPoint } from "./geometry/points";
import type { ImagePoint, ScreenPoint } from "./geometry/points";

const MIDDLE = 1;
const RIGHT = 2;

const places = new WeakMap<EditStore, ScreenPoint>();

/** Where the pointer is over the image that a store edits; null while it is elsewhere. */
export function pointedAt(store: EditStore): ImagePoint | null {
  const place = places.get(store);
  return place === undefined ? null : imageAt(store.get(), place);
}

/** Listen until the returned function is called. */
export function listen(element: HTMLElement, store: EditStore): () => void {
  const ending = new AbortController();
  const on = <Name extends keyof HTMLElementEventMap>(name: Name, run: (event: HTMLElementEventMap[Name]) => void, passive = true): void =>
    element.addEventListener(name, run, { signal: ending.signal, passive });
  // While the middle button or the space bar is held, the view moves whatever the tool.
  let [panning, spaced]: [ScreenPoint | null, boolean] = [null, false];
  const place = (event: MouseEvent): ScreenPoint => {
    const frame = element.getBoundingClientRect();
    return screenPoint(event.clientX - frame.left, event.clientY - frame.top);
  };
  const tell = (type: "down" | "move" | "up", event: PointerEvent): void => {
    const screen = place(event);
    store.update((state) => input(state, { type, at: imageAt(state, screen), screen, shift: event.shiftKey, alt: event.altKey }));
  };
  on("pointerdown", (event) => {
    if (event.button !== 0 && event.button !== MIDDLE) return;
    const pin = event.button === 0 && store.get().tool === "select" ? pinAt(store.get(), place(event)) : null;
    if (pin !== null) return store.update((state) => ({ ...lookAtPin(state, pin.id), moved: state.moved }));
    element.setPointerCapture(event.pointerId);
    if (event.button === MIDDLE || spaced) panning = place(event);
    else tell("down", event);
    return undefined;
  });
  on("pointermove", (event) => {
    const screen = place(event);
    places.set(store, screen);
    if (panning !== null) {
      const [dx, dy] = [screen.x - panning.x, screen.y - panning.y];
      panning = screen;
      return store.update((state) => pan(state, dx, dy));
    }
    if (store.get().draft !== null) return tell("move", event);
    return store.update((state) => hover(state, imageAt(state, screen)));
  });
  on("pointerup", (event) => {
    if (event.button === RIGHT) return;
    if (panning === null) tell("up", event);
    panning = null;
  });
  on("pointercancel", () => {
    panning = null;
    store.update((state) => input(state, { type: "cancel" }));
  });
  on("pointerleave", () => {
    places.delete(store);
    store.update((state) => hover(state, null));
  });
  on("contextmenu", (event) => {
    event.preventDefault();
    store.update((state) => askAt(state, imageAt(state, place(event))));
  }, false);
  on("dblclick", () => store.update((state) => input(state, { type: "finish" })));
  on("wheel", (event) => {
    event.preventDefault();
    if (event.shiftKey) return store.update((state) => pan(state, -event.deltaY, 0));
    return store.update((state) => zoom(state, Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), place(event)));
  }, false);
  const space = (event: KeyboardEvent): void => {
    if (event.key === " ") spaced = event.type === "keydown";
  };
  for (const name of ["keydown", "keyup"] as const) window.addEventListener(name, space, { signal: ending.signal });
  return () => ending.abort();
}
