/** What is said of a report whose labels, tasks or predictions have changed since, and the way on. */
import { Button } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import type { Evaluation } from "../../wire/types";
import { useMay } from "../sessions/queries";
import { evaluateAgain, evaluationsQuery, underWay } from "./queries";
import { isOfTheSame } from "./same";
import styles from "./stale.module.css";
import { WhyButton } from "./why";

const WORDS: Record<string, string> = { tasks: "tasks came or went", annotations: "annotations changed", predictions: "predictions changed" };

export function StaleNotice({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const { data } = useQuery(evaluationsQuery({ model_run_id: evaluation.model_run_id }));
  const newest = data?.results.find((other) => isOfTheSame(evaluation, other) && other.created_date > evaluation.created_date);
  const said = evaluation.changed.map((name) => WORDS[name] ?? name).join(", ");
  return (
    <div className={styles.notice} role="status">
      <Icon name="warning" size={17} />
      <p>
        <strong>Stale:</strong> since this was evaluated, {said === "" ? "something changed" : said}. The numbers stand as they were judged then.
      </p>
      {newest === undefined ? data !== undefined && <Again evaluation={evaluation} /> : <Newest evaluation={evaluation} newest={newest} />}
    </div>
  );
}

function Newest({ evaluation, newest }: { evaluation: Evaluation; newest: Evaluation }): ReactElement {
  return (
    <span className={styles.ways}>
      <Button component={Link} to="/evaluations/$evaluationId" params={{ evaluationId: newest.id } as never} size="xs" variant="default">
        {underWay(newest) ? "The newest report, under way" : "The newest report"}
      </Button>
      {newest.state === "finished" && <WhyButton earlier={evaluation} later={newest} />}
    </span>
  );
}

function Again({ evaluation }: { evaluation: Evaluation }): ReactElement | null {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const again = useMutation({
    mutationFn: () => evaluateAgain(evaluation),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: ["evaluations", "list"] });
      await navigate({ to: "/evaluations/$evaluationId", params: { evaluationId: id } });
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  if (!useMay("manager")) return null;
  return (
    <Button size="xs" variant="default" loading={again.isPending} onClick={() => again.mutate()}>
      Evaluate again
    </Button>
  );
}
