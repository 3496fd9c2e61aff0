/** The numbers that a version logged, as curves, drawn on while it trains. */
import { SegmentedControl, Skeleton, Slider, Switch } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import type { ReactElement } from "react";

import { Empty, Failure, Section } from "../../ui/layout";
import { count, counted, general } from "../../ui/numbers";
import { Plot } from "../../ui/plot";
import { Snippet } from "../../ui/snippet";
import { Said } from "../../ui/text";
import cells from "../../ui/plot_cell.module.css";
import type { ModelVersion } from "../../wire/types";
import { inTraining } from "../model_versions/training";
import { VersionState } from "../models/list";
import styles from "./curves.module.css";
import { grouped, lastValue, linesOf } from "./groups";
import type { SeriesGroup } from "./groups";
import { seriesQuery } from "./queries";

interface Look {
  smoothing: number;
  logY: boolean;
  height: number;
}

export function LoggedCurves({ version }: { version: ModelVersion }): ReactElement {
  const live = inTraining(version);
  const { data, error } = useQuery(seriesQuery(version.id, live));
  const [look, setLook] = useState<Look>({ smoothing: 0, logY: false, height: 200 });
  const groups = useMemo(() => grouped(data?.series ?? []), [data]);
  return (
    <Section title="Logged" note={live ? <VersionState version={version} /> : undefined} actions={groups.length > 0 && <Controls look={look} change={setLook} />}>
      {error !== null && <Failure error={error} />}
      {data === undefined && error === null && <Skeleton height={290} radius={8} />}
      {data?.series.length === 0 && (
        <Empty title={live ? "Waiting for the first numbers" : "No numbers were logged"} text="Every number that a trainer logs becomes a curve here, drawn on while it trains:">
          <Snippet code={`trainer.log({"loss": 0.31, "accuracy": 0.92}, step=7)`} />
        </Empty>
      )}
      <div className={styles.grid}>
        {groups.map((group) => (
          <Group key={group.title} group={group} look={look} versionId={version.id} />
        ))}
      </div>
    </Section>
  );
}

function Controls({ look, change }: { look: Look; change: (look: Look) => void }): ReactElement {
  return (
    <div className={styles.controls}>
      <span className={styles.slider}>
        Smoothing
        <Slider w={110} size="xs" min={0} max={0.98} step={0.01} label={(value) => value.toFixed(2)} thumbLabel="Smoothing" value={look.smoothing} onChange={(smoothing) => change({ ...look, smoothing })} />
      </span>
      <Switch size="xs" label="Log axis" checked={look.logY} onChange={(event) => change({ ...look, logY: event.currentTarget.checked })} />
      <SegmentedControl
        size="xs"
        aria-label="Height of the plots"
        data={[
          { value: "200", label: "Compact" },
          { value: "320", label: "Tall" },
        ]}
        value={String(look.height)}
        onChange={(height) => change({ ...look, height: Number(height) })}
      />
    </div>
  );
}

function Group({ group, look, versionId }: { group: SeriesGroup; look: Look; versionId: string }): ReactElement {
  const lines = useMemo(() => linesOf(group, look.smoothing), [group, look.smoothing]);
  const [first] = group.series;
  const total = Math.max(...group.series.map((series) => series.total));
  const shown = Math.max(...group.series.map((series) => series.steps.length));
  return (
    <div className={cells.cell}>
      <div className={cells.head}>
        <h3 className={cells.title}>
          <Said>{group.title}</Said>
        </h3>
        <span className={styles.note}>
          {lines.some(({ dashed }) => dashed) && "dashed: before a resume · "}
          {total > shown ? `${count(shown)} of ${counted(total, "point")}, every extreme kept` : group.series.length === 1 && first !== undefined ? `last ${general(lastValue(first))}` : counted(total, "point")}
        </span>
      </div>
      <Plot lines={lines} label={`${group.title} by step, ${counted(total, "point")}`} xTitle="step" logY={look.logY} height={look.height} group={versionId} />
    </div>
  );
}
