/** Choosing a password by a link that was given, which is good once. */
import { Button, PasswordInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Door } from "../../ui/door";
import { Failure } from "../../ui/layout";
import { LEAST_PASSWORD, passwordFault } from "../organisations/password";
import { choosePassword } from "./queries";

export function SetPasswordPage(): ReactElement {
  // Browsers send to no server what stands behind the #.
  const secret = location.hash.slice(1);
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { password: "", again: "" },
    validate: {
      password: passwordFault,
      again: (value, values) => (value === values.password ? null : "This is not the same."),
    },
  });
  const choice = useMutation({ mutationFn: choosePassword });
  if (choice.isSuccess)
    return (
      <Door title="Your password is chosen" lead="Sign in with it now." submit={() => undefined}>
        <Button component={Link} to="/sign-in" size="md" fullWidth>
          Sign in
        </Button>
      </Door>
    );
  return (
    <Door title="Choose a password" lead="This link is good once." submit={form.onSubmit(({ password }) => choice.mutate({ secret, password }))}>
      <PasswordInput size="md" label="Password" description={`At least ${LEAST_PASSWORD} characters. A few words in a row are good.`} autoComplete="new-password" autoFocus key={form.key("password")} {...form.getInputProps("password")} />
      <PasswordInput size="md" label="The same again" autoComplete="new-password" key={form.key("again")} {...form.getInputProps("again")} />
      {choice.isError && <Failure error={choice.error} />}
      <Button size="md" type="submit" loading={choice.isPending} fullWidth mt={6}>
        Choose it
      </Button>
    </Door>
  );
}
