/** Where another person is signed in, and what an admin ends of theirs. */
import { Button } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { DeleteButton } from "../../ui/delete_button";
import { Failure, Muted } from "../../ui/layout";
import { useChange } from "../../ui/use_change";
import type { User } from "../../wire/types";
import { OpenSessions } from "../sessions/open_sessions";
import { endSessionOf, endSessionsOf, resetSecondFactor, sessionsOfQuery, usersQuery } from "./queries";

export function SessionsOf({ user, close }: { user: User; close: () => void }): ReactElement {
  const { data, error } = useQuery(sessionsOfQuery(user.id));
  const change = useChange(sessionsOfQuery(user.id).queryKey, usersQuery.queryKey);
  const rows = data?.results ?? [];
  return (
    <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 14 }}>
      {error !== null && <Failure error={error} />}
      {data !== undefined && rows.length === 0 ? (
        <Muted>They are signed in nowhere.</Muted>
      ) : (
        <OpenSessions rows={rows} end={(sessionId) => change.mutate(() => endSessionOf(user.id, sessionId))} />
      )}
      {user.second_factor && <Muted>They give a code of an app when they sign in. Without it they sign in with the password alone.</Muted>}
      <div style={{ display: "flex", gap: 8, flexWrap: "wrap", alignItems: "center" }}>
        {rows.length > 0 && <DeleteButton word="End all" name={`End all sessions of ${user.email}`} run={() => change.mutate(() => endSessionsOf(user.id))} />}
        {user.second_factor && <DeleteButton word="Reset the second factor" name={`Reset the second factor of ${user.email}`} run={() => change.mutate(() => resetSecondFactor(user.id))} />}
        <Button variant="default" onClick={close} ml="auto">
          Done
        </Button>
      </div>
    </div>
  );
}
