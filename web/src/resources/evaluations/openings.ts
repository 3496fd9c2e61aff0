/** What each number of a report opens: which outcomes it counts, as a filter of the API, and in words. */
import { pairOf } from "../../blocks/pairs";
import type { Target } from "../../blocks/_protocol";
import { general } from "../../ui/numbers";
import type { Block, Histogram } from "../../wire/types";

/** Which outcomes are open, by the names of the API. */
export interface Opening {
  outcome?: string;
  task_id?: string;
  label?: string;
  truth_label?: string;
  prediction_label?: string;
  error_type?: string;
  confidence__gte?: number;
  confidence__lt?: number;
  iou__gte?: number;
  iou__lt?: number;
  score__gte?: number;
  score__lt?: number;
  all_confidences?: boolean;
  one_a_task?: boolean;
}

const HITS = "hit";
const MISSED = "missed";
const CONFUSED = "confused";
const ALONE = "false positive,duplicate";
const WRONG = `${CONFUSED},${ALONE}`;
const LOST = `${MISSED},${CONFUSED}`;
const MISTAKES = `${MISSED},${WRONG}`;
const TRUTHS = `${HITS},${LOST}`;
const PREDICTIONS = `${HITS},${WRONG}`;
export const ALL = `${HITS},${MISTAKES}`;

/** Kinds of evaluation whose outcomes the server lists one by one. */
const LISTED = new Set(["detection", "segmentation", "keypoints", "ner", "classification"]);

export function isListed(kind: string): boolean {
  return LISTED.has(kind);
}

const SETS: Record<string, string> = {
  hits: HITS,
  right: HITS,
  missed: MISSED,
  unanswered: MISSED,
  confused: CONFUSED,
  false_positives: ALONE,
  wrong: WRONG,
  ece: WRONG,
  ece_counted: WRONG,
  truths: TRUTHS,
  predictions: PREDICTIONS,
};
/** Settings, and counts of what is no outcome. */
const NEITHER = new Set(["confidence_threshold", "complete"]);

/** What a report's blocks are read by. */
export interface Judging {
  kind: string;
  /** Of a classification: whether tasks may have several labels. */
  several: boolean;
  isLabel: (name: string) => boolean;
}

/** What a number, bar, cell or row stands for; null where it is no set of outcomes. */
export function openingOf(block: Block, target: Target, judging: Judging): Opening | null {
  if (!isListed(judging.kind)) return null;
  switch (target.of) {
    case "number":
      return ofNumber(block.name, target.name);
    case "cell":
      return ofCell(block.name, target.row, target.column, judging);
    case "label":
      return ofLabel(block.name, target.label, target.column, judging);
    case "row":
      return block.name === "errors" ? ofError(target.name) : null;
    case "bar":
      return block.type === "histogram" ? ofBar(block, target.bin, judging) : null;
  }
}

function ofNumber(block: string, name: string): Opening | null {
  if (block === "errors") return { error_type: name };
  if (NEITHER.has(name)) return null;
  if (name === "ece") return { outcome: WRONG, all_confidences: true };
  return { outcome: setOf(name) };
}

// Precision is lost by what is wrong, recall by what is not found, and everything else by both.
function setOf(name: string): string {
  const known = SETS[name];
  if (known !== undefined) return known;
  if (/^(partial_)?precision/.test(name)) return WRONG;
  return /^(partial_)?recall|^ar(\d|_)/.test(name) ? LOST : MISTAKES;
}

function isNothing(name: string): boolean {
  return name.startsWith("(");
}

const OTHERS = "(other labels)";
const SPAN_CELLS: Record<string, Opening> = {
  "equal right": { outcome: HITS },
  "equal wrong": { error_type: "type" },
  "other right": { error_type: "boundary" },
  "other wrong": { error_type: "boundary_and_type" },
};

function ofCell(block: string, row: string, column: string, { several }: Judging): Opening | null {
  if (block === "boundary_and_label") return SPAN_CELLS[`${row} ${column}`] ?? null;
  if (row === OTHERS || column === OTHERS || (isNothing(row) && isNothing(column))) return null;
  if (isNothing(row)) return { outcome: ALONE, prediction_label: column };
  if (isNothing(column)) return { outcome: MISSED, truth_label: row };
  // Of several labels nobody knows which wrong one stands for which missed one.
  if (several && row !== column) return { outcome: MISSED, truth_label: row };
  return { truth_label: row, prediction_label: column };
}

const OF_PREDICTIONS = new Set(["predictions", "false_positives", "precision"]);
const OF_BOTH = new Set([MISTAKES]);

function ofLabel(block: string, name: string, column: string | undefined, judging: Judging): Opening | null {
  const pair = pairOf(name, judging.isLabel);
  if (pair !== null) return ofCell(block, ...pair, judging);
  if (!judging.isLabel(name)) return null;
  if (column === undefined) return { outcome: MISTAKES, label: name };
  if (block === "errors_by_label") return ofLabelsError(name, column, judging);
  const outcome = column === "false_positives" ? WRONG : setOf(column);
  if (OF_BOTH.has(outcome)) return { outcome, label: name };
  return OF_PREDICTIONS.has(column) ? { outcome, prediction_label: name } : { outcome, truth_label: name };
}

function ofLabelsError(label: string, column: string, { kind }: Judging): Opening | null {
  const name = column.replace(/_count$/, "");
  if (kind !== "ner") return { error_type: name, ...(name === "miss" ? { truth_label: label } : { prediction_label: label }) };
  if (name === "hits") return { outcome: HITS, truth_label: label };
  if (name === "type") return { outcome: CONFUSED, truth_label: label };
  // What else became of truths is told by truth there, and of predictions in the list.
  return name === "spurious" ? { error_type: name, prediction_label: label } : null;
}

const ERROR_ROWS: Record<string, Opening> = {
  none: { outcome: MISTAKES },
  false_positives: { outcome: WRONG },
  false_negatives: { outcome: LOST },
};

function ofError(name: string): Opening {
  return ERROR_ROWS[name] ?? { error_type: name };
}

const MEASURED: Record<string, { measure: "confidence" | "iou" | "score"; outcome: string; one_a_task?: boolean }> = {
  confidence_histogram: { measure: "confidence", outcome: PREDICTIONS },
  iou_histogram: { measure: "iou", outcome: `${HITS},${CONFUSED}` },
  task_histogram: { measure: "score", outcome: ALL, one_a_task: true },
};

function ofBar({ name, edges }: Histogram, bin: number, judging: Judging): Opening | null {
  const found = MEASURED[name];
  if (found === undefined) return null;
  const { measure, ...opening } = found;
  const within = between(measure, edges[bin] ?? 0, bin === edges.length - 2 ? 1 : (edges[bin + 1] ?? 1));
  return { ...opening, ...within, ...(measure === "confidence" ? everyConfidence(judging) : {}) };
}

// One label a task is the most confident of those that count; all other confidences are of everything that was said.
function everyConfidence({ kind, several }: Judging): Opening {
  return kind === "classification" && !several ? {} : { all_confidences: true };
}

// What is 1 belongs to the last part.
function between(measure: "confidence" | "iou" | "score", from: number, to: number): Opening {
  return { [`${measure}__gte`]: Math.max(0, from), ...(to >= 1 ? {} : { [`${measure}__lt`]: to }) };
}

// ------------------------------------------------------------------------------ in the address

const TEXTS = ["outcome", "label", "truth_label", "prediction_label", "error_type"] as const;
const NUMBERS = ["confidence__gte", "confidence__lt", "iou__gte", "iou__lt", "score__gte", "score__lt"] as const;
const FLAGS = ["all_confidences", "one_a_task"] as const;

/** One text for the address. */
export function openingText(opening: Opening): string {
  return new URLSearchParams(Object.entries(opening).map(([name, value]) => [name, String(value)])).toString();
}

/** What an address says; null where nothing is open. */
export function readOpening(text: string | undefined): Opening | null {
  const said = new URLSearchParams(text ?? "");
  const opening: Opening = {};
  for (const name of TEXTS) {
    const value = said.get(name);
    if (value !== null && value !== "") opening[name] = value;
  }
  for (const name of NUMBERS) {
    const value = Number(said.get(name) ?? Number.NaN);
    if (value >= 0 && value <= 1) opening[name] = value;
  }
  for (const name of FLAGS) if (said.get(name) === "true") opening[name] = true;
  return Object.keys(opening).length === 0 ? null : opening;
}

// ------------------------------------------------------------------------------------ in words

const SAID: Record<string, string> = {
  [HITS]: "Hits",
  [MISSED]: "Missed",
  [CONFUSED]: "Confused",
  [ALONE]: "False positives",
  [WRONG]: "Wrong predictions",
  [LOST]: "Truths not found",
  [MISTAKES]: "Mistakes",
  [TRUTHS]: "Truths",
  [PREDICTIONS]: "Predictions",
  [ALL]: "Tasks",
  [`${HITS},${CONFUSED}`]: "Matches",
};
const ERRORS: Record<string, string> = {
  cls: "Wrong label",
  type: "Wrong label",
  loc: "Wrong place",
  both: "Both wrong",
  boundary_and_type: "Both wrong",
  boundary: "Wrong boundary",
  dupe: "Duplicate",
  duplicate: "Duplicate",
  bkg: "Background",
  spurious: "Spurious",
  miss: "Missed",
  missed: "Missed",
  untouched: "Missed altogether",
};

/** What is open, in a few words: "cat taken for dog", "Missed · cat", "Predictions · confidence 0.5 to 0.55". */
export function openingWords(opening: Opening): string {
  const { truth_label: truth, prediction_label: prediction, label, error_type: error, outcome } = opening;
  if (truth !== undefined && prediction !== undefined) return truth === prediction ? `${truth} found` : `${truth} taken for ${prediction}`;
  const what = error === undefined ? (SAID[outcome ?? ""] ?? outcome ?? "Outcomes") : (ERRORS[error] ?? error);
  const ranges = (["confidence", "iou", "score"] as const).flatMap((measure) => range(measure, opening[`${measure}__gte`], opening[`${measure}__lt`]));
  return [what, ...[label ?? truth ?? prediction ?? []].flat(), ...ranges].join(" · ");
}

const MEASURES = { confidence: "confidence", iou: "IoU", score: "F1" };

function range(measure: keyof typeof MEASURES, from: number | undefined, to: number | undefined): string[] {
  return from === undefined ? [] : [`${MEASURES[measure]} ${general(from)} to ${general(to ?? 1)}`];
}
