/** What is said of evaluations that are ticked until they can be compared, and then the way to their comparison. */
import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import { Muted } from "../../ui/layout";
import type { Evaluation } from "../../wire/types";
import { MOST_COMPARED, withOthers } from "./compare_search";
import { isAlike } from "./same";

/** The first one is the baseline of the others. */
export function ComparePicked({ picked }: { picked: readonly Evaluation[] }): ReactElement {
  const [first, ...others] = picked;
  if (first === undefined || others.length === 0) return <Muted>Tick 2 to {MOST_COMPARED} evaluations to compare them.</Muted>;
  if (!others.every((other) => isAlike(first, other))) return <Muted>Only evaluations of one kind, with one config and on one dataset can be compared.</Muted>;
  return (
    <Button component={Link} to="/compare" search={withOthers({ first: first.id, second: "" }, others.map(({ id }) => id)) as never} size="xs" leftSection={<Icon name="compare" size={14} />}>
      {others.length === 1 ? "Compare the two" : `Compare the ${picked.length}`}
    </Button>
  );
}

/** The ids that are ticked after one more click; the earliest goes where they would be too many. */
export function ticked(picked: readonly string[], id: string): readonly string[] {
  return picked.includes(id) ? picked.filter((other) => other !== id) : [...picked.slice(1 - MOST_COMPARED), id];
}
