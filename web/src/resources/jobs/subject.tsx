/** What a job works on: the report, the dataset or the project that it is about, to be opened. */
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Said } from "../../ui/text";
import type { Job } from "../../wire/types";
import { datasetQuery } from "../datasets/queries";
import { evaluationQuery } from "../evaluations/queries";
import { modelRunQuery } from "../model_runs/queries";
import styles from "./indicator.module.css";

/** Nothing for jobs that are about many things, and for what was deleted since. */
export default function Subject({ job: { name, subject_id: id } }: { job: Job }): ReactElement | null {
  if (id === null) return null;
  if (name === "evaluate") return <OfEvaluation id={id} />;
  if (name === "match") return <OfModelRun id={id} />;
  return name === "freeze" ? <OfDataset id={id} /> : null;
}

function OfEvaluation({ id }: { id: string }): ReactElement | null {
  const { data } = useQuery(evaluationQuery(id));
  if (data === undefined) return null;
  return (
    <Link to="/evaluations/$evaluationId" params={{ evaluationId: id }} className={styles.subject}>
      <Said>{data.model_version_name}</Said> on <Said>{data.dataset_name}</Said>
    </Link>
  );
}

function OfModelRun({ id }: { id: string }): ReactElement | null {
  const { data } = useQuery(modelRunQuery(id));
  if (data === undefined) return null;
  return (
    <Link to="/model-versions/$versionId" params={{ versionId: data.model_version_id }} className={styles.subject}>
      <Said>{data.model_version_name}</Said> on <Said>{data.dataset_name ?? "tasks to label"}</Said>
    </Link>
  );
}

function OfDataset({ id }: { id: string }): ReactElement | null {
  const { data } = useQuery(datasetQuery(id));
  if (data === undefined) return null;
  return (
    <Link to="/datasets/$datasetId" params={{ datasetId: id }} className={styles.subject}>
      <Said>{data.name}</Said>
    </Link>
  );
}
