/** One task of a report: truth and predictions over the item, and what became of each. */
import { Skeleton, Slider } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useEffect, useMemo, useState } from "react";
import type { ReactElement } from "react";

import { Failure, Page } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { Said } from "../../ui/text";
import { SidePart, Workbench } from "../../ui/workbench";
import type { Report } from "../../wire/types";
import { MarkList } from "../annotations/list";
import { predictionMarks, truthMarks } from "../annotations/marks";
import { useDatasetColours } from "../labels/queries";
import { predictionsQuery } from "../predictions/queries";
import { AboutTask } from "../tasks/detail";
import { taskQuery } from "../tasks/queries";
import { Stage } from "../tasks/stage";
import { taskName } from "../tasks/words";
import { OutcomeList } from "./outcomes";
import { evaluationQuery, reportQuery } from "./queries";
import { focused } from "./search";
import type { ExampleSearch, Focus } from "./search";

const FROM = "/inside/evaluations/$evaluationId/tasks/$taskId";

export function ExamplePage(): ReactElement {
  const { evaluationId, taskId } = useParams({ from: FROM });
  const search = useSearch({ from: FROM });
  const navigate = useNavigate();
  const { data: evaluation, error } = useQuery(evaluationQuery(evaluationId));
  const { data: report } = useQuery(reportQuery(evaluationId));
  const { data: task } = useQuery(taskQuery(taskId));
  const { data: predictions } = useQuery({ ...predictionsQuery(evaluation?.model_run_id ?? "", taskId), enabled: evaluation !== undefined });
  const colours = useDatasetColours(evaluation?.dataset_id);
  const [least, setLeast] = useState(0);
  const [selectedId, setSelectedId] = useState<string | null>(null);
  useEffect(() => setSelectedId(null), [taskId]);
  const truth = useMemo(() => truthMarks(task?.annotations ?? [], colours), [task, colours]);
  const said = useMemo(() => predictionMarks((predictions?.results ?? []).filter(({ confidence }) => (confidence ?? 1) >= least), colours), [predictions, least, colours]);
  const marks = useMemo(() => [...truth, ...said], [truth, said]);
  const examples = useMemo(() => examplesOf(report, search), [report, search]);
  if (error !== null) return <Page><Failure error={error} /></Page>;
  const place = examples.findIndex((example) => example.task_id === taskId);
  const outcomes = examples[place]?.outcomes ?? [];
  const open = (at: number): (() => void) | null => {
    const other = place < 0 ? undefined : examples[at];
    return other === undefined || at < 0 ? null : () => void navigate({ to: "/evaluations/$evaluationId/tasks/$taskId", params: { evaluationId, taskId: other.task_id }, search });
  };
  const lists = { text: task?.item.text ?? null, selectedId, onSelect: setSelectedId };
  return (
    <Workbench
      title={task === undefined ? <Skeleton height={14} width={180} /> : <Said>{taskName(task)}</Said>}
      note={evaluation === undefined ? "" : `${evaluation.model_name} · ${evaluation.model_version_name}`}
      actions={
        <label style={{ display: "flex", gap: 8, alignItems: "center", fontSize: 12 }}>
          Confidence from {least.toFixed(2)}
          <Slider w={130} size="sm" min={0} max={1} step={0.01} value={least} onChange={setLeast} label={null} thumbLabel="Least confidence of the predictions shown" />
        </label>
      }
      back={() => void navigate({ to: "/evaluations/$evaluationId", params: { evaluationId }, search: withoutBlock(search) })}
      backTitle="Back to the report"
      steps={{ position: place + 1, count: examples.length, previous: open(place - 1), next: open(place + 1) }}
      side={
        task !== undefined && (
          <>
            <SidePart title={`Outcomes · ${count(outcomes.length)}`}>
              <OutcomeList outcomes={outcomes} selectedId={selectedId} onSelect={setSelectedId} />
            </SidePart>
            <SidePart title={`Truth · ${count(truth.length)}`}>
              <MarkList {...lists} marks={truth} empty="Nothing is annotated." />
            </SidePart>
            <SidePart title={`Predictions · ${count(said.length)}`}>
              <MarkList {...lists} marks={said} empty="None at this confidence." />
            </SidePart>
            <AboutTask task={task} />
          </>
        )
      }
    >
      {task !== undefined && <Stage task={task} marks={marks} selectedId={selectedId} onSelect={setSelectedId} />}
    </Workbench>
  );
}

function examplesOf(report: Report | undefined, search: ExampleSearch) {
  const all = (report?.blocks ?? []).flatMap((block) => (block.type === "examples" && (search.block === undefined || search.block === block.name) ? block.examples : []));
  return focused(all, search);
}

function withoutBlock({ outcome, truth, prediction }: ExampleSearch): Focus {
  return { ...(outcome && { outcome }), ...(truth && { truth }), ...(prediction && { prediction }) };
}
