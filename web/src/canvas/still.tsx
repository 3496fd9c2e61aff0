/** A small still picture with its marks: what a grid of tasks or examples is made of. */
import { useElementSize } from "@mantine/hooks";
import { useEffect, useMemo, useRef } from "react";
import type { ReactElement } from "react";

import type { Bounds, Size } from "./geometry/points";
import { fitted } from "./geometry/viewport";
import { NONE, paint } from "./paint";
import { sceneOf } from "./scene";
import type { Mark } from "./scene";
import styles from "./still.module.css";
import { usePicture } from "./use_picture";

interface StillProps {
  address: string;
  /** The size that marks are measured by. */
  size: Size | null;
  marks: readonly Mark[];
  description: string;
  /** The part that is shown; the whole image without it. */
  part?: Bounds | null;
}

/** A picture that fills its place as well as it can, its marks drawn over it. */
export function Still({ address, size: given, marks, description, part = null }: StillProps): ReactElement {
  const { picture, failed } = usePicture(address);
  const { ref, width, height } = useElementSize();
  const element = useRef<HTMLCanvasElement>(null);
  const scene = useMemo(() => sceneOf(marks), [marks]);
  useEffect(() => {
    const ctx = element.current?.getContext("2d");
    const size = given ?? picture;
    if (!ctx || size === null || width === 0) return;
    const canvas = { width, height };
    const view = fitted(part ?? { left: 0, top: 0, right: size.width, bottom: size.height }, canvas);
    paint(ctx, picture, size, scene, { view, canvas, ratio: devicePixelRatio, selected: NONE, hoveredId: null, captions: false, small: true });
  }, [picture, given, scene, width, height, part]);
  return (
    <div className={styles.still} ref={ref} data-waits={(picture === null && !failed) || undefined}>
      <canvas
        ref={element}
        width={Math.round(width * devicePixelRatio)}
        height={Math.round(height * devicePixelRatio)}
        role="img"
        aria-label={description}
      />
      {failed && <span className={styles.failed}>no picture</span>}
    </div>
  );
}
