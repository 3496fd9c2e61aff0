/** Asking for a link, where somebody forgot their password. */
import { Button, TextInput } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Door } from "../../ui/door";
import { Failure } from "../../ui/layout";
import { askForReset } from "./queries";

const LEAD = "We send you a link by which you choose another one, if this server sends mail. If not, ask an admin, or whoever runs the server.";

export function ForgottenPage(): ReactElement {
  const [email, setEmail] = useState("");
  const asked = useMutation({ mutationFn: askForReset });
  if (asked.isSuccess)
    return (
      <Door title="Look into your mail" lead={`${asked.data.detail.charAt(0).toUpperCase()}${asked.data.detail.slice(1)}.`} submit={() => undefined}>
        <Button component={Link} to="/sign-in" variant="default" size="md" fullWidth>
          Back
        </Button>
      </Door>
    );
  return (
    <Door title="Forgot your password?" lead={LEAD} submit={() => asked.mutate(email.trim())}>
      <TextInput size="md" label="Email" type="email" autoComplete="username" autoFocus value={email} onChange={(event) => setEmail(event.currentTarget.value)} />
      {asked.isError && <Failure error={asked.error} />}
      <Button size="md" type="submit" loading={asked.isPending} disabled={email.trim() === ""} fullWidth mt={6}>
        Send me a link
      </Button>
    </Door>
  );
}
