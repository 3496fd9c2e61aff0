/** The reader's account: their password, the browsers in which they are signed in, their tokens. */
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { DeleteButton } from "../../ui/delete_button";
import { Failure, Page, PageHead, Panel, Section } from "../../ui/layout";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { OpenSession } from "../../wire/types";
import { LEAST_PASSWORD, passwordFault } from "../organisations/password";
import { TokensPart } from "../tokens/list";
import { changePassword, endSession, openSessionsQuery, sessionQuery } from "./queries";
import { SecondFactorPart } from "./second_factor";

export function AccountPage(): ReactElement {
  const { data: session } = useSuspenseQuery(sessionQuery);
  return (
    <Page>
      <PageHead title="Your account" meta={<Said>{session.user?.email ?? ""}</Said>} />
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
      <PasswordInput label="Password now" autoComplete="current-password" key={form.key("old_password")} {...form.getInputProps("old_password")} />
      <PasswordInput label="New password" description={`At least ${LEAST_PASSWORD} characters. A few words in a row are good.`} autoComplete="new-password" key={form.key("new_password")} {...form.getInputProps("new_password")} />
      {change.isError && <Failure error={change.error} />}
      <Button type="submit" loading={change.isPending} style={{ justifySelf: "start" }}>
        Change it
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
      <Table caption="Sessions" rows={data?.results ?? []} rowKey={({ id }) => id} columns={columns(end.mutate)} />
    </Section>
  );
}

function columns(end: (sessionId: string) => void): TableColumn<OpenSession>[] {
  return [
    { name: "program", title: "Browser", grows: true, show: ({ program }) => <Said>{program === "" ? "unknown" : program}</Said> },
    { name: "source", title: "From", show: ({ source }) => <code>{source}</code> },
    { name: "created", title: "Signed in", value: (row) => row.created_date, show: (row) => <When date={row.created_date} /> },
    { name: "used", title: "Last used", value: (row) => row.last_used_date, show: (row) => <When date={row.last_used_date} /> },
    {
      name: "end",
      title: <span className="visually-hidden">End</span>,
      right: true,
      show: (row) => (row.current ? <Badge tone="good">this one</Badge> : <DeleteButton word="End" name={`End the session from ${row.source}`} run={() => end(row.id)} />),
    },
  ];
}
