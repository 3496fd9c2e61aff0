/** The form of a new dataset: its name, and the project whose completed tasks it takes. */
import { Button, Modal, Select, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { Failure } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import type { Shown } from "../../ui/use_dialog";
import { ApiFailure } from "../../wire/http";
import { projectsQuery } from "../projects/queries";
import { createDataset, datasetsQuery } from "./queries";

export function DatasetDialog({ opened, close }: Shown): ReactElement {
  return (
    <Modal opened={opened} onClose={close} title="New dataset" closeOnClickOutside={false}>
      <DatasetForm />
    </Modal>
  );
}

function DatasetForm(): ReactElement {
  const { data: projects } = useQuery(projectsQuery());
  const [name, setName] = useState("");
  const [projectId, choose] = useState<string | null>(null);
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: (from: string) => createDataset(name, from),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: datasetsQuery().queryKey });
      await navigate({ to: "/datasets/$datasetId", params: { datasetId: id } });
    },
  });
  const refused = create.error instanceof ApiFailure && create.error.field === "name" ? create.error.message : null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (name.trim() !== "" && projectId !== null) create.mutate(projectId);
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 14 }} noValidate>
      <TextInput label="Name" autoComplete="off" data-autofocus value={name} onChange={(event) => setName(event.currentTarget.value)} error={(tried && name.trim() === "" && "A name is needed.") || refused} />
      <Select
        label="Project"
        description="Every task of it that is complete now; more can be added from its list."
        searchable
        data={(projects?.results ?? []).map(({ id, title, completed_count: complete }) => ({ value: id, label: `${title} · ${counted(complete, "complete task")}` }))}
        value={projectId}
        onChange={choose}
        error={tried && projectId === null && "A project is needed."}
      />
      {create.isError && refused === null && <Failure error={create.error} />}
      <Button type="submit" loading={create.isPending}>
        Create the dataset
      </Button>
    </form>
  );
}
