/** Evaluations as rows, with what tells those of one model version apart. */
import { Checkbox } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Muted } from "../../ui/layout";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Evaluation } from "../../wire/types";
import { Headline, headlineValue } from "../model_runs/table";
import { kindName } from "../projects/words";
import { useWordsApart } from "./use_words_apart";

interface EvaluationsTableProps {
  evaluations: readonly Evaluation[];
  /** Which are picked to be compared, where they can be. */
  picking?: { picked: readonly string[]; pick: (id: string) => void };
}

export function EvaluationsTable({ evaluations, picking }: EvaluationsTableProps): ReactElement {
  const apart = useWordsApart(evaluations);
  const columns = [...(picking === undefined ? [] : [pickColumn(picking)]), ...WHAT, ...(apart.size === 0 ? [] : [apartColumn(apart)]), ...HOW_GOOD];
  return <Table caption="Evaluations" file="evaluations.csv" rows={evaluations} rowKey={({ id }) => id} columns={columns} />;
}

function pickColumn({ picked, pick }: NonNullable<EvaluationsTableProps["picking"]>): TableColumn<Evaluation> {
  return {
    name: "pick",
    fits: true,
    title: <span className="visually-hidden">Pick</span>,
    show: ({ id, state, model_version_name: name }) => <Checkbox size="xs" aria-label={`Compare ${name}`} disabled={state !== "finished"} checked={picked.includes(id)} onChange={() => pick(id)} />,
  };
}

function apartColumn(apart: ReadonlyMap<string, readonly string[]>): TableColumn<Evaluation> {
  const said = ({ id }: Evaluation): string => (apart.get(id) ?? []).join(", ");
  return {
    name: "differs",
    title: "Differs by",
    hint: "What differs from the other evaluations of the same model version on the same dataset",
    value: said,
    grows: true,
    show: (row) => (apart.has(row.id) ? <bdi title={said(row)}>{said(row)}</bdi> : <Muted>–</Muted>),
  };
}

const WHAT: TableColumn<Evaluation>[] = [
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
];

const HOW_GOOD: TableColumn<Evaluation>[] = [
  { name: "kind", title: "Kind", value: (row) => row.kind, show: (row) => <Badge>{kindName(row.kind)}</Badge> },
  { name: "headline", title: "Headline", right: true, value: headlineValue, show: (row) => <Headline evaluation={row} /> },
  { name: "created", title: "Asked for", value: (row) => row.created_date, show: (row) => <When date={row.created_date} /> },
];
