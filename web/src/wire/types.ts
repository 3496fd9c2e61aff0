/** The nouns that cross the network, by the names that the pages use; all from the generated types. */
import type { components } from "../api/schema";

type Schemas = components["schemas"];

/** What the server tells always has every field; the generated types say so only for some. */
export type Told<T> = T extends Schemas["Shape"]
  ? Shape
  : T extends (infer Entry)[]
    ? Told<Entry>[]
    : T extends object
      ? { [Key in keyof T]-?: Told<Exclude<T[Key], undefined>> }
      : T;

// The generator knows no pairs, so shapes are written out.
export type Path = [x: number, y: number][];
export interface Box {
  type: "box";
  left: number;
  top: number;
  width: number;
  height: number;
  rotation?: number;
}
export interface Polygon {
  type: "polygon";
  segments: { path: Path; holes: Path[] }[];
}
export interface Polyline {
  type: "polyline";
  points: Path;
}
export interface Point {
  type: "point";
  x: number;
  y: number;
}
export interface Keypoint {
  name: string;
  x: number;
  y: number;
  visible?: boolean;
}
export interface Keypoints {
  type: "keypoints";
  points: Keypoint[];
  box?: { left: number; top: number; width: number; height: number };
}
export interface Mask {
  type: "mask";
  size: [height: number, width: number];
  counts: number[];
}
export interface Span {
  type: "span";
  start: number;
  end: number;
}
export interface Whole {
  type: "whole";
}
export interface Other {
  type: "other";
  data: Record<string, unknown>;
}
export type Shape = Box | Polygon | Polyline | Point | Keypoints | Mask | Span | Whole | Other;

export interface Page<T> {
  results: T[];
  count: number;
  next: string | null;
  previous: string | null;
}

export type Label = Told<Schemas["Label"]>;
export type Project = Told<Schemas["Project"]>;
export type ProjectMember = Told<Schemas["ProjectMember"]>;
export type Batch = Told<Schemas["Batch"]>;
export type Item = Told<Schemas["Item"]>;
export type Annotation = Told<Schemas["Annotation"]>;
export type Comment = Told<Schemas["Comment"]>;
export type Review = Told<Schemas["Review"]>;
export type Prediction = Told<Schemas["Prediction"]>;
export type Task = Told<Schemas["Task"]>;
export type Neighbours = Told<Schemas["Neighbours"]>;
export type Dataset = Told<Schemas["Dataset"]>;
export type DatasetLabel = Told<Schemas["DatasetLabel"]>;
export type Model = Told<Schemas["Model"]>;
export type ModelVersion = Told<Schemas["ModelVersion"]>;
export type ModelRun = Told<Schemas["ModelRun"]>;
export type Coverage = Told<Schemas["Coverage"]>;
export type LogEntry = Told<Schemas["LogEntry"]>;
export type LogSeries = Told<Schemas["LogSeries"]>;
export type LogNumbersList = Told<Schemas["LogNumbersList"]>;
export type Importances = Told<Schemas["Importances"]>;
export type Evaluation = Told<Schemas["Evaluation"]>;
export type Job = Told<Schemas["Job"]>;
export type AuditEntry = Told<Schemas["AuditEntry"]>;
export type SecondFactor = Told<Schemas["SecondFactor"]>;
export type RecoveryCodes = Told<Schemas["RecoveryCodes"]>;
export type OpenSession = Told<Schemas["OpenSession"]>;
export type User = Told<Schemas["User"]>;
export type Token = Told<Schemas["Token"]>;
export type Session = Told<Schemas["Session"]>;

export type TasksChange = Partial<Schemas["TasksChange"]>;
export interface TasksChanged {
  of: number;
  done: number;
  changed: number;
  refused: { reason: string; count: number; task_ids: string[] }[];
}
export type Facet = Told<Schemas["Facet"]>;
export type FacetValue = Told<Schemas["FacetValue"]>;
export type QueryRead = Told<Schemas["QueryRead"]>;

export type Slice = Told<Schemas["Slice"]>;
export type DatasetVersion = Told<Schemas["DatasetVersion"]>;
export type DatasetVersionDifference = Told<Schemas["DatasetVersionDifference"]>;
export type Changes = Told<Schemas["Changes"]>;
export type Change = Told<Schemas["Change"]>;
export type Explanation = Told<Schemas["Explanation"]>;
export type ExplainedNumber = Told<Schemas["ExplainedNumber"]>;
export type ExplainedTask = Told<Schemas["ExplainedTask"]>;
export type SliceTasks = Told<Schemas["SliceTasks"]>;
export type EvaluatedLabel = Told<Schemas["EvaluatedLabel"]>;
export type EvaluatedTruth = Told<Schemas["EvaluatedTruth"]>;
export type Split = NonNullable<Schemas["ReportState"]["split"]>;
export type Missing = NonNullable<Schemas["ReportState"]["missing"]>;

export type Report = Told<Schemas["Report"]>;
export type Block = Report["blocks"][number];
export type Scalars = Told<Schemas["Scalars"]>;
export type Scalar = Told<Schemas["Scalar"]>;
export type Curve = Told<Schemas["Curve"]>;
export type Matrix = Told<Schemas["Matrix"]>;
export type Histogram = Told<Schemas["Histogram"]>;
export type PerLabel = Told<Schemas["PerLabel"]>;
export type PerSlice = Told<Schemas["PerSlice"]>;
export type Table = Told<Schemas["Table"]>;
export type Examples = Told<Schemas["Examples"]>;
export type Example = Told<Schemas["Example"]>;
export type Outcome = Told<Schemas["Outcome"]>;
export type EvaluatedOutcome = Told<Schemas["EvaluatedOutcome"]>;
export type OutcomeName = Outcome["outcome"];
export type Basis = Told<Schemas["Basis"]>;
export type Text = Told<Schemas["Text"]>;

export type Document = Told<Schemas["Document"]>;
export type Comparison = Told<Schemas["Comparison"]>;
export type ScalarDifference = Told<Schemas["ScalarDifference"]>;
export type LabelDifference = Told<Schemas["LabelDifference"]>;
export type SliceDifference = Told<Schemas["SliceDifference"]>;
export type TaskDifference = Told<Schemas["TaskDifference"]>;

export type Role = Schemas["UserCreate"]["role"];
export type Invitation = Told<Schemas["Invitation"]>;
export type InvitationCreate = Schemas["InvitationCreate"];
export type UserCreate = Schemas["UserCreate"];
export type UserUpdate = Schemas["UserUpdate"];
export type PersonalTokenCreate = Schemas["PersonalTokenCreate"];
export type TokenCreate = Schemas["TokenCreate"];
export type SetupCreate = Schemas["SetupCreate"];
export type ProjectUpdate = Schemas["ProjectUpdate"];
export type ProjectCreate = Schemas["ProjectCreate"];
export type LabelCreate = Schemas["LabelCreate"];
export type StoredFile = Told<Schemas["File"]>;
export type TaskCreate = Schemas["TaskCreate"];
export type TaskUpdate = Schemas["TaskUpdate"];
