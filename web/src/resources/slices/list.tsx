/** A dataset's slices: what each asks, how many tasks it takes, and the tasks of the one that is chosen. */
import { Button, Modal, Skeleton } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { DeleteButton } from "../../ui/delete_button";
import { Icon } from "../../ui/icons";
import { Empty, Failure, Muted, Section } from "../../ui/layout";
import { count, percent } from "../../ui/numbers";
import { Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { Evaluation, Slice } from "../../wire/types";
import { evaluationsQuery } from "../evaluations/queries";
import { useMay } from "../sessions/queries";
import { AnnotatorSlices } from "./annotator_slices";
import { SliceForm } from "./form";
import styles from "./list.module.css";
import { deleteSlice, MOST_SLICES, sliceTasksQuery, slicesQuery } from "./queries";
import { needsEvaluation } from "./query";
import { SliceTaskGrid } from "./tasks";

const FROM = "/inside/datasets/$datasetId/slices";

const fill = (datasetId: string): string => `from linlog import LinLogClient

client = LinLogClient()
client.slices.create(
    "${datasetId}",
    "small cells",
    {"field": "annotation.area", "op": "lt", "value": 1024},
)`;

/** What the form is open for: nothing, a new slice, or one that is there. */
type Editing = Slice | "new" | null;

export function SlicesPart(): ReactElement {
  const { datasetId } = useParams({ from: FROM });
  const { slice_id: chosen } = useSearch({ from: FROM });
  const { data, error, refetch } = useQuery(slicesQuery(datasetId));
  const manager = useMay("manager");
  const [editing, setEditing] = useState<Editing>(null);
  const close = (): void => setEditing(null);
  const newest = useNewestEvaluation(datasetId);
  const shown = data?.results.find(({ id }) => id === chosen);
  return (
    <>
      <Section
        title="Slices"
        note="Saved queries, so that a report can be read for a part of the tasks."
        actions={
          manager && (
            <>
              <AnnotatorSlices datasetId={datasetId} slices={data?.results} />
              <Button size="xs" variant="default" leftSection={<Icon name="plus" size={13} />} disabled={(data?.count ?? 0) >= MOST_SLICES} onClick={() => setEditing("new")}>
                Save a slice
              </Button>
            </>
          )
        }
      >
        {error !== null && <Failure error={error} retry={() => void refetch()} />}
        {data === undefined ? (
          error === null && <Skeleton height={160} radius={8} />
        ) : data.count === 0 ? (
          <Empty title="No slices yet" text="A slice takes the tasks for which its query holds: of one camera, with small objects, wherever the model missed something. Save one here, or from Python:">
            <Snippet code={fill(datasetId)} />
          </Empty>
        ) : (
          <SliceList datasetId={datasetId} slices={data.results} newest={newest} edit={manager ? setEditing : null} />
        )}
      </Section>
      {shown !== undefined && <SliceTaskGrid datasetId={datasetId} slice={shown} evaluation={needsEvaluation(shown.query) ? newest : undefined} />}
      <Modal opened={editing !== null} onClose={close} title={editing === "new" ? "Save a slice" : "Change the slice"} size={720} closeOnClickOutside={false}>
        {editing !== null && <SliceForm datasetId={datasetId} slice={editing === "new" ? null : editing} close={close} />}
      </Modal>
    </>
  );
}

// What a model did is asked of the newest evaluation.
function useNewestEvaluation(datasetId: string): Evaluation | undefined {
  const { data } = useQuery(evaluationsQuery({ dataset_id: datasetId }));
  return data?.results.find(({ state }) => state === "finished");
}

interface SliceListProps {
  datasetId: string;
  slices: readonly Slice[];
  newest: Evaluation | undefined;
  /** Null for those who may not. */
  edit: ((slice: Slice) => void) | null;
}

function SliceList({ datasetId, slices, newest, edit }: SliceListProps): ReactElement {
  const remove = useRemoval();
  const columns: TableColumn<Slice>[] = [
    {
      name: "name",
      title: "Name",
      value: ({ name }) => name,
      show: ({ id, name }) => (
        <Link to="/datasets/$datasetId/slices" params={{ datasetId }} search={{ slice_id: id }} className={cellLink} resetScroll={false}>
          <Said>{name}</Said>
        </Link>
      ),
    },
    { name: "query", title: "Takes", grows: true, value: ({ text }) => text, show: ({ text }) => <QueryText text={text} /> },
    { name: "tasks", title: "Tasks", right: true, show: (slice) => <SliceCount slice={slice} newest={newest} /> },
    { name: "created", title: "Saved", value: ({ created_date: date }) => date, show: ({ created_date: date }) => <When date={date} /> },
    ...(edit === null ? [] : [{ name: "do", title: <span className="visually-hidden">Change</span>, right: true, show: (slice: Slice) => <Doing slice={slice} edit={edit} remove={remove} /> }]),
  ];
  return <Table caption="Slices" file="slices.csv" rows={slices} rowKey={({ id }) => id} columns={columns} />;
}

function Doing({ slice, edit, remove }: { slice: Slice; edit: (slice: Slice) => void; remove: (slice: Slice) => void }): ReactElement {
  return (
    <span className={styles.doing}>
      <Button size="compact-xs" color="gray" variant="subtle" aria-label={`Change the slice ${slice.name}`} onClick={() => edit(slice)}>
        Change
      </Button>
      <DeleteButton word="Delete" name={`Delete the slice ${slice.name}`} run={() => remove(slice)} />
    </span>
  );
}

function QueryText({ text }: { text: string }): ReactElement {
  return (
    <span className={styles.query} title={text}>
      <Said>{text}</Said>
    </span>
  );
}

function useRemoval(): (slice: Slice) => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (slice: Slice) => deleteSlice(slice.id),
    onSuccess: (_told, slice) => notifications.show({ message: `The slice ${slice.name} is gone; its tasks stay.` }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
    // Its tasks cannot be asked for any more.
    onSettled: (_told, _error, slice) => queries.invalidateQueries({ queryKey: slicesQuery(slice.dataset_id ?? "").queryKey }),
  });
  return mutate;
}

function SliceCount({ slice, newest }: { slice: Slice; newest: Evaluation | undefined }): ReactElement {
  const judged = needsEvaluation(slice.query);
  const { data, error } = useQuery({ ...sliceTasksQuery(slice.id, judged ? newest?.id : undefined), enabled: !judged || newest !== undefined });
  if (judged && newest === undefined) return <Muted>of an evaluation</Muted>;
  if (error !== null) return <span title={error.message}>–</span>;
  if (data === undefined) return <Skeleton height={12} width={50} />;
  const of = judged && newest !== undefined ? `as ${newest.model_name} ${newest.model_version_name} was judged, the newest` : "of the dataset now";
  return (
    <span title={`${count(data.task_ids.length)} of ${count(data.of)} tasks, ${of}`}>
      <strong>{count(data.task_ids.length)}</strong> <Muted>{percent(data.task_ids.length, data.of)}</Muted>
    </span>
  );
}
