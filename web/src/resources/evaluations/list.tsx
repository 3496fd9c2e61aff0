/** Every evaluation, newest first; two to eight of one dataset can be compared, the first one picked with the others. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Empty, Muted, Page, PageHead } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import type { Evaluation } from "../../wire/types";
import { MOST_COMPARED, withOthers } from "./compare_search";
import { evaluationsQuery } from "./queries";
import { EvaluationsTable } from "./table";

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

const NONE: readonly Evaluation[] = [];

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
        <EvaluationsTable evaluations={data?.results ?? NONE} picking={{ picked, pick }} />
      )}
    </Page>
  );
}
