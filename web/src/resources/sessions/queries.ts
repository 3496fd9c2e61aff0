/** Who is signed in. */
import { queryOptions } from "@tanstack/react-query";
import { useSuspenseQuery } from "@tanstack/react-query";

import { api, told } from "../../wire/http";
import type { RecoveryCodes, Role, SecondFactor, Session } from "../../wire/types";

export const sessionQuery = queryOptions({
  queryKey: ["session"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/session", { signal })),
  staleTime: 5 * 60_000,
});

export function signIn(email: string, password: string, code: string | null): Promise<Session> {
  return told(api.POST("/api/v2/sessions", { body: { email, password, code } }));
}

export const openSessionsQuery = queryOptions({
  queryKey: ["sessions"],
  queryFn: ({ signal }) => told(api.GET("/api/v2/sessions", { signal })),
});

export function endSession(sessionId: string): Promise<unknown> {
  return told(api.DELETE("/api/v2/sessions/{session_id}", { params: { path: { session_id: sessionId } } }));
}

/** Give the password once more, for what asks for it. */
export function prove(body: { password: string; code: string | null }): Promise<Session> {
  return told(api.POST("/api/v2/sessions/presence", { body }));
}

export function beginSecondFactor(): Promise<SecondFactor> {
  return told(api.POST("/api/v2/sessions/second-factor"));
}

export function confirmSecondFactor(code: string): Promise<RecoveryCodes> {
  return told(api.POST("/api/v2/sessions/second-factor/confirmation", { body: { code } }));
}

export function giveUpSecondFactor(): Promise<unknown> {
  return told(api.DELETE("/api/v2/sessions/second-factor"));
}

export function changePassword(body: { old_password: string; new_password: string }): Promise<Session> {
  return told(api.POST("/api/v2/sessions/password", { body }));
}

export function changeEmail(body: { email: string; password: string; code: string | null }): Promise<Session> {
  return told(api.POST("/api/v2/sessions/email", { body }));
}

export function signOut(): Promise<unknown> {
  return told(api.DELETE("/api/v2/session"));
}

/** Whether the reader sees every project; who does not sees no datasets, models, evaluations and jobs. */
export function useSeesEveryProject(): boolean {
  return useSuspenseQuery(sessionQuery).data.every_project ?? true;
}

const ROLES: readonly NonNullable<Role>[] = ["viewer", "annotator", "reviewer", "manager", "admin", "owner"];

/** Whether the reader has a role or a more powerful one. */
export function useMay(role: NonNullable<Role>): boolean {
  const { data } = useSuspenseQuery(sessionQuery);
  return ROLES.indexOf(data.role as NonNullable<Role>) >= ROLES.indexOf(role);
}
