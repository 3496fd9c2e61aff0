/** A chart a key with a line a run, in sections; a brush asks the server for that part again. */
import { Button } from "@mantine/core";
import { useQueries } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { ReactElement } from "react";

import { Failure, Section } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { Plot } from "../../ui/plot";
import { Said } from "../../ui/text";
import cells from "../../ui/plot_cell.module.css";
import type { LogSeries } from "../../wire/types";
import { axisTitle } from "../log_entries/axes";
import { runSeriesQuery } from "../log_entries/queries";
import { inTraining } from "./training";
import type { Change } from "./workspace";
import styles from "./workspace.module.css";
import { drawnOf, runLines, sections, strokesSaid } from "./workspace_runs";
import type { Run } from "./workspace_runs";
import type { WorkspaceSearch } from "./workspace_search";

/** Beyond it the list of runs alone says which colour is whose. */
const MOST_NAMED = 8;
const CHARTS_AT_FIRST = 6;

interface RunChartsProps {
  runs: readonly Run[];
  keys: readonly string[];
  search: WorkspaceSearch;
  change: Change;
}

interface DrawnSeries {
  run: Run;
  series: LogSeries;
}

export function RunCharts({ runs, keys, search, change }: RunChartsProps): ReactElement {
  const [open, setOpen] = useState<ReadonlySet<string>>(new Set());
  const shown = runs.filter((run) => !run.hidden);
  const drawn = drawnOf(runs);
  const parts = useMemo(() => sections(keys), [keys]);
  const chartKeys = parts.flatMap((part, place) => part.keys.slice(0, open.has(part.title) ? part.keys.length : place === 0 ? CHARTS_AT_FIRST : CHARTS_AT_FIRST / 2));
  const asked = { keys: chartKeys, x: search.x ?? "step", low: search.low, high: search.high };
  const answers = useQueries({ queries: drawn.map((run) => runSeriesQuery(run.version.id, asked, inTraining(run.version))) });
  const failed = answers.find(({ error }) => error !== null)?.error ?? null;
  const byKey = new Map<string, DrawnSeries[]>();
  answers.forEach(({ data }, place) => {
    for (const series of data?.series ?? []) byKey.set(series.key, [...(byKey.get(series.key) ?? []), { run: drawn[place] as Run, series }]);
  });
  return (
    <>
      {failed !== null && <Failure error={failed} />}
      {shown.length > drawn.length && <p className={styles.note}>{leftOut(shown, drawn)}</p>}
      {parts.map((part) => {
        const some = part.keys.filter((key) => chartKeys.includes(key));
        return (
          <Section key={part.title} title={<Said>{part.title === "" ? "Numbers" : part.title}</Said>} note={count(part.keys.length)} actions={some.length < part.keys.length && <Button size="xs" variant="default" onClick={() => setOpen(new Set([...open, part.title]))}>Show all {part.keys.length}</Button>}>
            <div className={styles.grid}>
              {some.map((key) => (
                <Chart key={key} name={key} drawn={byKey.get(key) ?? []} search={search} change={change} />
              ))}
            </div>
          </Section>
        );
      })}
    </>
  );
}

function leftOut(shown: readonly Run[], drawn: readonly Run[]): string {
  const [all, some] = [shown, drawn].map((runs) => new Set(runs.map(({ group }) => group)).size) as [number, number];
  const which = all === 1 ? `The first ${drawn.length} of ${counted(shown.length, "run")} are drawn` : `${drawn.length} of ${counted(shown.length, "run")} are drawn, the first of each group`;
  const without = some < all ? `; ${counted(all - some, "group")} ${all - some === 1 ? "has" : "have"} no line` : "";
  return `${which}${without}. Pin, hide or find others to see them.`;
}

interface ChartProps {
  name: string;
  drawn: readonly DrawnSeries[];
  search: WorkspaceSearch;
  change: Change;
}

function Chart({ name, drawn, search, change }: ChartProps): ReactElement {
  const lines = drawn.flatMap(({ run, series }) => runLines(run, series, search.smoothing ?? 0));
  const total = drawn.reduce((sum, { series }) => sum + series.total, 0);
  const kept = drawn.reduce((sum, { series }) => sum + series.values.length, 0);
  return (
    <div className={cells.cell}>
      <div className={cells.head}>
        <h3 className={cells.title}><Said>{name}</Said></h3>
        <span className={styles.note}>
          {strokesSaid(lines) !== "" && `${strokesSaid(lines)} · `}
          {total > kept ? `${count(kept)} of ${counted(total, "point")}, every extreme kept` : counted(total, "point")}
        </span>
      </div>
      <Plot
        lines={lines}
        label={`${name} of ${counted(drawn.length, "run")}, ${counted(total, "point")}`}
        xTitle={axisTitle(search.x ?? "step")}
        xTime={search.x === "time"}
        logY={search.log === "y"}
        height={200}
        legend={drawn.length <= MOST_NAMED}
        group="workspace"
        onZoom={(range) => change(range === null ? { low: undefined, high: undefined } : { low: range[0], high: range[1] })}
      />
    </div>
  );
}
