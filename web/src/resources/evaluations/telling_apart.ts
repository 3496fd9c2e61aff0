/** What tells the evaluations of one model version on one dataset apart, in words. */
import type { DatasetVersion, Evaluation } from "../../wire/types";
import { versionName } from "../dataset_versions/words";
import { settingWords } from "./state_words";

type Versions = ReadonlyMap<string, Pick<DatasetVersion, "number" | "name">>;

/** By id what differs from the others of the same model run and kind; nothing of one that is alone. */
export function wordsApart(evaluations: readonly Evaluation[], versions: Versions): ReadonlyMap<string, readonly string[]> {
  const groups = groupsOf(evaluations);
  return new Map(
    evaluations.flatMap((one) => {
      const group = groups.get(keyOf(one)) ?? [];
      return group.length > 1 ? [[one.id, words(one, group, versions)] as const] : [];
    }),
  );
}

/** The datasets whose versions those words name. */
export function datasetsToName(evaluations: readonly Evaluation[]): string[] {
  const named = [...groupsOf(evaluations).values()].filter((group) => differing(group, datasetVersion));
  return [...new Set(named.flatMap((group) => group.map(({ dataset_id: id }) => id)))];
}

function groupsOf(evaluations: readonly Evaluation[]): Map<string, Evaluation[]> {
  const groups = new Map<string, Evaluation[]>();
  for (const one of evaluations) {
    const group = groups.get(keyOf(one));
    if (group === undefined) groups.set(keyOf(one), [one]);
    else group.push(one);
  }
  return groups;
}

function keyOf({ model_run_id: run, kind }: Evaluation): string {
  return `${run} ${kind}`;
}

function words(one: Evaluation, group: readonly Evaluation[], versions: Versions): string[] {
  const settings = [...new Set(group.flatMap(({ config }) => Object.keys(config)))].filter((name) => differing(group, ({ config }) => JSON.stringify(config[name])));
  const found = [
    ...(one.dataset_version_id !== null && differing(group, datasetVersion) ? [versionWords(one.dataset_version_id, versions)] : []),
    ...(one.hashes.predictions !== undefined && differing(group, predictions) ? [predictionWords(one, group)] : []),
    ...settings.map((name) => settingWords(name, one.config[name])),
  ];
  return found.length === 0 ? ["nothing but the time"] : found;
}

function versionWords(id: string, versions: Versions): string {
  const version = versions.get(id);
  return `dataset ${version === undefined ? id : versionName(version)}`;
}

/** Predictions are only ever added: those of the newest evaluation hold all others. */
function predictionWords(one: Evaluation, group: readonly Evaluation[]): string {
  const byAge = group.filter((each) => predictions(each) !== null).toSorted((a, b) => a.created_date.localeCompare(b.created_date));
  const states = [...new Set(byAge.map(predictions))];
  const place = states.indexOf(predictions(one));
  return place === states.length - 1 ? "newest predictions" : states.length === 2 ? "earlier predictions" : `earlier predictions, ${place + 1} of ${states.length}`;
}

const datasetVersion = ({ dataset_version_id: id }: Evaluation): string | null => id;
const predictions = ({ hashes }: Evaluation): string | null => hashes.predictions ?? null;

// What is not known before an evaluation is finished differs from nothing.
function differing(group: readonly Evaluation[], of: (one: Evaluation) => string | null | undefined): boolean {
  return new Set(group.map(of).filter((value) => value !== null)).size > 1;
}
