/** The first start of a server: the organisation and its owner. */
import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Door } from "../../ui/door";
import { Failure } from "../../ui/layout";
import { LEAST_PASSWORD, passwordFault } from "./password";
import { setUp } from "./queries";

export function SetupPage(): ReactElement {
  const { code = "" } = useSearch({ from: "/setup" });
  const queries = useQueryClient();
  const navigate = useNavigate();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { code, organisation: "", name: "", email: "", password: "" },
    validate: {
      code: (value) => (value.trim() === "" ? "The code that the server printed is needed." : null),
      organisation: (value) => (value.trim() === "" ? "A name is needed." : null),
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : "An email address is needed."),
      password: passwordFault,
    },
  });
  const attempt = useMutation({
    mutationFn: setUp,
    onSuccess: () => {
      queries.clear();
      void navigate({ to: "/projects" });
    },
  });
  return (
    <Door
      title="Set up linlog"
      lead="Name your organisation and become its owner. Others are added later, in the settings."
      submit={form.onSubmit((values) => attempt.mutate(values))}
    >
      {code === "" && <TextInput size="md" label="One-time code" description="The server printed it when it started." key={form.key("code")} {...form.getInputProps("code")} />}
      <TextInput size="md" label="Organisation" autoComplete="organization" autoFocus key={form.key("organisation")} {...form.getInputProps("organisation")} />
      <TextInput size="md" label="Your name" autoComplete="name" key={form.key("name")} {...form.getInputProps("name")} />
      <TextInput size="md" label="Email" type="email" autoComplete="username" key={form.key("email")} {...form.getInputProps("email")} />
      <PasswordInput size="md" label="Password" description={`At least ${LEAST_PASSWORD} characters. A few words in a row are good.`} autoComplete="new-password" key={form.key("password")} {...form.getInputProps("password")} />
      {attempt.isError && <Failure error={attempt.error} />}
      <Button size="md" type="submit" loading={attempt.isPending} fullWidth mt={6}>
        Create and sign in
      </Button>
    </Door>
  );
}
