/** A project's labels: what annotations may be called, each with its colour. */
import { Button, ColorInput, Switch } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { lazy } from "react";
import type { ReactElement } from "react";

import { LabelChip } from "../../ui/badge";
import { PALETTE } from "../../ui/colours";
import type { Colours } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import { Empty } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import { useDialog } from "../../ui/use_dialog";
import type { Label, Project } from "../../wire/types";
import { projectQuery } from "../projects/queries";
import { useMay } from "../sessions/queries";
import { asking } from "../tasks/search";
import { changeColour, changeOneLabel, useProjectColours } from "./queries";

const LabelDialog = lazy(async () => ({ default: (await import("./form")).LabelDialog }));

/** A label's name and shape that fit what the tasks of a project mostly are. */
const FIRST_LABELS: Record<string, [name: string, shape: string]> = {
  categorisation: ["sports", "whole"],
  ner: ["person", "span"],
  geospatial: ["field", "geo"],
};

function fill({ id, type }: Project): string {
  const [name, shape] = FIRST_LABELS[type] ?? ["red cell", "box"];
  return `from linlog import LinLogClient

client = LinLogClient()
project_id = "${id}"
client.create_project_label(project_id, "${name}", shape="${shape}")`;
}

export function LabelsPart(): ReactElement {
  const { projectId } = useParams({ from: "/inside/projects/$projectId/labels" });
  const { data: project } = useQuery(projectQuery(projectId));
  const colours = useProjectColours(projectId);
  const manager = useMay("manager");
  if (project?.labels.length === 0) {
    return (
      <Empty title="No labels yet" text="Labels are the names that annotations carry. They come with the first annotations, are added here, or from Python:">
        <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 16 }}>
          {manager && <NewLabel project={project} />}
          <Snippet code={fill(project)} />
        </div>
      </Empty>
    );
  }
  return (
    <>
      <Table caption="Labels" file="labels.csv" rows={project?.labels ?? []} rowKey={(label) => label.id} columns={columns(project?.labels ?? [], colours, manager)} />
      {project !== undefined && manager && <NewLabel project={project} />}
      {project !== undefined && <OneLabelRule project={project} may={manager} />}
    </>
  );
}

function NewLabel({ project }: { project: Project }): ReactElement {
  const [open, dialog] = useDialog((shown) => <LabelDialog project={project} {...shown} />);
  return (
    <>
      <span>
        <Button mt={project.labels.length === 0 ? 0 : 12} size="xs" variant="default" leftSection={<Icon name="plus" size={13} />} onClick={open}>
          Add a label
        </Button>
      </span>
      {dialog}
    </>
  );
}

function OneLabelRule({ project, may }: { project: Project; may: boolean }): ReactElement {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (oneLabel: boolean) => changeOneLabel(project.id, oneLabel),
    onSuccess: () => queries.invalidateQueries({ queryKey: projectQuery(project.id).queryKey }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <Switch
      mt={20}
      label="One label of the whole"
      description="An item that is labelled as a whole has one label at most: another takes its place."
      checked={change.isPending ? change.variables : project.one_label}
      disabled={!may || change.isPending}
      onChange={(event) => change.mutate(event.currentTarget.checked)}
    />
  );
}

// A name has one colour on every page, whichever shapes it comes with.
function columns(labels: readonly Label[], colours: Colours, manager: boolean): TableColumn<Label>[] {
  return [
    {
      name: "label",
      title: "Label",
      value: (label) => label.name,
      show: (label) => (
        <Link to="/projects/$projectId" params={{ projectId: label.project_id }} search={asking("annotation.label", label.name)} className={cellLink}>
          <LabelChip name={label.name} colour={colours(label.name)} />
        </Link>
      ),
    },
    { name: "display_name", title: "Shown as", value: (label) => label.display_name, show: (label) => <Said>{label.display_name ?? "–"}</Said> },
    { name: "shape", title: "Shape", value: (label) => label.shape, show: (label) => label.shape },
    {
      name: "colour",
      title: "Colour",
      show: (label) => {
        const colour = colours(label.name);
        if (!manager) return <code>{colour}</code>;
        const same = labels.filter(({ name }) => name === label.name);
        return <ColourField key={same.length > 1 ? colour : label.id} label={label} colour={colour} same={same} />;
      },
    },
  ];
}

function ColourField({ label, colour: now, same }: { label: Label; colour: string; same: readonly Label[] }): ReactElement {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (colour: string) => Promise.all(same.map(({ id }) => changeColour(id, colour))),
    onSettled: () => queries.invalidateQueries({ queryKey: projectQuery(label.project_id).queryKey }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (
    <ColorInput
      aria-label={`Colour of ${label.name}`}
      size="xs"
      w={124}
      format="hex"
      withEyeDropper={false}
      swatches={[...PALETTE]}
      defaultValue={now}
      onChangeEnd={(colour) => /^#[0-9a-f]{6}$/i.test(colour) && change.mutate(colour)}
    />
  );
}
