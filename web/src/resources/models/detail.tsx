/** A model and its versions; two of them can be picked to compare. */
import { Button, Checkbox, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Crumbs } from "../../ui/crumbs";
import { duration } from "../../ui/dates";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Icon } from "../../ui/icons";
import { Empty, Muted, Page, PageHead, Section } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { CopyIcon, Snippet } from "../../ui/snippet";
import { cellLink, CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Evaluation, ModelVersion } from "../../wire/types";
import { evaluationsQuery } from "../evaluations/queries";
import { headlineValue, ReportLink } from "../model_runs/table";
import { versionsQuery } from "../model_versions/queries";
import { VersionState } from "./list";
import { modelQuery } from "./queries";

const fill = (modelId: string): string => `from linlog import LinLogClient, ModelTrainer

client = LinLogClient()
trainer = ModelTrainer(client)
config = {"learning_rate": 0.01}
trainer.init("${modelId}", "v1", ["red cell"], config)
for step in range(100):
    trainer.log({"loss": 1 / (step + 1)}, step=step)
trainer.finish()`;

interface Row {
  version: ModelVersion;
  evaluation: Evaluation | undefined;
}

export function ModelPage(): ReactElement {
  const { modelId } = useParams({ from: "/inside/models/$modelId" });
  const asked = useQuery(modelQuery(modelId));
  const { data: model } = asked;
  const { data: versions } = useQuery(versionsQuery(modelId));
  const { data: evaluations } = useQuery(evaluationsQuery());
  const [picked, setPicked] = useState<readonly string[]>([]);
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const rows = (versions?.results ?? []).map((version) => ({ version, evaluation: evaluations?.results.find(({ model_version_id: id }) => id === version.id) }));
  const pick = (id: string): void => setPicked(picked.includes(id) ? picked.filter((other) => other !== id) : [...picked.slice(-1), id]);
  return (
    <Page>
      <PageHead
        over={<Crumbs entries={[{ title: "Models", to: "/models" }]} />}
        name={model?.name}
        title={model === undefined ? <Skeleton height={29} width={220} /> : <Said>{model.name}</Said>}
        meta={
          model === undefined ? (
            <Skeleton height={20} width={300} />
          ) : (
            <>
              <span>{counted(model.version_count, "version")}</span>
              <span>
                created <When date={model.created_date} />
              </span>
              <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
                <code style={{ fontSize: 12 }}>{model.id}</code>
                <CopyIcon value={model.id} what="id" />
              </span>
            </>
          )
        }
      />
      <Section
        title="Versions"
        note={count(versions?.count)}
        actions={
          rows.length > 0 && (
            <>
              <Button component={Link} to="/model-versions" search={{ model_id: modelId } as never} size="xs" variant="default">
                Training runs
              </Button>
              <Picked picked={picked} rows={rows} />
            </>
          )
        }
      >
        {versions?.count === 0 ? (
          <Empty title="No versions yet" text="A version is one trained state of the model. A trainer begins it, and logs to it while it trains:">
            <Snippet code={fill(modelId)} />
          </Empty>
        ) : (
          <Table caption="Versions" rows={rows} rowKey={({ version }) => version.id} columns={columns(picked, pick)} />
        )}
      </Section>
    </Page>
  );
}

function Picked({ picked, rows }: { picked: readonly string[]; rows: readonly Row[] }): ReactElement {
  const [second, first] = [picked.at(-1), picked.at(-2)];
  const reports = [first, second].map((id) => rows.find(({ version }) => version.id === id)?.evaluation);
  const comparable = reports.every((report) => report?.state === "finished") && reports[0]?.dataset_id === reports[1]?.dataset_id;
  const ready = first !== undefined && second !== undefined;
  return (
    <>
      {!ready && rows.length > 1 && <Muted>Tick two versions to compare them.</Muted>}
      {ready && (
        <Button component={Link} to="/model-versions/configs" search={{ first, second } as never} size="xs" variant="default">
          Compare configs
        </Button>
      )}
      {ready && comparable && (
        <Button component={Link} to="/compare" search={{ first: reports[0]?.id, second: reports[1]?.id } as never} size="xs" leftSection={<Icon name="compare" size={14} />}>
          Compare reports
        </Button>
      )}
      <CsvButton columns={columns([], () => undefined)} rows={rows} filename="versions.csv" />
    </>
  );
}

function columns(picked: readonly string[], pick: (id: string) => void): TableColumn<Row>[] {
  return [
    { name: "pick", fits: true, title: <span className="visually-hidden">Pick</span>, show: ({ version }) => <Checkbox size="xs" aria-label={`Compare ${version.name}`} checked={picked.includes(version.id)} onChange={() => pick(version.id)} /> },
    {
      name: "version",
      title: "Version",
      value: ({ version }) => version.name,
      show: ({ version }) => (
        <Link to="/model-versions/$versionId" params={{ versionId: version.id }} className={cellLink}>
          <Said>{version.name}</Said>
        </Link>
      ),
    },
    { name: "state", title: "State", value: ({ version }) => version.state, show: ({ version }) => <VersionState version={version} /> },
    { name: "step", title: "Last step", right: true, value: ({ version }) => version.last_step, show: ({ version }) => count(version.last_step) },
    { name: "entries", title: "Log entries", right: true, value: ({ version }) => version.log_entry_count, show: ({ version }) => count(version.log_entry_count) },
    { name: "took", title: "Trained for", right: true, show: ({ version }) => (version.finished_date === null ? <Muted>–</Muted> : duration(version.created_date, version.finished_date)) },
    {
      name: "headline",
      title: "Newest report",
      right: true,
      value: ({ evaluation }) => headlineValue(evaluation),
      show: ({ evaluation }) => <ReportLink evaluation={evaluation} />,
    },
    { name: "created", title: "Begun", value: ({ version }) => version.created_date, show: ({ version }) => <When date={version.created_date} /> },
  ];
}
