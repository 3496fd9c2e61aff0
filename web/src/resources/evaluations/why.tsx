/** The way to why the numbers of two evaluations differ. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import type { Evaluation } from "../../wire/types";
import { evaluationsQuery } from "./queries";
import { isOfTheSame } from "./same";

export function WhyButton({ earlier, later }: { earlier: Evaluation; later: Evaluation }): ReactElement {
  return (
    <Button component={Link} to="/explanation" search={{ earlier: earlier.id, later: later.id } as never} size="xs" variant="default">
      Why the number changed
    </Button>
  );
}

/** The same where the model run was evaluated before. */
export function WhySinceBefore({ evaluation }: { evaluation: Evaluation }): ReactElement | null {
  const { data } = useQuery(evaluationsQuery({ model_run_id: evaluation.model_run_id }));
  const before = data?.results.find((other) => isOfTheSame(evaluation, other) && other.state === "finished" && other.created_date < evaluation.created_date);
  return before === undefined || evaluation.state !== "finished" ? null : <WhyButton earlier={before} later={evaluation} />;
}
