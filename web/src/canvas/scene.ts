/** The marks on one image: found by place through an index, whichever shape they have. */
import Flatbush from "flatbush";

import type { Shape } from "../wire/types";
import { grown } from "./geometry/points";
import type { Bounds, ImagePoint } from "./geometry/points";
import { viewOf } from "./shapes";

export type Layer = "truth" | "prediction";

/** One annotation or prediction as it is drawn. */
export interface Mark {
  id: string;
  layer: Layer;
  shape: Shape;
  label: string;
  colour: string;
  /** What stands on its tag. */
  caption: string;
  /** Shown, but of no account, such as a prediction below the threshold. */
  faint?: boolean;
}

export interface Scene {
  readonly marks: readonly Mark[];
  readonly boundsOf: ReadonlyMap<string, Bounds>;
  /** The mark under a point, the smallest where several lie there. */
  at: (point: ImagePoint, tolerance: number) => Mark | null;
}

/** Index marks so that the one under a pointer is found among thousands. */
export function sceneOf(marks: readonly Mark[]): Scene {
  const placed = marks.flatMap((mark) => {
    const bounds = viewOf(mark.shape).bounds(mark.shape);
    return bounds === null ? [] : [{ mark, bounds }];
  });
  const index = indexed(placed.map(({ bounds }) => bounds));
  return {
    marks: placed.map(({ mark }) => mark),
    boundsOf: new Map(placed.map(({ mark, bounds }) => [mark.id, bounds])),
    at(point, tolerance) {
      const near = grown({ left: point.x, top: point.y, right: point.x, bottom: point.y }, tolerance);
      const found = index?.search(near.left, near.top, near.right, near.bottom) ?? [];
      const hits = found
        .map((place) => placed[place])
        .filter((entry) => entry !== undefined && viewOf(entry.mark.shape).hit(entry.mark.shape, point, tolerance));
      return hits.toSorted((a, b) => area(a?.bounds) - area(b?.bounds))[0]?.mark ?? null;
    },
  };
}

function indexed(all: Bounds[]): Flatbush | null {
  if (all.length === 0) return null;
  const index = new Flatbush(all.length);
  for (const { left, top, right, bottom } of all) index.add(left, top, right, bottom);
  index.finish();
  return index;
}

function area(bounds: Bounds | undefined): number {
  return bounds === undefined ? Infinity : (bounds.right - bounds.left) * (bounds.bottom - bounds.top);
}
