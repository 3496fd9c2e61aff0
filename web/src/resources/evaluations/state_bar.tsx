/** What the numbers of a report stand on: each control drives all of them, and the address holds it. */
import { Button, Select } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import { count } from "../../ui/numbers";
import { ShareSlider } from "../../ui/share_slider";
import { useShortcuts } from "../../ui/shortcuts";
import type { Evaluation, Report } from "../../wire/types";
import { datasetQuery } from "../datasets/queries";
import { modelRunQuery } from "../model_runs/queries";
import { slicesQuery } from "../slices/queries";
import { LabelChoice } from "./label_choice";
import { MISSING, SPLITS } from "./search";
import type { ReportState } from "./search";
import styles from "./state_bar.module.css";
import { isChanged, scalarOf, stateWords, takes, taskWords } from "./state_words";

interface StateBarProps {
  evaluation: Evaluation;
  /** The report as it is shown, which may be of the state before. */
  report: Report | undefined;
  state: ReportState;
  asking: boolean;
  /** Whether the report could not be had. */
  failed: boolean;
  /** Changes what the page stands on; what is undefined goes back to how it was evaluated. */
  change: (change: Changes) => void;
}

export type Changes = { [Name in keyof ReportState]?: ReportState[Name] | undefined };

const EVERYTHING: Changes = { confidence_threshold: undefined, iou_threshold: undefined, oks_threshold: undefined, label_map: undefined, slice_id: undefined, split: undefined, missing: undefined };

export function StateBar(props: StateBarProps): ReactElement {
  const { evaluation, report, state, asking, failed, change } = props;
  const { data: slices } = useQuery(slicesQuery(evaluation.dataset_id));
  const changed = isChanged(state);
  const back = (): void => change(EVERYTHING);
  useShortcuts("This report", [{ keys: ["r"], title: "As it was evaluated", run: back }]);
  const words = stateWords(state, slices?.results ?? []);
  const tasks = asking ? "" : taskWords(report);
  return (
    <section className={styles.bar} aria-label="What the numbers stand on">
      <div className={styles.controls}>
        <Thresholds {...props} />
        <LabelChoice evaluation={evaluation} text={state.label_map} change={(label_map) => change({ label_map })} />
        <SliceChoice {...props} />
        <SplitChoice {...props} />
        <MissingChoice {...props} />
      </div>
      <div className={styles.said}>
        <p aria-live="polite">
          {changed ? (
            <>
              {failed ? "Asked for" : "Shown"}: <strong>{words.join(" · ")}</strong>
              {failed ? ". It could not be counted." : asking ? ". Counting …" : `. ${tasks}`}
            </>
          ) : failed ? (
            "It could not be counted."
          ) : asking ? (
            "Counting …"
          ) : (
            "Shown as it was evaluated."
          )}
        </p>
        {changed && (
          <Button size="compact-sm" variant="light" leftSection={<Icon name="close" size={11} />} onClick={back} title="As it was evaluated (r)">
            As evaluated
          </Button>
        )}
      </div>
    </section>
  );
}

const LOOK = { label: styles.label ?? "" };

// What is less alike is forgotten when predictions are matched.
const LEAST_ALIKE = 0.1;
const PLACES = [
  { name: "iou_threshold", title: "IoU from" },
  { name: "oks_threshold", title: "OKS from" },
] as const;
const PLACE_MARKS = [0.5, 0.75];

function Thresholds({ evaluation, report, state, change }: StateBarProps): ReactElement {
  const made = evaluation.config.confidence_threshold;
  const best = made === null ? scalarOf(report, "confidence_threshold") : null;
  const own = typeof made === "number" ? made : best;
  // Only there is an open threshold the one of best F1.
  const isBest = PLACES.some(({ name }) => takes(evaluation, name));
  return (
    <>
      {takes(evaluation, "confidence_threshold") && (
        <ShareSlider
          title="Confidence from"
          value={state.confidence_threshold ?? own}
          note={state.confidence_threshold === undefined && best !== null && isBest ? "best F1" : ""}
          step={0.01}
          marks={[]}
          waits={report === undefined && state.confidence_threshold === undefined}
          change={(value) => change({ confidence_threshold: value })}
          clear={state.confidence_threshold === undefined ? null : () => change({ confidence_threshold: undefined })}
        />
      )}
      {PLACES.filter(({ name }) => takes(evaluation, name)).map(({ name, title }) => (
        <ShareSlider
          key={name}
          title={title}
          value={state[name] ?? Number(evaluation.config[name])}
          note=""
          least={LEAST_ALIKE}
          step={0.05}
          marks={PLACE_MARKS}
          change={(value) => change({ [name]: value })}
          clear={state[name] === undefined ? null : () => change({ [name]: undefined })}
        />
      ))}
    </>
  );
}

function SliceChoice({ evaluation, state, change }: StateBarProps): ReactElement | null {
  const { data: slices } = useQuery(slicesQuery(evaluation.dataset_id));
  if (slices === undefined) return null;
  if (slices.count === 0 && state.slice_id === undefined) {
    return (
      <Link to="/datasets/$datasetId/slices" params={{ datasetId: evaluation.dataset_id }} className={styles.link}>
        Save a slice
      </Link>
    );
  }
  return (
    <Select
      label="Slice"
      classNames={LOOK}
      placeholder="All tasks"
      size="xs"
      w={160}
      clearable
      searchable={slices.count > 12}
      comboboxProps={{ width: "max-content", position: "bottom-start" }}
      clearButtonProps={{ "aria-label": "All tasks" }}
      data={slices.results.map(({ id, name }) => ({ value: id, label: name }))}
      value={state.slice_id ?? null}
      onChange={(id) => change({ slice_id: id ?? undefined })}
    />
  );
}

function SplitChoice({ evaluation, state, change }: StateBarProps): ReactElement | null {
  const { data: dataset } = useQuery(datasetQuery(evaluation.dataset_id));
  const there = SPLITS.filter((name) => (dataset?.splits[name] ?? 0) > 0 || state.split === name);
  if (there.length === 0) return null;
  return (
    <Select
      label="Split"
      classNames={LOOK}
      placeholder="All"
      size="xs"
      w={126}
      clearable
      clearButtonProps={{ "aria-label": "All splits" }}
      data={there.map((name) => ({ value: name, label: `${name} · ${count(dataset?.splits[name] ?? 0)}` }))}
      value={state.split ?? null}
      onChange={(value) => change({ split: SPLITS.find((name) => name === value) })}
    />
  );
}

const RULES = { missed: "Count as missed", "left out": "Left out" };

// What becomes of tasks without predictions is a question only where there are some.
function MissingChoice({ evaluation, state, change }: StateBarProps): ReactElement | null {
  const { data: run } = useQuery(modelRunQuery(evaluation.model_run_id));
  const missing = run?.coverage.missing ?? 0;
  if (!takes(evaluation, "missing") || (missing === 0 && state.missing === undefined)) return null;
  const made = MISSING.find((rule) => rule === evaluation.config.missing) ?? "missed";
  return (
    <Select
      label={`${count(missing)} without predictions`}
      classNames={LOOK}
      size="xs"
      w={178}
      allowDeselect={false}
      data={MISSING.map((rule) => ({ value: rule, label: RULES[rule] }))}
      value={state.missing ?? made}
      onChange={(value) => change({ missing: value === made ? undefined : MISSING.find((rule) => rule === value) })}
    />
  );
}
