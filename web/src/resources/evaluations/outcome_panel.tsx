/** The outcomes that a number of a report stands for, each as a picture of its object. */
import { Modal, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { ReactElement } from "react";

import type { Colours } from "../../ui/colours";
import { Failure, Muted } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { Pager } from "../../ui/pager";
import type { Evaluation } from "../../wire/types";
import { judgedTasksQuery } from "../tasks/queries";
import { OutcomeCrop } from "./outcome_crop";
import styles from "./outcome_panel.module.css";
import { openingWords } from "./openings";
import type { Opening } from "./openings";
import { outcomesQuery } from "./queries";
import { readState } from "./search";
import type { ExampleSearch } from "./search";
import { useTruths } from "./truths";

const ON_A_PAGE = 24;

interface OutcomePanelProps {
  evaluation: Evaluation;
  opening: Opening;
  search: ExampleSearch;
  colours: Colours;
  /** Another page of the list, from 1. */
  go: (page: number) => void;
  close: () => void;
}

export default function OutcomePanel({ evaluation, opening, search, colours, go, close }: OutcomePanelProps): ReactElement {
  const page = search.page ?? 1;
  const begin = (page - 1) * ON_A_PAGE;
  const { data, error } = useQuery(outcomesQuery(evaluation.id, readState(search), opening, begin, ON_A_PAGE));
  const rows = useMemo(() => data?.results ?? [], [data]);
  const ids = useMemo(() => [...new Set(rows.map(({ task_id: id }) => id))], [rows]);
  const { data: tasks } = useQuery({ ...judgedTasksQuery(evaluation.dataset_id, evaluation.model_run_id, ids), enabled: ids.length > 0 });
  const truthOf = useTruths(evaluation, ids);
  const words = openingWords(opening);
  return (
    <Modal
      opened
      onClose={close}
      size={1080}
      title={
        <>
          <bdi>{words}</bdi>
          {data !== undefined && <span className={styles.count}> · {count(data.count)}</span>}
        </>
      }
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {error !== null && <Failure error={error} />}
      {data?.count === 0 && <Muted>There are none.</Muted>}
      <ul className={styles.crops} aria-label={words}>
        {data === undefined && error === null
          ? Array.from({ length: 8 }, (_, place) => (
              <li key={place}>
                <Skeleton height={170} radius={8} />
              </li>
            ))
          : rows.map((row, place) => (
              <li key={`${row.task_id} ${row.truth_id} ${row.prediction_id}`}>
                <OutcomeCrop
                  row={row}
                  task={tasks && (tasks.get(row.task_id) ?? null)}
                  truth={truthOf(row.task_id)}
                  evaluation={evaluation}
                  search={{ ...search, nth: begin + place }}
                  colours={colours}
                />
              </li>
            ))}
      </ul>
      {data !== undefined && data.count > ON_A_PAGE && <Pager page={page} size={ON_A_PAGE} total={data.count} go={go} />}
    </Modal>
  );
}
