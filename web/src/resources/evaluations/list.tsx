/** Every evaluation, newest first; two of one dataset can be compared. */
import { Button, Checkbox } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Failure, Muted, Page, PageHead } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Evaluation } from "../../wire/types";
import { Headline, headlineValue } from "../model_runs/table";
import { evaluationsQuery } from "./queries";

export function EvaluationsPage(): ReactElement {
  const { data, error } = useQuery(evaluationsQuery());
  const [picked, setPicked] = useState<readonly string[]>([]);
  if (error !== null) return <Page><Failure error={error} /></Page>;
  const pick = (id: string): void => setPicked(picked.includes(id) ? picked.filter((other) => other !== id) : [...picked.slice(-1), id]);
  const [first, second] = picked.map((id) => data?.results.find((evaluation) => evaluation.id === id));
  const comparable = first !== undefined && second !== undefined && first.dataset_id === second.dataset_id && first.kind === second.kind;
  return (
    <Page>
      <PageHead
        title="Evaluations"
        meta={<span>{counted(data?.count ?? 0, "evaluation")}</span>}
        actions={
          comparable ? (
            <Button component={Link} to="/compare" search={{ first: first.id, second: second.id } as never} size="xs">
              Compare the two
            </Button>
          ) : (
            <Muted>{picked.length === 2 ? "Only reports of one kind on one dataset can be compared." : "Pick two to compare them."}</Muted>
          )
        }
      />
      {data?.count === 0 ? (
        <Snippet code={"client.create_model_run(dataset_id, model_version_id, task_id, annotation, 0.9)\ntrainer.finish(wait=True)  # delivers, and computes the metrics"} />
      ) : (
        <Table caption="Evaluations" rows={data?.results ?? []} rowKey={({ id }) => id} columns={columns(picked, pick)} />
      )}
    </Page>
  );
}

function columns(picked: readonly string[], pick: (id: string) => void): TableColumn<Evaluation>[] {
  return [
    { name: "pick", title: "", show: ({ id, state, model_version_name: name }) => <Checkbox size="xs" aria-label={`Compare ${name}`} disabled={state !== "finished"} checked={picked.includes(id)} onChange={() => pick(id)} /> },
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
    { name: "kind", title: "Kind", value: (row) => row.kind, show: (row) => row.kind },
    { name: "headline", title: "Headline", right: true, value: headlineValue, show: (row) => <Headline evaluation={row} /> },
    { name: "created", title: "Asked for", value: (row) => row.created_date, show: (row) => <When date={row.created_date} /> },
  ];
}
