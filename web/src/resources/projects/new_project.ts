/** A project before it is created: what is wrong with it, and what is sent. */
import type { ApiFailure } from "../../wire/http";
import type { ProjectCreate } from "../../wire/types";
import type { LabelDraft } from "../labels/fields";

export interface NewProject {
  title: string;
  type: string;
  /** Those without a name are not sent. */
  labels: readonly LabelDraft[];
  reviewed: boolean;
  oneLabel: boolean;
}

export interface Faults {
  title?: string;
  /** By the label's place in the form. */
  labels: (string | undefined)[];
  none: boolean;
}

const isNamed = ({ name }: LabelDraft): boolean => name.trim() !== "";
const keyOf = ({ name, shape }: LabelDraft): string => `${shape} ${name.trim()}`;

/** What is wrong with it, before it is sent and after the server refused it. */
export function faultsOf({ title, labels }: NewProject, refused: Pick<ApiFailure, "field" | "message"> | null): Faults {
  const named = labels.filter(isNamed);
  const first = new Map(named.toReversed().map((label) => [keyOf(label), label]));
  const [, of, at] = /^(title|labels)(?:\.(\d+))?/.exec(refused?.field ?? "") ?? [];
  const wrong = of === "labels" ? named[Number(at)] : undefined;
  const found = labels.map((label) => {
    if (isNamed(label) && first.get(keyOf(label)) !== label) return "A label before it has this name and shape.";
    return label === wrong ? sentence(refused?.message) : undefined;
  });
  const untitled = title.trim() === "" ? "A title is needed." : of === "title" ? sentence(refused?.message) : undefined;
  return { ...(untitled === undefined ? {} : { title: untitled }), labels: found, none: untitled === undefined && found.every((fault) => fault === undefined) };
}

const sentence = (said = ""): string => `${said.charAt(0).toUpperCase()}${said.slice(1)}.`;

/** What is sent of it. */
export function sentOf({ title, type, labels, reviewed, oneLabel }: NewProject): ProjectCreate {
  return {
    title,
    type,
    labels: labels.filter(isNamed).map((label) => ({ ...label, name: label.name.trim() })),
    attributes: [],
    reviewed,
    one_label: type === "categorisation" && oneLabel,
    visibility: "organisation",
  };
}
