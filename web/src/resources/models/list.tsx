/** All models. */
import { Button, Skeleton } from "@mantine/core";
import { useQueries, useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { ago, exact } from "../../ui/dates";
import { Empty, Failure, Muted, Page, PageHead } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Model, ModelVersion } from "../../wire/types";
import { newestVersionQuery, versionsQuery } from "../model_versions/queries";
import { inTraining, silenceOf } from "../model_versions/training";
import { modelsQuery } from "./queries";

const FILL = `from linlog import LinLogClient, ModelTrainer

client = LinLogClient()
model = client.create_model("Cell detector")
trainer = ModelTrainer(client)
config = {"learning_rate": 0.01}
trainer.init(model.id, "v1", labels=["red cell"], config=config)
for step in range(100):
    trainer.log({"loss": 1 / (step + 1)}, step=step)
trainer.finish()`;

interface Row {
  model: Model;
  newest: ModelVersion | undefined;
}

export function ModelsPage(): ReactElement {
  const { data, error, refetch } = useQuery(modelsQuery());
  const { data: versions } = useQuery(versionsQuery());
  const listed = data?.results.map((model) => ({ model, newest: versions?.results.find(({ model_id: id }) => id === model.id) }));
  // Many runs of one model push the others out of the list of versions.
  const pushed = versions === undefined ? [] : (listed ?? []).filter(({ model, newest }) => newest === undefined && model.version_count > 0);
  const asked = useQueries({ queries: pushed.map(({ model }) => newestVersionQuery(model.id)) });
  const found = new Map(pushed.map(({ model }, place) => [model.id, asked[place]?.data?.results[0]]));
  const rows = listed?.map(({ model, newest }): Row => ({ model, newest: newest ?? found.get(model.id) }));
  return (
    <Page>
      <PageHead title="Models" meta={error !== null && data === undefined ? undefined : data === undefined ? <Skeleton height={16} width={90} /> : counted(data.count, "model")} actions={data !== undefined && data.count > 0 && <Button component={Link} to="/model-versions" size="xs" variant="default">Training runs</Button>} />
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={240} radius={8} />}
      {data?.count === 0 && (
        <Empty title="No models yet" text="A model is trained version after version; each logs its numbers here while it trains.">
          <Snippet code={FILL} />
        </Empty>
      )}
      {rows !== undefined && rows.length > 0 && <Table caption="Models" file="models.csv" rows={rows} rowKey={({ model }) => model.id} columns={COLUMNS} />}
    </Page>
  );
}

const COLUMNS: TableColumn<Row>[] = [
  {
    name: "model",
    title: "Model",
    value: ({ model }) => model.name,
    show: ({ model }) => (
      <Link to="/models/$modelId" params={{ modelId: model.id }} className={cellLink}>
        <Said>{model.name}</Said>
      </Link>
    ),
  },
  { name: "versions", title: "Versions", right: true, value: ({ model }) => model.version_count, show: ({ model }) => count(model.version_count) },
  {
    name: "newest",
    title: "Newest version",
    show: ({ newest }) =>
      newest === undefined ? (
        <Muted>–</Muted>
      ) : (
        <Link to="/model-versions/$versionId" params={{ versionId: newest.id }} className={cellLink}>
          <Said>{newest.name}</Said>
        </Link>
      ),
  },
  { name: "state", title: "State", show: ({ newest }) => newest !== undefined && <VersionState version={newest} /> },
  { name: "created", title: "Created", value: ({ model }) => model.created_date, show: ({ model }) => <When date={model.created_date} /> },
];

/** Whether a version trains right now, as far as anybody knows: a program that was killed never says that it is over. */
export function VersionState({ version }: { version: ModelVersion }): ReactElement {
  if (!inTraining(version)) return <Badge tone="good">finished</Badge>;
  const silent = silenceOf(version);
  if (silent === null) {
    return (
      <Badge tone="info" live>
        training
      </Badge>
    );
  }
  return (
    <Badge tone="warn" title={`Nothing was logged since ${exact(silent)}, and finish was not called: the program may have been killed.`}>
      last sign {ago(silent)}
    </Badge>
  );
}
