/** Every evaluation, newest first; two to eight of one dataset can be compared, the first one picked with the others. */
import { Button, Checkbox, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Empty, Muted, Page, PageHead } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Evaluation } from "../../wire/types";
import { Headline, headlineValue } from "../model_runs/table";
import { kindName } from "../projects/words";
import { MOST_COMPARED, withOthers } from "./compare_search";
import { evaluationsQuery } from "./queries";

const FILL = `from linlog import LinLogClient, ModelTrainer

client = LinLogClient()
dataset = client.get_datasets()[0]
trainer = ModelTrainer(client)
model = client.create_model("Cell detector")
version = trainer.init(model.id, "v1", labels=["red cell"], config={})
for task in client.get_dataset_tasks(dataset.id):
    box = {"left": 4, "top": 8, "width": 30, "height": 30}
    guess = {"label": "red cell", "type": "bounding-box", **box}
    client.create_model_run(dataset.id, version.id, task.id, guess, 0.9)
trainer.finish(wait=True)`;

export function EvaluationsPage(): ReactElement {
  const asked = useQuery(evaluationsQuery());
  const [picked, setPicked] = useState<readonly string[]>([]);
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data } = asked;
  const pick = (id: string): void => setPicked(picked.includes(id) ? picked.filter((other) => other !== id) : [...picked.slice(1 - MOST_COMPARED), id]);
  const chosen = picked.flatMap((id) => data?.results.find((evaluation) => evaluation.id === id) ?? []);
  const [first, ...others] = chosen;
  const comparable = first !== undefined && others.length > 0 && others.every((other) => other.dataset_id === first.dataset_id && other.kind === first.kind);
  return (
    <Page>
      <PageHead
        title="Evaluations"
        meta={data === undefined ? <Skeleton height={16} width={110} /> : counted(data.count, "evaluation")}
        actions={
          comparable ? (
            <Button component={Link} to="/compare" search={withOthers({ first: first.id, second: "" }, others.map(({ id }) => id)) as never} size="xs">
              {others.length === 1 ? "Compare the two" : `Compare the ${chosen.length}`}
            </Button>
          ) : (data?.count ?? 0) < 2 ? undefined : (
            <Muted>{picked.length > 1 ? "Only reports of one kind on one dataset can be compared." : "Pick two or more to compare them."}</Muted>
          )
        }
      />
      {data?.count === 0 ? (
        <Empty title="No evaluations yet" text="An evaluation measures a model version's predictions by the ground truth of a dataset. Finishing a trainer asks for it:">
          <Snippet code={FILL} />
        </Empty>
      ) : (
        <Table caption="Evaluations" file="evaluations.csv" rows={data?.results ?? []} rowKey={({ id }) => id} columns={columns(picked, pick)} />
      )}
    </Page>
  );
}

function columns(picked: readonly string[], pick: (id: string) => void): TableColumn<Evaluation>[] {
  return [
    { name: "pick", fits: true, title: <span className="visually-hidden">Pick</span>, show: ({ id, state, model_version_name: name }) => <Checkbox size="xs" aria-label={`Compare ${name}`} disabled={state !== "finished"} checked={picked.includes(id)} onChange={() => pick(id)} /> },
    {
      name: "version",
      title: "Model version",
      value: (row) => `${row.model_name} ${row.model_version_name}`,
      show: (row) => (
        <Link to="/evaluations/$evaluationId" params={{ evaluationId: row.id }} className={cellLink}>
          <Said>{row.model_name}</Said> · <Said>{row.model_version_name}</Said>
        </Link>
      ),
    },
    { name: "dataset", title: "Dataset", value: (row) => row.dataset_name, show: (row) => <Said>{row.dataset_name}</Said> },
    { name: "kind", title: "Kind", value: (row) => row.kind, show: (row) => <Badge>{kindName(row.kind)}</Badge> },
    { name: "headline", title: "Headline", right: true, value: headlineValue, show: (row) => <Headline evaluation={row} /> },
    { name: "created", title: "Asked for", value: (row) => row.created_date, show: (row) => <When date={row.created_date} /> },
  ];
}
