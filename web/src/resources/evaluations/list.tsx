/** Every evaluation, newest first; two to eight of one dataset can be compared, the first one picked with the others. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";

import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Empty, Page, PageHead } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import type { Evaluation } from "../../wire/types";
import { ComparePicked, ticked } from "./compare_picked";
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
  const pick = (id: string): void => setPicked(ticked(picked, id));
  const chosen = picked.flatMap((id) => data?.results.find((evaluation) => evaluation.id === id) ?? []);
  return (
    <Page>
      <PageHead
        title="Evaluations"
        meta={data === undefined ? <Skeleton height={16} width={110} /> : counted(data.count, "evaluation")}
        actions={(data?.count ?? 0) > 1 && <ComparePicked picked={chosen} />}
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
