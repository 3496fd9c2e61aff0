/** Signing in with email and password. */
import { Anchor, Button, PasswordInput, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useRouter, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Door } from "../../ui/door";
import { Failure } from "../../ui/layout";
import { ApiFailure } from "../../wire/http";
import { setupQuery } from "../organisations/queries";
import { sessionQuery, signIn } from "./queries";

export function SignInPage(): ReactElement {
  const { data: setup } = useQuery(setupQuery);
  const enter = useEnter();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", password: "", code: "" },
    validate: { email: filled("Your email address"), password: filled("Your password") },
  });
  const attempt = useMutation({
    mutationFn: ({ email, password, code }: typeof form.values) => signIn(email.trim(), password, code.trim() === "" ? null : code),
    onSuccess: enter,
    onError: (error) => {
      if (error instanceof ApiFailure && error.code === "second_factor_needed") setAsked(true);
    },
  });
  const [asked, setAsked] = useState(false);
  const failed = attempt.isError && !(attempt.error instanceof ApiFailure && attempt.error.code === "second_factor_needed");
  const lead = setup?.needed
    ? "This server has no owner yet. Open the link that it printed when it started."
    : "Welcome back.";
  return (
    <Door title="Sign in" lead={lead} submit={form.onSubmit((values) => attempt.mutate(values))}>
      <TextInput size="md" label="Email" type="email" autoComplete="username" autoFocus key={form.key("email")} {...form.getInputProps("email")} />
      <PasswordInput size="md" label="Password" autoComplete="current-password" key={form.key("password")} {...form.getInputProps("password")} />
      {asked && <TextInput size="md" label="Code" description="Of your app, or a recovery code." autoComplete="one-time-code" inputMode="numeric" autoFocus key={form.key("code")} {...form.getInputProps("code")} />}
      {failed && <Failure error={attempt.error} />}
      <Button size="md" type="submit" loading={attempt.isPending} fullWidth mt={6}>
        Sign in
      </Button>
      <Anchor component={Link} to="/forgotten" size="sm">
        Forgot your password?
      </Anchor>
    </Door>
  );
}

/** Go in once the session is there: to where the reader wanted to go, on this server only. */
export function useEnter(): () => void {
  const queries = useQueryClient();
  const router = useRouter();
  const navigate = useNavigate();
  const { next } = useSearch({ strict: false });
  return () => {
    queries.removeQueries({ queryKey: sessionQuery.queryKey });
    const inside = next !== undefined && /^\/(?![/\\])/.test(next);
    if (inside) router.history.push(next);
    else void navigate({ to: "/projects" });
  };
}

function filled(what: string): (value: string) => string | null {
  return (value) => (value.trim() === "" ? `${what} is needed.` : null);
}
