/** What a report stands on, in words. */
import type { Block, Evaluation, Report, Slice } from "../../wire/types";
import type { ReportState } from "./search";

/** Whether anything is otherwise than it was evaluated. */
export function isChanged(state: ReportState): boolean {
  return Object.keys(state).length > 0;
}

/** A number of the report's summary. */
export function scalarOf(report: Report | undefined, name: string): number | null {
  const found = (report?.blocks ?? []).flatMap((block) => (block.type === "scalars" ? block.scalars : []));
  return found.find((scalar) => scalar.name === name)?.value ?? null;
}

/** What the numbers stand on, in a sentence's parts; nothing where they stand as evaluated. */
export function stateWords(state: ReportState, slices: readonly Slice[]): string[] {
  const { confidence_threshold: confidence, iou_threshold: iou, slice_id: slice, split, missing } = state;
  return [
    ...(confidence === undefined ? [] : [`confidence from ${confidence.toFixed(2)}`]),
    ...(iou === undefined ? [] : [`IoU from ${iou.toFixed(2)}`]),
    ...(slice === undefined ? [] : [`the slice ${slices.find(({ id }) => id === slice)?.name ?? slice}`]),
    ...(split === undefined ? [] : [`the split ${split}`]),
    ...(missing === undefined ? [] : [`tasks without predictions ${missing === "missed" ? "count as missed" : "are left out"}`]),
  ];
}

/** The block by which the server says what a state leaves out; the bar says it in its place. */
export function isAsked(block: Block): boolean {
  return block.type === "text" && block.name === "asked";
}

/** How many tasks of how many count, as the server says it; nothing where all do. */
export function taskWords(report: Report | undefined): string {
  const said = report?.blocks.find(isAsked);
  const found = said?.type === "text" ? /These are [^.]+\./.exec(said.text) : null;
  return found?.[0] ?? "";
}

/** The settings of an evaluation that a state can change. */
export function takes(evaluation: Evaluation, name: "confidence_threshold" | "iou_threshold" | "missing"): boolean {
  return name in evaluation.config;
}
