/** Projects, as the pages ask for them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Project, ProjectUpdate } from "../../wire/types";

export const MOST_PROJECTS = 500;

export const projectsQuery = () =>
  queryOptions({
    queryKey: ["projects", "list"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/projects", { params: { query: { limit: MOST_PROJECTS } }, signal })),
    placeholderData: keepPreviousData,
  });

export function changeProject(projectId: string, change: ProjectUpdate): Promise<Project> {
  return told(api.PATCH("/api/v2/projects/{project_id}", { params: { path: { project_id: projectId } }, body: change }));
}

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["projects", projectId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/projects/{project_id}", { params: { path: { project_id: projectId } }, signal })),
  });
