/** What can be done with the chosen tasks at once: a job of the server does it, and says what came of it. */
import { Autocomplete, Button, Menu, Modal, TagsInput, Textarea, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { Icon } from "../../ui/icons";
import { Failure } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { SUGGESTED } from "../../ui/suggested";
import type { TasksChange } from "../../wire/types";
import { batchesQuery } from "../batches/queries";
import { datasetNamed, datasetQuery, datasetsQuery } from "../datasets/queries";
import { projectQuery } from "../projects/queries";
import { useMay } from "../sessions/queries";
import { changeTasks, useOutcome } from "./changes";
import type { Chosen } from "./chosen";
import { exportTasks } from "./export";
import type { Listed } from "./pages";

type Action = "batch" | "add_tags" | "remove_tags" | "complete" | "open" | "rejected" | "add_to_dataset" | "remove_from_dataset" | "delete";

const TITLES: Record<Action, string> = {
  batch: "Move to a batch",
  add_tags: "Add tags",
  remove_tags: "Take tags away",
  complete: "Complete",
  open: "Open again",
  rejected: "Reject",
  add_to_dataset: "Add to a dataset",
  remove_from_dataset: "Take out of the dataset",
  delete: "Delete",
};
const OF_PROJECT: readonly Action[] = ["batch", "add_tags", "remove_tags", "complete", "open", "rejected", "add_to_dataset"];
const OF_DATASET: readonly Action[] = ["add_tags", "remove_tags", "add_to_dataset", "remove_from_dataset"];

export function Bulk({ listed, chosen }: { listed: Listed; chosen: Chosen }): ReactElement {
  const manager = useMay("manager");
  const [action, setAction] = useState<Action | null>(null);
  const queries = useQueryClient();
  const ours = listed.source.datasetId === undefined ? OF_PROJECT : OF_DATASET;
  return (
    <>
      <Menu position="bottom-start" withinPortal>
        <Menu.Target>
          <Button size="compact-xs" rightSection={<Icon name="down" size={11} />}>
            Do with them
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {manager &&
            ours.map((each) => (
              <Menu.Item key={each} onClick={() => setAction(each)}>
                {TITLES[each]} …
              </Menu.Item>
            ))}
          <Menu.Item onClick={() => void exportTasks(queries, listed, chosen)}>Download as JSON lines</Menu.Item>
          {manager && listed.source.projectId !== undefined && (
            <>
              <Menu.Divider />
              <Menu.Item color="var(--bad)" onClick={() => setAction("delete")}>
                {TITLES.delete} …
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={action !== null} onClose={() => setAction(null)} title={action === null ? "" : `${TITLES[action]}: ${counted(chosen.count, "task")}`}>
        {action !== null && <Form action={action} listed={listed} chosen={chosen} close={() => setAction(null)} />}
      </Modal>
    </>
  );
}

interface FormProps {
  action: Action;
  listed: Listed;
  chosen: Chosen;
  close: () => void;
}

function Form({ action, listed, chosen, close }: FormProps): ReactElement {
  const [value, setValue] = useState<string | string[]>(action === "add_tags" || action === "remove_tags" ? [] : "");
  const outcome = useOutcome();
  const queries = useQueryClient();
  const start = useMutation({
    mutationFn: async () => {
      const given = action === "add_to_dataset" ? await datasetNamed(queries, String(value).trim(), await typeOf(queries, listed)) : value;
      return changeTasks({ ...meant(listed, chosen), ...said(action, given, listed) });
    },
    onSuccess: (job) => {
      close();
      if (action === "delete") chosen.clear();
      outcome(job);
    },
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const ready = action === "delete" ? value === String(chosen.count) : ["complete", "open", "rejected", "remove_from_dataset"].includes(action) || String(value).trim() !== "";
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (ready) start.mutate();
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 14 }}>
      <Field action={action} listed={listed} count={chosen.count} value={value} setValue={setValue} />
      {start.isError && <Failure error={start.error} />}
      <Button type="submit" disabled={!ready} loading={start.isPending} {...(action === "delete" ? { color: "red" } : {})}>
        {TITLES[action]}
      </Button>
    </form>
  );
}

function Field({ action, listed, count: amount, value, setValue }: { action: Action; listed: Listed; count: number; value: string | string[]; setValue: (value: string | string[]) => void }): ReactElement {
  const { projectId } = listed.source;
  const { data: batches } = useQuery({ ...batchesQuery(projectId ?? ""), enabled: action === "batch" && projectId !== undefined });
  const { data: datasets } = useQuery({ ...datasetsQuery(), enabled: action === "add_to_dataset" });
  const text = Array.isArray(value) ? "" : value;
  if (action === "batch")
    return <Autocomplete data-autofocus {...SUGGESTED} label="Batch" description="Created where it is new." data={batches?.results.map(({ name }) => name) ?? []} value={text} onChange={setValue} />;
  if (action === "add_tags" || action === "remove_tags") return <TagsInput data-autofocus label="Tags" description="Enter after each." acceptValueOnBlur value={Array.isArray(value) ? value : []} onChange={setValue} />;
  if (action === "rejected") return <Textarea data-autofocus label="Why" value={text} onChange={(event) => setValue(event.currentTarget.value)} />;
  if (action === "add_to_dataset")
    return <Autocomplete data-autofocus {...SUGGESTED} label="Dataset" description="Created where it is new. It takes those that are complete." data={[...new Set(datasets?.results.map(({ name }) => name))]} value={text} onChange={setValue} />;
  if (action === "delete")
    return (
      <>
        <p style={{ margin: 0 }}>Annotations, reviews and places in datasets go with them. Nothing brings them back.</p>
        <TextInput data-autofocus label={`Type ${amount} to delete ${counted(amount, "task")}`} autoComplete="off" inputMode="numeric" value={text} onChange={(event) => setValue(event.currentTarget.value)} />
      </>
    );
  return <p style={{ margin: 0 }}>{action === "remove_from_dataset" ? "They stay in their projects." : `Tasks for which a rule forbids it stay as they are, and are counted. ${count(amount)} are asked for.`}</p>;
}

/** What the listed tasks mostly are. */
async function typeOf(queries: QueryClient, { source }: Listed): Promise<string> {
  const holder = source.projectId === undefined ? await queries.fetchQuery(datasetQuery(source.datasetId)) : await queries.fetchQuery(projectQuery(source.projectId));
  return holder.type;
}

function meant({ source, filters }: Listed, chosen: Chosen): TasksChange {
  if (!chosen.all) return { task_ids: [...chosen.ids] };
  const { evaluation_id: evaluationId, query = "" } = filters;
  const asked = evaluationId === undefined ? { query } : { query, evaluation_id: evaluationId };
  return source.projectId === undefined ? { ...asked, dataset_id: source.datasetId } : { ...asked, project_id: source.projectId };
}

function said(action: Action, value: string | string[], { source }: Listed): TasksChange {
  const text = Array.isArray(value) ? "" : value.trim();
  const tags = Array.isArray(value) ? value : [];
  if (action === "batch") return { batch: text };
  if (action === "add_tags") return { add_tags: tags };
  if (action === "remove_tags") return { remove_tags: tags };
  if (action === "rejected") return { decision: "rejected", ...(text === "" ? {} : { reason: text }) };
  if (action === "complete" || action === "open") return { decision: action };
  if (action === "add_to_dataset") return { add_to_dataset: text };
  if (action === "remove_from_dataset") return { remove_from_dataset: source.datasetId ?? null };
  return { delete: true };
}
