/** Asks for the password once more, where a session is old and something sensitive is wanted. */
import { Button, Group, Modal, PasswordInput, TextInput } from "@mantine/core";
import { useMutation, useSuspenseQuery } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { FormEvent, ReactElement } from "react";

import { Failure } from "../../ui/layout";
import { onPresenceNeeded } from "../../wire/http";
import { prove, sessionQuery } from "./queries";

export function PresenceDialog(): ReactElement {
  const [asked, setAsked] = useState(false);
  const answer = useRef<(given: boolean) => void>(() => undefined);
  useEffect(() => {
    onPresenceNeeded(() => {
      setAsked(true);
      return new Promise((resolve) => {
        answer.current = resolve;
      });
    });
    return () => onPresenceNeeded(() => Promise.resolve(false));
  }, []);
  const finish = (given: boolean): void => {
    setAsked(false);
    answer.current(given);
  };
  return (
    <Modal opened={asked} onClose={() => finish(false)} title="Is it you?" closeOnClickOutside={false} zIndex={400}>
      <Proof finish={finish} />
    </Modal>
  );
}

function Proof({ finish }: { finish: (given: boolean) => void }): ReactElement {
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
