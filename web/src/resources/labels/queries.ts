/** The colours of labels, by project and by dataset. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { coloursOf } from "../../ui/colours";
import type { Colours } from "../../ui/colours";
import { api, told } from "../../wire/http";
import type { Dataset, Label, LabelCreate, Project } from "../../wire/types";
import { datasetQuery } from "../datasets/queries";
import { projectQuery } from "../projects/queries";

/** How a project colours its labels. */
export function useProjectColours(projectId: string | null): Colours {
  const { data } = useQuery({ ...projectQuery(projectId ?? ""), enabled: projectId !== null });
  return useMemo(() => coloursOf((data?.labels ?? []).map(({ name, colour }) => [name, colour] as const)), [data]);
}

/** How a dataset's labels are coloured: as in the projects that its tasks come from. */
export function useDatasetColours(datasetId: string | undefined): Colours {
  const { data } = useQuery({ ...datasetQuery(datasetId ?? ""), enabled: datasetId !== undefined });
  return useMemo(() => datasetColours(data), [data]);
}

export function datasetColours(dataset: Pick<Dataset, "labels"> | undefined): Colours {
  return coloursOf((dataset?.labels ?? []).map(({ label, colour }) => [label, colour] as const));
}

export function createLabel(projectId: string, body: LabelCreate): Promise<Label> {
  return told(api.POST("/api/v2/projects/{project_id}/labels", { params: { path: { project_id: projectId } }, body }));
}

export function changeColour(labelId: string, colour: string): Promise<Label> {
  return told(api.PATCH("/api/v2/labels/{label_id}", { params: { path: { label_id: labelId } }, body: { colour } }));
}

export function changeOneLabel(projectId: string, oneLabel: boolean): Promise<Project> {
  return told(api.PATCH("/api/v2/projects/{project_id}", { params: { path: { project_id: projectId } }, body: { one_label: oneLabel } }));
}
