/** Configs against what came of them: parallel coordinates, what mattered, and the best run. */
import { MultiSelect, SegmentedControl, Select, Skeleton } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { Failure, Section } from "../../ui/layout";
import { counted, general } from "../../ui/numbers";
import { Said } from "../../ui/text";
import type { Importances } from "../../wire/types";
import { BestRun } from "./best_run";
import { BrushList } from "./brush_list";
import { brushesText, OBJECTIVE, without } from "./brushes";
import type { Brush, Brushes } from "./brushes";
import styles from "./configs_view.module.css";
import { ImportanceTable } from "./importance_table";
import { chosenOf, goalOf, objectiveGroups, valueOf } from "./objectives";
import type { Goal } from "./objectives";
import { NoNumbers } from "./no_numbers";
import { Parallel } from "./parallel";
import { bestOf, plotted } from "./plotted";
import type { ObjectiveState } from "./use_objective";
import { ValueChoice } from "./value_choice";
import type { Change } from "./workspace";
import type { Run } from "./workspace_runs";
import type { WorkspaceSearch } from "./workspace_search";

/** Axes that are drawn unasked, the most important keys. */
const AXES_AT_FIRST = 6;

interface ConfigsViewProps {
  /** Every run that the search finds, whatever the brushes take. */
  runs: readonly Run[];
  /** Keys of configs, those with several values first. */
  keys: readonly string[];
  logged: readonly string[];
  objective: ObjectiveState;
  brushes: Brushes;
  reached: ReadonlyMap<string, number> | null;
  search: WorkspaceSearch;
  change: Change;
}

export function ConfigsView({ runs, keys, logged, objective, brushes, reached, search, change }: ConfigsViewProps): ReactElement {
  const { chosen, evaluations, found } = objective;
  if (chosen === null) return <NoNumbers />;
  const goal = search.goal ?? goalOf(chosen.name);
  const choose = (value: string | null): void => {
    if (value === null) return;
    const { name, datasetId } = chosenOf(value);
    change({ objective: name, dataset_id: datasetId, goal: undefined, brushes: brushesText(without(brushes, OBJECTIVE)) });
  };
  return (
    <>
      <div className={styles.choices}>
        <Select size="xs" w={220} label="Objective" searchable allowDeselect={false} data={objectiveGroups(logged, evaluations)} value={valueOf(chosen)} onChange={choose} />
        {chosen.datasetId === undefined && <ValueChoice search={search} change={change} />}
        <SegmentedControl size="xs" aria-label="Best is" data={[{ value: "lowest", label: "Low is best" }, { value: "highest", label: "High is best" }]} value={goal} onChange={(value) => change({ goal: value })} />
      </div>
      {found.error !== null ? (
        <Failure error={found.error} />
      ) : found.data === undefined || reached === null ? (
        <Skeleton height={420} radius={8} />
      ) : (
        <Found found={found.data} reached={reached} brushes={brushes} runs={runs} keys={keys} goal={goal} search={search} change={change} />
      )}
    </>
  );
}

interface FoundProps extends Pick<ConfigsViewProps, "runs" | "keys" | "brushes" | "search" | "change"> {
  found: Importances;
  reached: ReadonlyMap<string, number>;
  goal: Goal;
}

function Found({ found, reached, brushes, runs, keys, goal, search, change }: FoundProps): ReactElement {
  const navigate = useNavigate();
  const drawnKeys = useMemo(() => readAxes(search.axes, keys) ?? [...new Set([...found.config_keys.map(({ key }) => key), ...keys])].slice(0, AXES_AT_FIRST), [search.axes, keys, found]);
  const plot = useMemo(() => plotted(found.objective, reached, runs, drawnKeys, brushes, goal), [found, reached, runs, drawnKeys, brushes, goal]);
  const brush = (key: string, next: Brush | null): void => change({ brushes: brushesText(next === null ? without(brushes, key) : new Map(brushes).set(key, next)) });
  const draw = (next: readonly string[]): void => change({ axes: next.length === 0 ? undefined : JSON.stringify(next), brushes: brushesText(new Map([...brushes].filter(([key]) => key === OBJECTIVE || next.includes(key)))) });
  const toggle = (key: string): void => draw(drawnKeys.includes(key) ? drawnKeys.filter((other) => other !== key) : [...drawnKeys, key]);
  const byId = new Map(runs.map((run) => [run.version.id, run]));
  return (
    <>
      <Section title="Configs and what came of them" note={plot.taken.length === plot.lines.length ? counted(plot.lines.length, "run") : `${plot.taken.length} of ${counted(plot.lines.length, "run")}`}>
        <MultiSelect size="xs" aria-label="Axes" className={styles.axes} placeholder="Add an axis" searchable hidePickedOptions data={[...keys]} value={drawnKeys} onChange={draw} />
        <Parallel axes={plot.axes} lines={plot.lines} brushes={brushes} brush={brush} open={(versionId) => void navigate({ to: "/model-versions/$versionId", params: { versionId } })} describe={(id) => <Described run={byId.get(id)} objective={found.objective} value={reached.get(id)} />} />
        <BrushList axes={plot.axes} brushes={brushes} brush={brush} />
        {plot.lines.length < runs.length && <p className={styles.note}>{counted(runs.length - plot.lines.length, "run")} without this number not drawn.</p>}
      </Section>
      <Section title="What mattered" note={<Said>{found.objective}</Said>}>
        <ImportanceTable found={found} drawn={new Set(drawnKeys)} toggle={toggle} />
      </Section>
      <Section title="Best of these runs">
        <BestRun best={bestOf(plot.taken, reached, goal)} objective={found.objective} goal={goal} />
      </Section>
    </>
  );
}

function Described({ run, objective, value }: { run: Run | undefined; objective: string; value: number | undefined }): ReactElement {
  return <><Said>{run?.name ?? ""}</Said>: <Said>{objective}</Said> {general(value)}</>;
}

function readAxes(text: string | undefined, keys: readonly string[]): string[] | null {
  if (text === undefined) return null;
  try {
    const read: unknown = JSON.parse(text);
    return Array.isArray(read) ? read.filter((key): key is string => typeof key === "string" && keys.includes(key)) : null;
  } catch {
    return null;
  }
}
