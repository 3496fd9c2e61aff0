/** The address that the reader signs in with, and giving another one. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import type { ReactElement } from "react";

import { Failure, Panel, Section } from "../../ui/layout";
import { changeEmail, openSessionsQuery, sessionQuery } from "./queries";

export function EmailPart(): ReactElement {
  const queries = useQueryClient();
  const { data: session } = useSuspenseQuery(sessionQuery);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", password: "", code: "" },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : "An email address is needed."),
      password: (value) => (value === "" ? "Your password is needed." : null),
    },
  });
  const change = useMutation({
    mutationFn: changeEmail,
    onSuccess: async () => {
      form.reset();
      notifications.show({ message: "Your address is changed." });
      await queries.invalidateQueries({ queryKey: sessionQuery.queryKey });
      await queries.invalidateQueries({ queryKey: openSessionsQuery.queryKey });
    },
  });
  const send = ({ email, password, code }: { email: string; password: string; code: string }): void =>
    change.mutate({ email: email.trim(), password, code: code.trim() === "" ? null : code.trim() });
  return (
    <Section title="Email" note="Another one ends your other sessions.">
      <Panel padded>
        <form onSubmit={form.onSubmit(send)} style={{ display: "grid", gap: 14, maxWidth: 380 }}>
          <TextInput label="New email" type="email" autoComplete="email" key={form.key("email")} {...form.getInputProps("email")} />
          <PasswordInput label="Your password" autoComplete="current-password" key={form.key("password")} {...form.getInputProps("password")} />
          {session.user?.second_factor === true && (
            <TextInput label="Code" description="The six digits that your app shows." autoComplete="one-time-code" inputMode="numeric" key={form.key("code")} {...form.getInputProps("code")} />
          )}
          {change.isError && <Failure error={change.error} />}
          <Button type="submit" loading={change.isPending} style={{ justifySelf: "start" }}>
            Change the email
          </Button>
        </form>
      </Panel>
    </Section>
  );
}
