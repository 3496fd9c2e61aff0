/** A model version: its config, what it logged, its model runs and reports. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Crumbs } from "../../ui/crumbs";
import { duration } from "../../ui/dates";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Empty, Page, PageHead, Section } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { CopyIcon, Snippet } from "../../ui/snippet";
import { Said, When } from "../../ui/text";
import { useNow } from "../../ui/use_now";
import type { ModelVersion } from "../../wire/types";
import { evaluationsQuery } from "../evaluations/queries";
import { EvaluationsTable } from "../evaluations/table";
import { LoggedCurves } from "../log_entries/curves";
import { LogTable } from "../log_entries/table";
import { modelRunsQuery } from "../model_runs/queries";
import { RunsTable, runRows } from "../model_runs/table";
import { VersionState } from "../models/list";
import { Config } from "./config";
import { flat } from "./config_values";
import { versionQuery } from "./queries";
import { inTraining, silenceOf } from "./training";

const fill = (versionId: string): string => `from linlog import LinLogClient

client = LinLogClient()
dataset = client.get_datasets()[0]
for task in client.get_dataset_tasks(dataset.id):
    box = {"left": 4, "top": 8, "width": 30, "height": 30}
    guess = {"label": "red cell", "type": "bounding-box", **box}
    client.create_model_run(
        dataset.id, "${versionId}", task.id, guess, 0.9
    )
client.flush()`;

export function ModelVersionPage(): ReactElement {
  const { versionId } = useParams({ from: "/inside/model-versions/$versionId" });
  const asked = useQuery(versionQuery(versionId));
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data: version } = asked;
  return (
    <Page>
      <PageHead
        over={<Crumbs entries={[{ title: "Models", to: "/models" }, ...(version === undefined ? [] : [{ title: version.model_name, to: "/models/$modelId" as const, params: { modelId: version.model_id } }])]} />}
        name={version?.name}
        title={version === undefined ? <Skeleton height={29} width={220} /> : <Said>{version.name}</Said>}
        meta={version === undefined ? <Skeleton height={20} width={420} /> : <Facts version={version} />}
        file={version?.name}
      />
      {version === undefined ? (
        <Skeleton height={320} radius={8} />
      ) : (
        <>
          <LoggedCurves version={version} />
          <Section title="Config" note={counted([...flat(version.config)].length, "key")}>
            <Config config={version.config} />
          </Section>
          <Runs version={version} />
          <Evaluations version={version} />
          <LogTable version={version} />
        </>
      )}
    </Page>
  );
}

function Facts({ version }: { version: ModelVersion }): ReactElement {
  return (
    <>
      <VersionState version={version} />
      <span>{counted(version.log_entry_count, "log entry", "log entries")}</span>
      {version.last_step !== null && <span>last step {count(version.last_step)}</span>}
      <span>
        begun <When date={version.created_date} />
      </span>
      {version.finished_date !== null && <span>trained for {duration(version.created_date, version.finished_date)}</span>}
      {silenceOf(version) !== null && <span>nothing logged since, and not finished: the program may have been killed</span>}
      {inTraining(version) && silenceOf(version) === null && version.finished_date === null && <Since date={version.created_date} />}
      <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
        <code style={{ fontSize: 12 }}>{version.id}</code>
        <CopyIcon value={version.id} what="id" />
      </span>
    </>
  );
}

function Since({ date }: { date: string }): ReactElement {
  const now = useNow();
  return <span>for {duration(date, new Date(now).toISOString())}</span>;
}

/** All evaluations, where a model run has more than the newest one, which stands beside it. */
function Evaluations({ version }: { version: ModelVersion }): ReactElement | null {
  const { data } = useQuery(evaluationsQuery({ model_version_id: version.id }));
  const found = data?.results ?? [];
  if (new Set(found.map(({ model_run_id: run }) => run)).size === found.length) return null;
  return (
    <Section title="Evaluations" note="All that were asked for, the newest first.">
      <EvaluationsTable evaluations={found} />
    </Section>
  );
}

function Runs({ version }: { version: ModelVersion }): ReactElement {
  const of = { model_version_id: version.id };
  const { data: runs } = useQuery(modelRunsQuery(of));
  const { data: evaluations } = useQuery(evaluationsQuery(of));
  return (
    <Section title="Model runs" note="Its predictions on datasets, and how good they are; on projects, and what became of them.">
      {runs === undefined ? (
        <Skeleton height={90} radius={8} />
      ) : runs.count === 0 ? (
        <Empty title="No model runs yet" text="A model run holds the version's predictions on one dataset. Send them one by one; they leave in batches:">
          <Snippet code={fill(version.id)} />
        </Empty>
      ) : (
        <RunsTable rows={runRows(runs.results, evaluations?.results ?? [])} of="version" />
      )}
    </Section>
  );
}
