/** The colours of labels, by project and by dataset. */
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";

import { coloursOf } from "../../ui/colours";
import type { Colours } from "../../ui/colours";
import { api, told } from "../../wire/http";
import type { Label } from "../../wire/types";
import { datasetQuery } from "../datasets/queries";
import { projectQuery } from "../projects/queries";

/** How a project colours its labels. */
export function useProjectColours(projectId: string | null): Colours {
  const { data } = useQuery({ ...projectQuery(projectId ?? ""), enabled: projectId !== null });
  return useMemo(() => coloursOf((data?.labels ?? []).map(({ name, colour }) => [name, colour] as const)), [data]);
}

/** How a dataset's labels are coloured: as in the project that it was made from. */
export function useDatasetColours(datasetId: string | undefined): Colours {
  const { data: dataset } = useQuery({ ...datasetQuery(datasetId ?? ""), enabled: datasetId !== undefined });
  const projectId = dataset?.project_id ?? null;
  const { data: project } = useQuery({ ...projectQuery(projectId ?? ""), enabled: projectId !== null });
  return useMemo(() => {
    const known = (project?.labels ?? []).map(({ name, colour }) => [name, colour] as const);
    const names = new Set(known.map(([name]) => name));
    const others = (dataset?.labels ?? []).filter(({ label }) => !names.has(label)).map(({ label }) => [label, null] as const);
    return coloursOf([...known, ...others]);
  }, [dataset, project]);
}

export function changeColour(labelId: string, colour: string): Promise<Label> {
  return told(api.PATCH("/api/v2/labels/{label_id}", { params: { path: { label_id: labelId } }, body: { colour } }));
}
