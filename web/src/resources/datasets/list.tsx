/** All datasets. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy } from "react";
import type { ReactElement } from "react";

import { Badge, LabelChip } from "../../ui/badge";
import { Icon } from "../../ui/icons";
import { Empty, Failure, Muted, Page, PageHead } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { useShortcuts } from "../../ui/shortcuts";
import { Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import { useDialog } from "../../ui/use_dialog";
import type { Dataset } from "../../wire/types";
import { datasetColours } from "../labels/queries";
import { typeName } from "../projects/words";
import { useMay } from "../sessions/queries";
import { datasetsQuery } from "./queries";

const DatasetDialog = lazy(async () => ({ default: (await import("./form")).DatasetDialog }));

const FILL = `from linlog import LinLogClient

client = LinLogClient()
project = client.get_projects()[0]
# Every completed task of the project:
client.create_dataset("Blood cells, March", project_id=project.id)`;

export function DatasetsPage(): ReactElement {
  const { data, error, refetch } = useQuery(datasetsQuery());
  const manager = useMay("manager");
  return (
    <Page>
      <PageHead
        title="Datasets"
        meta={error !== null && data === undefined ? undefined : data === undefined ? <Skeleton height={16} width={90} /> : counted(data.count, "dataset")}
        actions={manager && <NewDataset />}
      />
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data === undefined && error === null && <Skeleton height={240} radius={8} />}
      {data?.count === 0 && (
        <Empty title="No datasets yet" text={`A dataset holds completed tasks, to train on and to measure models by. ${manager ? "Make one from a project here, or from Python:" : "Managers make one from a project here, or from Python:"}`}>
          <Snippet code={FILL} />
        </Empty>
      )}
      {data !== undefined && data.count > 0 && <Table caption="Datasets" file="datasets.csv" rows={data.results} rowKey={(dataset) => dataset.id} columns={COLUMNS} />}
    </Page>
  );
}

function NewDataset(): ReactElement {
  const [open, dialog] = useDialog((shown) => <DatasetDialog {...shown} />);
  useShortcuts("Datasets", [{ keys: ["n"], title: "New dataset", run: open }]);
  return (
    <>
      <Button size="xs" leftSection={<Icon name="plus" size={13} />} onClick={open} title="n">
        New dataset
      </Button>
      {dialog}
    </>
  );
}

const COLUMNS: TableColumn<Dataset>[] = [
  {
    name: "dataset",
    title: "Dataset",
    value: (dataset) => dataset.name,
    show: (dataset) => (
      <Link to="/datasets/$datasetId" params={{ datasetId: dataset.id }} className={cellLink}>
        <Said>{dataset.name}</Said>
      </Link>
    ),
  },
  { name: "type", title: "Type", value: (dataset) => dataset.type, show: (dataset) => <Badge>{typeName(dataset.type)}</Badge> },
  { name: "labels", title: "Labels", show: (dataset) => <Labels dataset={dataset} /> },
  { name: "tasks", title: "Tasks", right: true, value: (dataset) => dataset.task_count, show: (dataset) => count(dataset.task_count) },
  { name: "annotations", title: "Annotations", right: true, value: (dataset) => dataset.annotation_count, show: (dataset) => count(dataset.annotation_count) },
  { name: "model_runs", title: "Model runs", right: true, value: (dataset) => dataset.model_run_count, show: (dataset) => count(dataset.model_run_count) },
  { name: "created", title: "Created", value: (dataset) => dataset.created_date, show: (dataset) => <When date={dataset.created_date} /> },
];

const SHOWN = 2;

function Labels({ dataset }: { dataset: Dataset }): ReactElement {
  const colours = datasetColours(dataset);
  const more = dataset.labels.length - SHOWN;
  if (dataset.labels.length === 0) return <Muted>–</Muted>;
  return (
    <span style={{ display: "flex", gap: 12, alignItems: "center", maxWidth: 300 }}>
      {dataset.labels.slice(0, SHOWN).map(({ label }) => (
        <LabelChip key={label} name={label} colour={colours(label)} />
      ))}
      {more > 0 && <Muted>+{more}</Muted>}
    </span>
  );
}
