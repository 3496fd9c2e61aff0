/** A project's batches, each with how far it is. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Bar } from "../../ui/bar";
import type { Part } from "../../ui/bar";
import { Failure } from "../../ui/layout";
import { naturally } from "../../ui/order";
import { count, percent } from "../../ui/numbers";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Batch } from "../../wire/types";
import { asking } from "../tasks/search";
import { batchesQuery } from "./queries";

export function BatchesPart(): ReactElement {
  const { projectId } = useParams({ from: "/inside/projects/$projectId/batches" });
  const { data, error, refetch } = useQuery(batchesQuery(projectId));
  if (error !== null) return <Failure error={error} retry={() => void refetch()} />;
  if (data === undefined) return <Skeleton height={160} radius={8} />;
  return <Table caption="Batches" file="batches.csv" rows={data.results.toSorted((a, b) => naturally(a.name, b.name))} rowKey={(batch) => batch.id} columns={COLUMNS} />;
}

function partsOf(batch: Batch): Part[] {
  return [
    { name: "complete", value: batch.completed_count, colour: "var(--accent)" },
    { name: "in review", value: batch.in_review_count, colour: "var(--warn)" },
    { name: "rejected", value: batch.rejected_count, colour: "var(--bad)" },
  ];
}

const COLUMNS: TableColumn<Batch>[] = [
  {
    name: "batch",
    title: "Batch",
    value: (batch) => batch.name,
    show: (batch) => (
      <Link to="/projects/$projectId" params={{ projectId: batch.project_id }} search={asking("batch", batch.name)} className={cellLink}>
        <Said>{batch.name}</Said>
      </Link>
    ),
  },
  { name: "tasks", title: "Tasks", right: true, value: (batch) => batch.task_count, show: (batch) => count(batch.task_count) },
  { name: "complete", title: "Completed", right: true, value: (batch) => batch.completed_count, show: (batch) => count(batch.completed_count) },
  { name: "in_review", title: "In review", right: true, value: (batch) => batch.in_review_count, show: (batch) => count(batch.in_review_count) },
  { name: "rejected", title: "Rejected", right: true, value: (batch) => batch.rejected_count, show: (batch) => count(batch.rejected_count) },
  {
    name: "progress",
    title: "Progress",
    show: (batch) => (
      <div style={{ display: "flex", alignItems: "center", gap: 12, minWidth: 180 }}>
        <Bar whole={batch.task_count} label={`${percent(batch.completed_count, batch.task_count)} complete`} parts={partsOf(batch)} />
        <span style={{ flex: "none", width: 44, textAlign: "right" }}>{percent(batch.completed_count, batch.task_count)}</span>
      </div>
    ),
  },
  { name: "created", title: "Created", value: (batch) => batch.created_date, show: (batch) => <When date={batch.created_date} /> },
];
