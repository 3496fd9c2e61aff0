/** An image with its marks on a canvas that zooms, pans, points and selects. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { useElementSize, useMergedRef } from "@mantine/hooks";
import { useEffect, useEffectEvent, useMemo, useRef, useState } from "react";
import type { PointerEvent as Pointer, ReactElement } from "react";

import { Icon } from "../ui/icons";
import type { IconName } from "../ui/icons";
import { useStateOf } from "../ui/selection";
import { useShortcuts } from "../ui/shortcuts";
import type { Shortcut } from "../ui/shortcuts";
import { imagePoint, screenPoint } from "./geometry/points";
import type { Bounds, ScreenPoint, Size } from "./geometry/points";
import { fitted, panned, toWorld, zoomed } from "./geometry/viewport";
import type { Viewport } from "./geometry/viewport";
import styles from "./image_canvas.module.css";
import { paint } from "./paint";
import { sceneOf } from "./scene";
import type { Mark, Scene } from "./scene";
import { usePicture } from "./use_picture";

const MARGIN = 24;
const TOLERANCE = 4;
const MOST_TAGS = 60;
const STEP = 1.35;

export interface ImageCanvasProps {
  address: string;
  /** The size that marks are measured by; the picture's own where it is unknown. */
  size: Size | null;
  marks: readonly Mark[];
  selected: ReadonlySet<string>;
  onSelect: (id: string | null) => void;
  /** What the picture shows, for those who cannot see it. */
  description: string;
  /** Where several canvases move together, their one viewport; null for the whole image. */
  view?: Viewport | null;
  onView?: (view: Viewport | null) => void;
  keys?: boolean;
}

/** The canvas, its tools, and what is said while there is no picture. */
export function ImageCanvas(props: ImageCanvasProps): ReactElement {
  const { picture, failed } = usePicture(props.address);
  const { ref: measured, width, height } = useElementSize();
  const canvas = useMemo(() => ({ width, height }), [width, height]);
  const size = props.size ?? picture ?? { width: 1, height: 1 };
  const world = useMemo(() => ({ left: 0, top: 0, right: size.width, bottom: size.height }), [size.width, size.height]);
  const scene = useMemo(() => sceneOf(props.marks), [props.marks]);
  const camera = useCamera(props, world, canvas);
  const pointer = usePointer(props, scene, camera);
  const element = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const ctx = element.current?.getContext("2d");
    if (!ctx || width === 0) return undefined;
    const look = {
      view: camera.view,
      canvas,
      ratio: devicePixelRatio,
      selected: props.selected,
      hoveredId: pointer.hoveredId,
      captions: scene.marks.length <= MOST_TAGS,
      small: false,
    };
    const frame = requestAnimationFrame(() => paint(ctx, picture, size, scene, look));
    return () => cancelAnimationFrame(frame);
  });
  const frame = useMergedRef(measured, camera.wheelRef);
  return (
    <div className={`${styles.frame} ${pointer.dragging ? styles.dragging : pointer.hoveredId === null ? "" : styles.pointing}`} ref={frame}>
      <canvas
        ref={element}
        width={Math.round(width * devicePixelRatio)}
        height={Math.round(height * devicePixelRatio)}
        role="img"
        aria-label={props.description}
        data-painted={picture === null ? undefined : "true"}
        {...pointer.events}
      />
      {picture === null && <div className={styles.said}>{failed ? "The image could not be loaded." : ""}</div>}
      <Tools camera={camera} keys={props.keys ?? true} />
    </div>
  );
}

interface Camera {
  view: Viewport;
  zoom: (factor: number, centre?: ScreenPoint) => void;
  pan: (dx: number, dy: number) => void;
  fit: () => void;
  wheelRef: (element: HTMLElement | null) => void;
}

function useCamera(props: ImageCanvasProps, world: Bounds, canvas: Size): Camera {
  const [own, setOwn] = useStateOf<Viewport | null>(props.address, null);
  const moved = props.onView === undefined ? own : (props.view ?? null);
  const move = props.onView ?? setOwn;
  const view = moved ?? fitted(world, canvas, MARGIN);
  const middle = screenPoint(canvas.width / 2, canvas.height / 2);
  const camera = {
    view,
    zoom: (factor: number, centre = middle) => move(zoomed(view, factor, centre, world, canvas)),
    pan: (dx: number, dy: number) => move(panned(view, dx, dy, world, canvas)),
    fit: () => move(null),
  };
  return { ...camera, wheelRef: useWheel(camera) };
}

// React listens to wheels passively; keeping the page still needs a listener of our own.
function useWheel(camera: Pick<Camera, "zoom" | "pan">): (element: HTMLElement | null) => void {
  const [element, setElement] = useState<HTMLElement | null>(null);
  const turn = useEffectEvent((event: WheelEvent) => {
    event.preventDefault();
    const frame = (event.currentTarget as HTMLElement).getBoundingClientRect();
    const centre = screenPoint(event.clientX - frame.left, event.clientY - frame.top);
    if (event.shiftKey) camera.pan(-event.deltaY, 0);
    else camera.zoom(Math.exp(-event.deltaY * (event.ctrlKey ? 0.01 : 0.0016)), centre);
  });
  useEffect(() => {
    const turned = (event: WheelEvent): void => turn(event);
    element?.addEventListener("wheel", turned, { passive: false });
    return () => element?.removeEventListener("wheel", turned);
  }, [element]);
  return setElement;
}

interface PointerState {
  hoveredId: string | null;
  dragging: boolean;
  events: Record<"onPointerDown" | "onPointerMove" | "onPointerUp" | "onPointerLeave", (event: Pointer<HTMLCanvasElement>) => void>;
}

function usePointer(props: ImageCanvasProps, scene: Scene, camera: Camera): PointerState {
  const [hoveredId, setHoveredId] = useState<string | null>(null);
  const [dragging, setDragging] = useState(false);
  const start = useRef<ScreenPoint | null>(null);
  const under = (event: Pointer<HTMLCanvasElement>): string | null => {
    const { x, y } = toWorld(camera.view, place(event));
    return scene.at(imagePoint(x, y), TOLERANCE / camera.view.scale)?.id ?? null;
  };
  const events: PointerState["events"] = {
    onPointerDown(event) {
      event.currentTarget.setPointerCapture(event.pointerId);
      start.current = place(event);
    },
    onPointerMove(event) {
      if (start.current === null) return setHoveredId(under(event));
      const now = place(event);
      if (!dragging && Math.hypot(now.x - start.current.x, now.y - start.current.y) < TOLERANCE) return undefined;
      setDragging(true);
      return camera.pan(event.movementX, event.movementY);
    },
    onPointerUp(event) {
      if (start.current !== null && !dragging) props.onSelect(under(event));
      start.current = null;
      setDragging(false);
    },
    onPointerLeave() {
      setHoveredId(null);
    },
  };
  return { hoveredId, dragging, events };
}

function place(event: Pointer<HTMLCanvasElement>): ScreenPoint {
  const frame = event.currentTarget.getBoundingClientRect();
  return screenPoint(event.clientX - frame.left, event.clientY - frame.top);
}

const PAN = 80;

function pans({ pan }: Camera): Shortcut[] {
  return [
    { keys: ["Shift+ArrowLeft"], title: "Look left", run: () => pan(PAN, 0) },
    { keys: ["Shift+ArrowRight"], title: "Look right", run: () => pan(-PAN, 0) },
    { keys: ["Shift+ArrowUp"], title: "Look up", run: () => pan(0, PAN) },
    { keys: ["Shift+ArrowDown"], title: "Look down", run: () => pan(0, -PAN) },
  ];
}

function Tools({ camera, keys }: { camera: Camera; keys: boolean }): ReactElement {
  const actions: { keys: string[]; title: string; icon: IconName; run: () => void }[] = [
    { keys: ["-"], title: "Zoom out", icon: "minus", run: () => camera.zoom(1 / STEP) },
    { keys: ["+", "="], title: "Zoom in", icon: "plus", run: () => camera.zoom(STEP) },
    { keys: ["0"], title: "Whole image", icon: "fit", run: camera.fit },
  ];
  useShortcuts("Image", keys ? [...actions, ...pans(camera)] : []);
  const [out, closer, whole] = actions.map((action) => (
    <Tooltip key={action.title} label={`${action.title} (${action.keys[0]})`}>
      <ActionIcon variant="subtle" color="gray" onClick={action.run} aria-label={action.title}>
        <Icon name={action.icon} />
      </ActionIcon>
    </Tooltip>
  ));
  return (
    <div className={styles.tools}>
      {out}
      <span className={styles.scale}>{Math.round(camera.view.scale * 100)}%</span>
      {closer}
      {whole}
    </div>
  );
}
