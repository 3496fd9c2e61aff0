/** The reader's second factor: taken up with a picture and a first code, and given up again. */
import { Alert, Button, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { FormEvent, ReactElement } from "react";

import { DeleteButton } from "../../ui/delete_button";
import { Icon } from "../../ui/icons";
import { Failure, Panel, Section } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";
import type { SecondFactor } from "../../wire/types";
import { beginSecondFactor, confirmSecondFactor, giveUpSecondFactor, openSessionsQuery, sessionQuery } from "./queries";

export function SecondFactorPart(): ReactElement {
  const queries = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [codes, setCodes] = useState<readonly string[] | null>(null);
  const begin = useMutation({ mutationFn: beginSecondFactor });
  const refresh = (): void => {
    begin.reset();
    void queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
    void queries.invalidateQueries({ queryKey: openSessionsQuery.queryKey });
  };
  const end = useMutation({
    mutationFn: giveUpSecondFactor,
    onSuccess: refresh,
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  const kept = (told: readonly string[]): void => {
    setCodes(told);
    refresh();
  };
  return (
    <Section title="Second factor" note="A code of an app on your phone, beside the password.">
      <Panel padded>
        <div style={{ display: "grid", gap: 14, maxWidth: 460, justifyItems: "start" }}>
          {codes !== null && <Codes codes={codes} close={() => setCodes(null)} />}
          {session.user?.second_factor === true ? (
            <span>
              You give a code when you sign in. <DeleteButton word="Give up" name="Give up the second factor" run={() => end.mutate()} />
            </span>
          ) : begin.data === undefined ? (
            <Button variant="default" loading={begin.isPending} onClick={() => begin.mutate()}>
              Take a second factor
            </Button>
          ) : (
            <Confirmation begun={begin.data} done={kept} />
          )}
          {begin.isError && <Failure error={begin.error} />}
        </div>
      </Panel>
    </Section>
  );
}

// It opens below what was pressed, mostly outside the window.
function intoView(form: HTMLFormElement | null): void {
  form?.scrollIntoView({ block: "nearest" });
}

function Confirmation({ begun, done }: { begun: SecondFactor; done: (codes: readonly string[]) => void }): ReactElement {
  const [code, setCode] = useState("");
  const confirm = useMutation({ mutationFn: confirmSecondFactor, onSuccess: (told) => done(told.recovery_codes) });
  const send = (event: FormEvent): void => {
    event.preventDefault();
    confirm.mutate(code);
  };
  return (
    <form ref={intoView} onSubmit={send} style={{ display: "grid", gap: 14, justifyItems: "start" }}>
      <img alt="The QR code that your app reads" width={196} height={196} src={`data:image/svg+xml,${encodeURIComponent(begun.picture)}`} />
      <span>
        Or type this into the app: <code style={{ overflowWrap: "anywhere" }}>{begun.secret}</code>
      </span>
      <TextInput label="First code" description="The six digits that the app shows." autoComplete="one-time-code" inputMode="numeric" value={code} onChange={(event) => setCode(event.currentTarget.value)} />
      {confirm.isError && <Failure error={confirm.error} />}
      <Button type="submit" loading={confirm.isPending} disabled={code.trim() === ""}>
        Confirm
      </Button>
    </form>
  );
}

function Codes({ codes, close }: { codes: readonly string[]; close: () => void }): ReactElement {
  return (
    <div style={{ display: "grid", gap: 14, justifyItems: "start" }}>
      <Alert color="yellow" variant="light" icon={<Icon name="warning" />}>
        Keep these recovery codes: each is good once, if you lose the app. They are shown this once.
      </Alert>
      <Snippet code={codes.join("\n")} />
      <Button variant="default" onClick={close}>
        I have stored them
      </Button>
    </div>
  );
}
