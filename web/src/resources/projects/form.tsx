/** The form of a new project: what it is called, what its tasks are, and its first labels. */
import { ActionIcon, Button, Input, Modal, Radio, Switch, TextInput } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useRef, useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { paletteColour } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import { Failure } from "../../ui/layout";
import type { Shown } from "../../ui/use_dialog";
import { ApiFailure } from "../../wire/http";
import { LabelFields, shapesOf } from "../labels/fields";
import type { LabelDraft } from "../labels/fields";
import styles from "./form.module.css";
import { faultsOf, sentOf } from "./new_project";
import type { NewProject } from "./new_project";
import { createProject, projectsQuery } from "./queries";
import { typeName } from "./words";

const TYPES = [
  { type: "image", about: "boxes, polygons, masks, lines, points" },
  { type: "ner", about: "names and other parts of texts" },
  { type: "categorisation", about: "images, texts and pages as a whole" },
];

const firstLabel = (type: string, place: number): LabelDraft => ({ name: "", shape: shapesOf(type)[0]?.value ?? "box", colour: paletteColour(place) });

export function ProjectDialog({ opened, close }: Shown): ReactElement {
  return (
    <Modal opened={opened} onClose={close} title="New project" size="lg" closeOnClickOutside={false}>
      <ProjectForm />
    </Modal>
  );
}

function ProjectForm(): ReactElement {
  const [project, put] = useState<NewProject>({ title: "", type: "image", labels: [firstLabel("image", 0)], reviewed: false, oneLabel: false });
  const [tried, setTried] = useState(false);
  const queries = useQueryClient();
  const navigate = useNavigate();
  const create = useMutation({
    mutationFn: () => createProject(sentOf(project)),
    onSuccess: async ({ id }) => {
      await queries.invalidateQueries({ queryKey: projectsQuery().queryKey });
      await navigate({ to: "/projects/$projectId", params: { projectId: id } });
    },
  });
  const faults = faultsOf(project, create.error instanceof ApiFailure ? create.error : null);
  const change = (next: Partial<NewProject>): void => {
    put({ ...project, ...next });
    create.reset();
  };
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    setTried(true);
    if (faults.none) create.mutate();
  };
  return (
    <form onSubmit={submit} className={styles.form} noValidate>
      <TextInput label="Title" autoComplete="off" data-autofocus value={project.title} onChange={(event) => change({ title: event.currentTarget.value })} error={tried && faults.title} />
      <Radio.Group label="What is labelled" value={project.type} onChange={(type) => change({ type, labels: project.labels.map((label) => ({ ...label, shape: firstLabel(type, 0).shape })) })}>
        <div className={styles.types}>
          {TYPES.map(({ type, about }) => (
            <Radio key={type} value={type} label={typeName(type)} description={about} />
          ))}
        </div>
      </Radio.Group>
      <Labels type={project.type} labels={project.labels} put={(labels) => change({ labels })} faults={tried ? faults.labels : []} />
      {project.type === "categorisation" && <Switch label="One label of the whole" description="Another label takes its place." checked={project.oneLabel} onChange={(event) => change({ oneLabel: event.currentTarget.checked })} />}
      <Switch label="Review what is submitted" description="It is complete when a reviewer accepts it." checked={project.reviewed} onChange={(event) => change({ reviewed: event.currentTarget.checked })} />
      {create.isError && faults.none && <Failure error={create.error} />}
      <Button type="submit" loading={create.isPending}>
        Create the project
      </Button>
    </form>
  );
}

interface LabelsProps {
  type: string;
  labels: readonly LabelDraft[];
  put: (labels: LabelDraft[]) => void;
  faults: readonly (string | undefined)[];
}

function focus(rows: HTMLElement | null, place: number): void {
  rows?.querySelectorAll<HTMLInputElement>("[data-label]")[place]?.focus();
}

function Labels({ type, labels, put, faults }: LabelsProps): ReactElement {
  const rows = useRef<HTMLFieldSetElement>(null);
  const added = useRef(false);
  useEffect(() => {
    if (added.current) focus(rows.current, labels.length - 1);
    added.current = false;
  }, [labels.length]);
  // The next label has the shape of the one before it: most projects draw with one.
  const add = (): void => {
    put([...labels, { ...firstLabel(type, labels.length), ...(labels.at(-1) === undefined ? {} : { shape: labels.at(-1)?.shape ?? "box" }) }]);
    added.current = true;
  };
  const remove = (place: number): void => {
    put(labels.filter((_, at) => at !== place));
    focus(rows.current, Math.max(0, place - 1));
  };
  return (
    <fieldset className={styles.labels} ref={rows}>
      <Input.Label component="legend" className={styles.legend}>
        Labels
      </Input.Label>
      {labels.map((label, place) => (
        <LabelFields
          // oxlint-disable-next-line react/no-array-index-key -- a row has no other name, and rows are not moved
          key={place}
          place={place + 1}
          label={label}
          type={type}
          put={(next) => put(labels.map((other, at) => (at === place ? next : other)))}
          error={faults[place]}
          enter={() => (place === labels.length - 1 ? add() : focus(rows.current, place + 1))}
        >
          {labels.length > 1 && (
            <ActionIcon variant="subtle" color="gray" size="md" aria-label={`Remove label ${place + 1}`} onClick={() => remove(place)}>
              <Icon name="close" size={13} />
            </ActionIcon>
          )}
        </LabelFields>
      ))}
      <span>
        <Button size="compact-sm" variant="subtle" leftSection={<Icon name="plus" size={12} />} onClick={add}>
          Add a label
        </Button>
      </span>
    </fieldset>
  );
}
