/** The people of the organisation. */
import { queryOptions } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { Invitation, InvitationCreate, Role, User, UserCreate, UserUpdate } from "../../wire/types";

export const ROLES: readonly NonNullable<Role>[] = ["viewer", "annotator", "reviewer", "manager", "admin", "owner"];

export const usersQuery = queryOptions({
  queryKey: ["users"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/users", { params: { query: { limit: 1000 } }, signal })),
});

export const sessionsOfQuery = (userId: string) =>
  queryOptions({
    queryKey: ["users", userId, "sessions"],
    queryFn: ({ signal }) => told(api.GET("/api/v2/users/{user_id}/sessions", { params: { path: { user_id: userId } }, signal })),
  });

export function endSessionOf(userId: string, sessionId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/users/{user_id}/sessions/{session_id}", { params: { path: { user_id: userId, session_id: sessionId } } }));
}

export function endSessionsOf(userId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/users/{user_id}/sessions", { params: { path: { user_id: userId } } }));
}

export function resetSecondFactor(userId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/users/{user_id}/second-factor", { params: { path: { user_id: userId } } }));
}

export function inviteUser(body: InvitationCreate): Promise<Invitation> {
  return told(api.POST("/api/v2/users/invitations", { body }));
}

export function askForReset(email: string): Promise<{ detail: string }> {
  return told(api.POST("/api/v2/users/password-resets", { body: { email } }));
}

export function choosePassword(body: { secret: string; password: string }): Promise<unknown> {
  return told(api.POST("/api/v2/users/passwords", { body }));
}

export function createUser(body: UserCreate): Promise<User> {
  return told(api.POST("/api/v2/users", { body }));
}

export function updateUser(userId: string, body: UserUpdate): Promise<User> {
  return told(api.PATCH("/api/v2/users/{user_id}", { params: { path: { user_id: userId } }, body }));
}
