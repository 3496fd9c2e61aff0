/** What the address of a report says: what its numbers stand on, which examples are shown, and which one is open. */
import type { Example, Missing, OutcomeName, Split } from "../../wire/types";
import { labelMapText, readLabelMap } from "./label_map";

export const OUTCOMES: readonly OutcomeName[] = ["hit", "missed", "false positive", "confused", "duplicate"];

/** Which examples are of interest; without a word all of them. */
export interface Focus {
  outcome?: OutcomeName;
  /** A label of the truth, and one of a prediction. */
  truth?: string;
  prediction?: string;
}

/** What every number of the report stands on, by the names of the API; what is absent is as it was evaluated. */
export interface ReportState {
  confidence_threshold?: number;
  iou_threshold?: number;
  oks_threshold?: number;
  /** As the API takes it: a JSON object, the same text for the same map. */
  label_map?: string;
  slice_id?: string;
  split?: Split;
  missing?: Missing;
}

export interface ReportSearch extends Focus, ReportState {
  /** What is open beside the report, as `openings` writes it, and which page of it from 1. */
  open?: string;
  page?: number;
}

export interface ExampleSearch extends ReportSearch {
  block?: string;
  /** The place of the outcome in what is open, from 0. */
  nth?: number;
}

export const SPLITS: readonly Split[] = ["train", "validation", "test"];
export const MISSING: readonly Missing[] = ["missed", "left out"];
const THRESHOLDS = ["confidence_threshold", "iou_threshold", "oks_threshold"] as const;

export function readReportSearch(raw: Record<string, unknown>): ReportSearch {
  const page = whole(raw.page);
  return {
    ...readState(raw),
    ...readFocus(raw),
    ...(isText(raw.open) ? { open: raw.open, ...(page === null || page < 2 ? {} : { page }) } : {}),
  };
}

export function readExampleSearch(raw: Record<string, unknown>): ExampleSearch {
  const search = readReportSearch(raw);
  const nth = search.open === undefined ? null : whole(raw.nth);
  return { ...search, ...(isText(raw.block) ? { block: raw.block } : {}), ...(nth === null ? {} : { nth }) };
}

function whole(value: unknown): number | null {
  const found = isText(value) || typeof value === "number" ? Number(value) : Number.NaN;
  return Number.isSafeInteger(found) && found >= 0 ? found : null;
}

/** The part of an address that the numbers stand on. */
export function readState(raw: object): ReportState {
  const found = raw as Record<string, unknown>;
  const state: ReportState = {};
  for (const name of THRESHOLDS) {
    const value = found[name] === "" || found[name] === undefined ? Number.NaN : Number(found[name]);
    if (value >= 0 && value <= 1) state[name] = value;
  }
  const labels = labelMapText(readLabelMap(found.label_map));
  if (labels !== undefined) state.label_map = labels;
  if (isText(found.slice_id)) state.slice_id = found.slice_id;
  const split = SPLITS.find((name) => name === found.split);
  if (split !== undefined) state.split = split;
  const missing = MISSING.find((rule) => rule === found.missing);
  if (missing !== undefined) state.missing = missing;
  return state;
}

/** The part that protocols stand on: they have thresholds of their own, but which tasks a slice takes may depend on those of the report. */
export function protocolState({ oks_threshold: _oks, confidence_threshold: confidence, iou_threshold: iou, ...others }: ReportState): ReportState {
  if (others.slice_id === undefined) return others;
  return { ...others, ...(confidence === undefined ? {} : { confidence_threshold: confidence }), ...(iou === undefined ? {} : { iou_threshold: iou }) };
}

/** The part that says which examples are of interest. */
function readFocus(raw: Record<string, unknown>): Focus {
  const focus: Focus = {};
  const outcome = OUTCOMES.find((name) => name === raw.outcome);
  if (outcome !== undefined) focus.outcome = outcome;
  if (isText(raw.truth)) focus.truth = raw.truth;
  if (isText(raw.prediction)) focus.prediction = raw.prediction;
  return focus;
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** What a cell of a matrix of truth and prediction is about. A name in brackets stands for nothing there. */
export function cellFocus(truth: string, prediction: string): Focus {
  if (isNothing(truth)) return { outcome: "false positive", prediction };
  if (isNothing(prediction)) return { outcome: "missed", truth };
  return { truth, prediction };
}

function isNothing(name: string): boolean {
  return name.startsWith("(");
}

/** The examples that hold an outcome of interest. */
export function focused(examples: readonly Example[], { outcome, truth, prediction }: Focus): readonly Example[] {
  if (outcome === undefined && truth === undefined && prediction === undefined) return examples;
  return examples.filter((example) =>
    example.outcomes.some(
      (entry) =>
        (outcome === undefined || entry.outcome === outcome) &&
        (truth === undefined || entry.truth_label === truth) &&
        (prediction === undefined || entry.prediction_label === prediction),
    ),
  );
}
