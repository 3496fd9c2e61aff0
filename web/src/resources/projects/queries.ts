/** Projects, as the pages ask for them. */
import { keepPreviousData, queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Project, ProjectCreate, ProjectUpdate } from "../../wire/types";

export const MOST_PROJECTS = 500;

export const projectsQuery = () =>
  queryOptions({
    queryKey: ["projects", "list"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/projects", { params: { query: { limit: MOST_PROJECTS, newest_first: true } }, signal })),
    placeholderData: keepPreviousData,
  });

export function createProject(body: ProjectCreate): Promise<Project> {
  return told(api.POST("/api/v2/projects", { body }));
}

export function changeProject(projectId: string, change: ProjectUpdate): Promise<Project> {
  return told(api.PATCH("/api/v2/projects/{project_id}", { params: { path: { project_id: projectId } }, body: change }));
}

export const projectQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["projects", projectId],
    queryFn: ({ signal }) => told(api.GET("/api/v2/projects/{project_id}", { params: { path: { project_id: projectId } }, signal })),
  });

const MOST_MEMBERS = 1000;

export const membersQuery = (projectId: string) =>
  queryOptions({
    queryKey: ["projects", projectId, "members"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/projects/{project_id}/members", { params: { path: { project_id: projectId }, query: { limit: MOST_MEMBERS } }, signal })),
  });

export function addMember(projectId: string, userId: string): Promise<unknown> {
  return told(api.PUT("/api/v2/projects/{project_id}/members/{user_id}", { params: { path: { project_id: projectId, user_id: userId } } }));
}

export function deleteMember(projectId: string, userId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/projects/{project_id}/members/{user_id}", { params: { path: { project_id: projectId, user_id: userId } } }));
}
