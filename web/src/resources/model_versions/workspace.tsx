/** Training runs side by side: listed, drawn while they log, and compared number by number. */
import { Button, SegmentedControl, Select, Skeleton, Slider, Switch, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import type { ReactElement } from "react";

import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Empty, Page, PageHead } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import type { LogNumbersList, ModelVersion } from "../../wire/types";
import { axisOfKey, axisTitle } from "../log_entries/axes";
import { numbersQuery } from "../log_entries/queries";
import { modelQuery } from "../models/queries";
import { allVersionsQuery } from "./queries";
import { inTraining } from "./training";
import styles from "./workspace.module.css";
import { readBrushes, takenBy } from "./brushes";
import { ConfigsView } from "./configs_view";
import { NoNumbers } from "./no_numbers";
import { useObjective } from "./use_objective";
import { ValueChoice } from "./value_choice";
import { RunCharts } from "./workspace_charts";
import { RunList } from "./workspace_list";
import { configKeys, listed, pattern, toldApart } from "./workspace_runs";
import type { WorkspaceSearch } from "./workspace_search";
import { RunTable } from "./workspace_table";

const fill = (modelId: string | undefined): string => `from linlog import LinLogClient, ModelTrainer

client = LinLogClient()
trainer = ModelTrainer(client)
model_id = ${modelId === undefined ? 'client.create_model("Cell detector").id' : `"${modelId}"`}
config = {"learning_rate": 0.01}
trainer.init(model_id, "v1", config=config)
trainer.log({"loss": 0.31, "accuracy": 0.92}, step=7)`;

export type Change = (change: Partial<Record<keyof WorkspaceSearch, string | number | undefined>>) => void;

export function WorkspacePage(): ReactElement {
  const search = useSearch({ from: "/inside/model-versions" });
  const navigate = useNavigate();
  const change: Change = (next) => void navigate({ to: "/model-versions", search: { ...search, ...next } as never, replace: true });
  const versions = useQuery(allVersionsQuery(search.model_id));
  const live = versions.data?.results.some(inTraining) ?? false;
  const numbers = useQuery(numbersQuery(search.model_id, search.value ?? "last", live));
  const { data: model } = useQuery({ ...modelQuery(search.model_id ?? ""), enabled: search.model_id !== undefined });
  const stopped = stoppedBy(versions, numbers);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const over: Parameters<typeof Crumbs>[0]["entries"] = [{ title: "Models", to: "/models" }, ...(model === undefined ? [] : [{ title: model.name, to: "/models/$modelId" as const, params: { modelId: model.id } }])];
  return (
    <Page>
      <PageHead over={<Crumbs entries={over} />} title="Training runs" meta={versions.data === undefined ? <Skeleton height={16} width={90} /> : counted(versions.data.count, "run")} actions={versions.data?.count !== 0 && <Look search={search} change={change} keys={numbers.data?.logged_keys ?? []} />} file={versions.data?.count === 0 ? undefined : `training runs ${search.view ?? "charts"}`} />
      {versions.data === undefined || numbers.data === undefined ? (
        <Skeleton height={480} radius={8} />
      ) : versions.data.count === 0 ? (
        <Empty title="No training runs yet" text="A trainer begins a version and logs to it; its numbers are drawn here while it trains:">
          <Snippet code={fill(search.model_id)} />
        </Empty>
      ) : (
        <Workspace search={search} change={change} versions={versions.data.results} numbers={numbers.data} />
      )}
    </Page>
  );
}

interface LookProps {
  search: WorkspaceSearch;
  change: Change;
  keys: readonly string[];
}

function Look({ search, change, keys }: LookProps): ReactElement {
  const axes = [{ value: "step", label: "Step" }, { value: "time", label: "Time" }, ...keys.map((key) => ({ value: axisOfKey(key), label: axisTitle(axisOfKey(key)) }))];
  return (
    <div className={styles.look}>
      {search.view === "configs" ? null : search.view === "table" ? (
        <ValueChoice search={search} change={change} />
      ) : (
        <>
          <span className={styles.slider}>
            Smoothing
            <Slider w={110} size="xs" min={0} max={0.98} step={0.01} label={(value) => value.toFixed(2)} thumbLabel="Smoothing" value={search.smoothing ?? 0} onChange={(value) => change({ smoothing: value === 0 ? undefined : value })} />
          </span>
          <Switch size="xs" label="Log axis" checked={search.log === "y"} onChange={(event) => change({ log: event.currentTarget.checked ? "y" : undefined })} />
          <Select size="xs" w={130} aria-label="Axis" data={axes} searchable allowDeselect={false} value={search.x ?? "step"} onChange={(x) => change({ x: x === null || x === "step" ? undefined : x, low: undefined, high: undefined })} />
          {search.low !== undefined && <Button size="xs" variant="default" onClick={() => change({ low: undefined, high: undefined })}>Show all</Button>}
        </>
      )}
      <SegmentedControl size="xs" aria-label="View" data={[{ value: "charts", label: "Charts" }, { value: "table", label: "Table" }, { value: "configs", label: "Configs" }]} value={search.view ?? "charts"} onChange={(view) => change({ view: view === "charts" ? undefined : view })} />
    </div>
  );
}

interface WorkspaceProps {
  search: WorkspaceSearch;
  change: Change;
  versions: readonly ModelVersion[];
  numbers: LogNumbersList;
}

function Workspace({ search, change, versions, numbers }: WorkspaceProps): ReactElement {
  const all = useMemo(() => listed(versions, search), [versions, search]);
  const keys = useMemo(() => configKeys(versions), [versions]);
  const brushes = useMemo(() => readBrushes(search.brushes), [search.brushes]);
  const { objective, reached } = useObjective(search, numbers.logged_keys, versions.some(inTraining), brushes);
  const found = useMemo(() => toldApart(all.filter((run) => takenBy(brushes, run, reached))), [all, brushes, reached]);
  return (
    <div className={styles.workspace}>
      <aside className={styles.side} aria-label="Runs">
        <TextInput size="xs" aria-label="Find runs" placeholder="Find by regular expression" value={search.find ?? ""} error={pattern(search.find) === null ? "This is no regular expression." : undefined} onChange={(event) => change({ find: event.currentTarget.value || undefined })} />
        <Select size="xs" aria-label="Group by" placeholder="Group by a config key" data={keys} searchable clearable value={search.group ?? null} onChange={(group) => change({ group: group ?? undefined })} />
        <span className={styles.note}>{found.length === versions.length ? counted(found.length, "run") : `${count(found.length)} of ${counted(versions.length, "run")}`}</span>
        {brushes.size > 0 && <Button size="xs" variant="default" onClick={() => change({ brushes: undefined })}>Keep all runs</Button>}
        <RunList runs={found} search={search} change={change} />
      </aside>
      <div className={styles.main}>
        {numbers.logged_keys.length === 0 && search.view === undefined ? (
          <NoNumbers />
        ) : search.view === "configs" ? (
          <ConfigsView runs={all} keys={keys} logged={numbers.logged_keys} objective={objective} brushes={brushes} reached={reached} search={search} change={change} />
        ) : search.view === "table" ? (
          <RunTable runs={found} numbers={numbers} search={search} />
        ) : (
          <RunCharts runs={found} keys={numbers.logged_keys} search={search} change={change} />
        )}
      </div>
    </div>
  );
}
