/** The head of a report: which version on which dataset, how much of it, by which settings. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { Muted, PageHead } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { Said, When } from "../../ui/text";
import type { Evaluation } from "../../wire/types";
import { modelRunQuery } from "../model_runs/queries";
import { CoverageBar, Headline } from "../model_runs/table";
import { kindName } from "../projects/words";
import { EvaluationSelect } from "./evaluation_select";
import { evaluationsQuery, reportDocument } from "./queries";
import styles from "./report.module.css";
import { DownloadMenu } from "./download_menu";
import { isAlike } from "./same";
import { readState } from "./search";
import { settingText } from "./state_words";
import { WhySinceBefore } from "./why";

export function ReportHead({ evaluation }: { evaluation: Evaluation }): ReactElement {
  return (
    <PageHead
      over={
        <Crumbs
          entries={[
            { title: "Models", to: "/models" },
            { title: evaluation.model_name, to: "/models/$modelId", params: { modelId: evaluation.model_id } },
            { title: evaluation.model_version_name, to: "/model-versions/$versionId", params: { versionId: evaluation.model_version_id } },
          ]}
        />
      }
      title={
        <>
          <Said>{evaluation.model_version_name}</Said> <span className={styles.on}>on</span> <Said>{evaluation.dataset_name}</Said>
        </>
      }
      name={nameOf(evaluation)}
      meta={<Facts evaluation={evaluation} />}
      actions={<Actions evaluation={evaluation} />}
    />
  );
}

function nameOf({ model_version_name: version, dataset_name: dataset }: Evaluation): string {
  return `${version} on ${dataset}`;
}

function Facts({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const { data: run } = useQuery(modelRunQuery(evaluation.model_run_id));
  return (
    <>
      <Badge>{kindName(evaluation.kind)}</Badge>
      {evaluation.state !== "finished" && <Headline evaluation={evaluation} />}
      {run !== undefined && (
        <span className={styles.coverage}>
          <CoverageBar coverage={run.coverage} />
          <Muted>
            {count(run.coverage.predicted)} of {count(run.coverage.tasks)} tasks
          </Muted>
        </span>
      )}
      {settings(evaluation).map(([name, value]) => (
        <span key={name}>
          <Muted>{name}</Muted> {value}
        </span>
      ))}
      <span>
        <Muted>evaluated</Muted> <When date={evaluation.finished_date ?? evaluation.created_date} />
      </span>
    </>
  );
}

// What the bar below can change is said there.
const CHANGEABLE = new Set(["confidence_threshold", "iou_threshold", "oks_threshold", "missing"]);

function settings({ config }: Evaluation): [name: string, value: string][] {
  return Object.entries(config)
    .filter(([name, value]) => !CHANGEABLE.has(name) && value !== "")
    .map(([name, value]) => [name.replaceAll("_", " "), settingText(value)]);
}

function Actions({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const { data } = useQuery(evaluationsQuery({ dataset_id: evaluation.dataset_id }));
  const navigate = useNavigate();
  const search = useSearch({ from: "/inside/evaluations/$evaluationId" });
  const rivals = (data?.results ?? []).filter((other) => other.state === "finished" && isAlike(evaluation, other));
  return (
    <>
      <WhySinceBefore evaluation={evaluation} />
      {evaluation.state === "finished" && <DownloadMenu of="report" page={nameOf(evaluation)} make={(form) => reportDocument(evaluation.id, readState(search), form)} />}
      <Button component={Link} to="/datasets/$datasetId" params={{ datasetId: evaluation.dataset_id } as never} size="xs" variant="default">
        Dataset
      </Button>
      {rivals.length > 0 && (
        <EvaluationSelect
          evaluations={rivals}
          placeholder="Compare with …"
          name="Compare with another model version"
          onChoose={(first) => void navigate({ to: "/compare", search: { first, second: evaluation.id } })}
        />
      )}
    </>
  );
}
