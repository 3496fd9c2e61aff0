/** The form that adds a label to a project. */
import { Button, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { paletteColour } from "../../ui/colours";
import { Failure } from "../../ui/layout";
import type { Shown } from "../../ui/use_dialog";
import { ApiFailure } from "../../wire/http";
import type { Project } from "../../wire/types";
import { projectQuery } from "../projects/queries";
import { LabelFields, shapesOf } from "./fields";
import type { LabelDraft } from "./fields";
import { createLabel } from "./queries";

interface DialogProps extends Shown {
  project: Project;
}

export function LabelDialog({ project, opened, close }: DialogProps): ReactElement {
  return (
    <Modal opened={opened} onClose={close} title="Add a label" size="lg">
      <LabelForm project={project} close={close} />
    </Modal>
  );
}

function LabelForm({ project, close }: Omit<DialogProps, "opened">): ReactElement {
  const [label, put] = useState<LabelDraft>({ name: "", shape: project.labels.at(-1)?.shape ?? shapesOf(project.type)[0]?.value ?? "box", colour: paletteColour(project.labels.length) });
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const create = useMutation({
    mutationFn: () => createLabel(project.id, { ...label, name: label.name.trim() }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: projectQuery(project.id).queryKey });
      close();
    },
  });
  const refused = create.error instanceof ApiFailure && create.error.field === "name" ? create.error.message : null;
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (label.name.trim() !== "") create.mutate();
  };
  return (
    <form onSubmit={submit} style={{ display: "grid", gap: 14 }} noValidate>
      <LabelFields label={label} type={project.type} put={put} error={(tried && label.name.trim() === "" && "A name is needed.") || refused} />
      {create.isError && refused === null && <Failure error={create.error} />}
      <Button type="submit" loading={create.isPending}>
        Add the label
      </Button>
    </form>
  );
}
