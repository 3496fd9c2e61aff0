/** What a report stands on, in words. */
import { count, threshold } from "../../ui/numbers";
import type { Basis, Block, Evaluation, Report, Slice } from "../../wire/types";
import { labelMapWords, readLabelMap } from "./label_map";
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
  const { confidence_threshold: confidence, iou_threshold: iou, oks_threshold: oks, label_map: labels, slice_id: slice, split, missing } = state;
  return [
    ...(confidence === undefined ? [] : [settingWords("confidence_threshold", confidence)]),
    ...(iou === undefined ? [] : [settingWords("iou_threshold", iou)]),
    ...(oks === undefined ? [] : [settingWords("oks_threshold", oks)]),
    ...labelMapWords(readLabelMap(labels)),
    ...(slice === undefined ? [] : [`the slice ${slices.find(({ id }) => id === slice)?.name ?? slice}`]),
    ...(split === undefined ? [] : [`the split ${split}`]),
    ...(missing === undefined ? [] : [settingWords("missing", missing)]),
  ];
}

const THRESHOLDS: Record<string, string> = { confidence_threshold: "confidence", iou_threshold: "IoU", oks_threshold: "OKS" };

/** A setting of an evaluation as a part of a sentence. */
export function settingWords(name: string, value: unknown): string {
  const title = THRESHOLDS[name];
  if (title !== undefined) return typeof value === "number" ? `${title} from ${threshold(value)}` : `${title} left open`;
  if (name === "missing") return `tasks without predictions ${value === "missed" ? "count as missed" : "are left out"}`;
  return `${name.replaceAll("_", " ")} ${settingText(value)}`;
}

/** The value of a setting. */
export function settingText(value: unknown): string {
  if (value === null) return "left open";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The block by which the server says what the numbers stand on; the bar says it in its place. */
export function isBasis(block: Block): block is Basis {
  return block.type === "basis";
}

/** How many tasks of how many count; nothing where all do. */
export function taskWords(report: Report | undefined): string {
  const basis = report?.blocks.find(isBasis);
  return basis === undefined || basis.tasks === basis.of ? "" : `These are ${count(basis.tasks)} of ${count(basis.of)} tasks.`;
}

/** The settings of an evaluation that a state can change. */
export function takes(evaluation: Evaluation, name: "confidence_threshold" | "iou_threshold" | "oks_threshold" | "missing"): boolean {
  return name in evaluation.config;
}
