/** The table of shapes that can be changed by hand. Spans, whole items and unknown shapes cannot. */
import type { Shape } from "../../wire/types";
import type { ImagePoint } from "../geometry/points";
import type { Handle, Handles } from "./_protocol";
import { box } from "./box";
import { keypoints } from "./keypoints";
import { mask } from "./mask";
import { point } from "./point";
import { polygon } from "./polygon";
import { polyline } from "./polyline";

type InHand = Exclude<Shape["type"], "span" | "whole" | "other">;

const TABLE: { [Name in InHand]: Handles<Extract<Shape, { type: Name }>> } = { box, polygon, polyline, point, keypoints, mask };

function held(shape: Shape): Handles<Shape> | undefined {
  return (TABLE as Partial<Record<Shape["type"], unknown>>)[shape.type] as Handles<Shape> | undefined;
}

export function handlesOf(shape: Shape, reach: number): Handle[] {
  return held(shape)?.handles(shape, reach) ?? [];
}

/** The handle that stands for the edge under a point; null where there is none. */
export function edgeOf(shape: Shape, at: ImagePoint, tolerance: number): string | null {
  return held(shape)?.edge?.(shape, at, tolerance) ?? null;
}

export function dragged(shape: Shape, handle: string, to: ImagePoint, even: boolean): Shape {
  return held(shape)?.dragged(shape, handle, to, even) ?? shape;
}

export function withoutHandle(shape: Shape, handle: string): Shape {
  return held(shape)?.without(shape, handle) ?? shape;
}

/** The shape moved by pixels of the image; what has no place stays. */
export function translated(shape: Shape, dx: number, dy: number): Shape {
  return held(shape)?.moved(shape, dx, dy) ?? shape;
}
