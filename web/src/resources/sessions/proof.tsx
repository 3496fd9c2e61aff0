/** The form in which somebody proves that it is them, with their password and where they have one a code. */
import { Button, Group, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FormEvent, ReactElement } from "react";

import { Failure } from "../../ui/layout";
import { prove, sessionQuery } from "./queries";

export default function Proof({ finish }: { finish: (given: boolean) => void }): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  const coded = session.user?.second_factor === true;
  const [password, setPassword] = useState("");
  const [code, setCode] = useState("");
  const proof = useMutation({ mutationFn: prove, onSuccess: () => finish(true) });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    // The dialog may stand over the form that it was asked for.
    event.stopPropagation();
    proof.mutate({ password, code: coded ? code : null });
  };
  return (
    <form onSubmit={send} style={{ display: "grid", gap: 14 }}>
      <PasswordInput label="Your password" description="You signed in a while ago, and this changes who can do what." autoComplete="current-password" data-autofocus value={password} onChange={(event) => setPassword(event.currentTarget.value)} />
      {coded && <TextInput label="Code" description="Of your app, or a recovery code." autoComplete="one-time-code" inputMode="numeric" value={code} onChange={(event) => setCode(event.currentTarget.value)} />}
      {proof.isError && <Failure error={proof.error} />}
      <Group justify="flex-end" gap={8}>
        <Button variant="default" onClick={() => finish(false)}>
          Cancel
        </Button>
        <Button type="submit" loading={proof.isPending} disabled={password === "" || (coded && code === "")}>
          Go on
        </Button>
      </Group>
    </form>
  );
}
