/** The reader's account: their address and password, the browsers in which they are signed in, their tokens. */
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { Failure, Page, PageHead, Panel, Section } from "../../ui/layout";
import { Said } from "../../ui/text";
import { LEAST_PASSWORD, passwordFault } from "../organisations/password";
import { TokensPart } from "../tokens/list";
import { EmailPart } from "./email";
import { OpenSessions } from "./open_sessions";
import { changePassword, endSession, openSessionsQuery, sessionQuery } from "./queries";
import { SecondFactorPart } from "./second_factor";

export function AccountPage(): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return (
    <Page narrow>
      <PageHead title="Your account" meta={<Said>{session.user?.email ?? ""}</Said>} />
      <EmailPart />
      <Section title="Password" note="A new one ends your other sessions.">
        <Panel padded>
          <NewPassword />
        </Panel>
      </Section>
      <SecondFactorPart />
      <SessionsPart />
      <TokensPart own />
    </Page>
  );
}

function NewPassword(): ReactElement {
  const queries = useQueryClient();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { old_password: "", new_password: "" },
    validate: {
      old_password: (value) => (value === "" ? "Your password is needed." : null),
      new_password: passwordFault,
    },
  });
  const change = useMutation({
    mutationFn: changePassword,
    onSuccess: async () => {
      form.reset();
      notifications.show({ message: "Your password is changed." });
      await queries.invalidateQueries({ queryKey: openSessionsQuery.queryKey });
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => change.mutate(values))} style={{ display: "grid", gap: 14, maxWidth: 380 }}>
      <PasswordInput label="Current password" autoComplete="current-password" key={form.key("old_password")} {...form.getInputProps("old_password")} />
      <PasswordInput label="New password" description={`At least ${LEAST_PASSWORD} characters. A few words in a row are good.`} autoComplete="new-password" key={form.key("new_password")} {...form.getInputProps("new_password")} />
      {change.isError && <Failure error={change.error} />}
      <Button type="submit" loading={change.isPending} style={{ justifySelf: "start" }}>
        Change the password
      </Button>
    </form>
  );
}

function SessionsPart(): ReactElement {
  const queries = useQueryClient();
  const { data, error } = useQuery(openSessionsQuery);
  const end = useMutation({
    mutationFn: endSession,
    onError: (failed) => notifications.show({ color: "red", message: failed.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: openSessionsQuery.queryKey }),
  });
  return (
    <Section title="Sessions" note="Where you are signed in.">
      {error !== null && <Failure error={error} />}
      <OpenSessions rows={data?.results ?? []} end={end.mutate} />
    </Section>
  );
}
