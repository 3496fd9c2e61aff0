/** Three canvases that show what a store holds: the image, its annotations, and what the hand works on. */
import { selectedEntries, sized, viewOn } from "./edits/editing";
import type { Editing } from "./edits/editing";
import type { EditStore } from "./edits/store";
import { matrix } from "./geometry/viewport";
import type { Viewport } from "./geometry/viewport";
import { cursorOver } from "./handles/cursors";
import { paintPicture } from "./paint";
import { cleared, layerOf, paintActive, paintLayer } from "./paint_editing";
import type { Colours, Layer } from "./paint_editing";
import type { Picture } from "./picture";
import { listen } from "./pointer";
import { toolOf } from "./tools";

export interface Stage {
  show: (picture: Picture | null, colours: Colours) => void;
  /** Take the canvases away; nothing is painted or heard any more. */
  end: () => void;
}

/** Fill an element with the stage, and keep it as large as the element. */
export function stageIn(host: HTMLElement, store: EditStore): Stage {
  const canvases = ["image", "annotations", "active"].map((name) => {
    const canvas = document.createElement("canvas");
    canvas.dataset.layer = name;
    canvas.setAttribute("aria-hidden", "true");
    return host.appendChild(canvas);
  });
  const [below, layer, active] = canvases.map((canvas) => canvas.getContext("2d")) as [CanvasRenderingContext2D, CanvasRenderingContext2D, CanvasRenderingContext2D];
  let [picture, colours, frame]: [Picture | null, Colours, number] = [null, () => "#888888", 0];
  // What was painted last, so that only what changed is painted again.
  let painted: { layer: Layer | null; view: Viewport | null; picture: Picture | null } = { layer: null, view: null, picture: null };

  const paint = (): void => {
    frame = 0;
    const state = store.get();
    if (state.canvas.width === 0) return;
    const view = viewOn(state);
    const ratio = devicePixelRatio;
    if (painted.picture !== picture || !sameView(painted.view, view)) {
      cleared(below, view, state.canvas, ratio);
      below.setTransform(...matrix(view, ratio));
      if (picture !== null) paintPicture(below, picture, state.size, view.scale * ratio, "low");
    }
    const next = layerOf(state, colours, painted.layer);
    if (next !== painted.layer) paintLayer(layer, next, ratio);
    paintActive(active, state, colours, ratio);
    painted = { layer: next, view, picture };
    const { brightness, contrast } = state.light;
    below.canvas.style.filter = brightness === 1 && contrast === 1 ? "" : `brightness(${brightness}) contrast(${contrast})`;
    host.style.cursor = cursorIn(state);
    host.dataset.painted = String(picture !== null);
  };
  const soon = (): void => {
    if (frame === 0) frame = requestAnimationFrame(paint);
  };
  const observer = new ResizeObserver(() => {
    const { clientWidth: width, clientHeight: height } = host;
    for (const canvas of canvases) {
      canvas.width = Math.round(width * devicePixelRatio);
      canvas.height = Math.round(height * devicePixelRatio);
    }
    painted = { layer: null, view: null, picture: null };
    store.update((state) => sized(state, { width, height }));
    soon();
  });
  observer.observe(host);
  const endings = [store.watch(soon), listen(host, store), () => observer.disconnect(), () => cancelAnimationFrame(frame)];
  return {
    show(nextPicture, nextColours) {
      [picture, colours] = [nextPicture, nextColours];
      soon();
    },
    end() {
      for (const ending of endings) ending();
      for (const canvas of canvases) canvas.remove();
      delete host.dataset.painted;
    },
  };
}

function cursorIn(state: Editing): string {
  const [only] = selectedEntries(state);
  if (state.grip !== null && only !== undefined) return cursorOver(only.shape, state.grip, state.turn);
  return state.hoveredId !== null && state.tool === "select" ? "pointer" : toolOf(state.tool).cursor;
}

function sameView(one: Viewport | null, other: Viewport): boolean {
  return one !== null && one.scale === other.scale && one.offsetX === other.offsetX && one.offsetY === other.offsetY && one.turn === other.turn;
}
