/** The people of the organisation: their roles, adding them, locking them out, their sessions. */
import { Button, Modal, PasswordInput, Select, Switch, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient, useSuspenseQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Icon } from "../../ui/icons";
import { Failure, Muted, Section } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, Short, When } from "../../ui/text";
import type { Role, User, UserUpdate } from "../../wire/types";
import { passwordFault } from "../organisations/password";
import { sessionQuery } from "../sessions/queries";
import { createUser, inviteUser, ROLES, updateUser, usersQuery } from "./queries";
import { SessionsOf } from "./sessions";

export function UsersPart(): ReactElement {
  const { data, error } = useQuery(usersQuery);
  const { data: session } = useSuspenseQuery(sessionQuery);
  const [adding, setAdding] = useState(false);
  const [inviting, setInviting] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const change = useChange();
  const person = data?.results.find(({ id }) => id === shown);
  return (
    <Section
      title="People"
      actions={
        <>
          <Button variant="default" size="xs" onClick={() => setInviting(true)}>
            Invite by link
          </Button>
          <Button variant="default" size="xs" leftSection={<Icon name="plus" size={13} />} onClick={() => setAdding(true)}>
            Add a person
          </Button>
        </>
      }
    >
      {error !== null && <Failure error={error} />}
      <Table caption="People" file="people.csv" rows={data?.results ?? []} rowKey={(user) => user.id} columns={columns(change, setShown, session.user?.id)} />
      <Modal opened={adding} onClose={() => setAdding(false)} title="Add a person">
        <NewUser close={() => setAdding(false)} />
      </Modal>
      <Modal opened={inviting} onClose={() => setInviting(false)} title="Invite a person" closeOnClickOutside={false}>
        <NewInvitation close={() => setInviting(false)} />
      </Modal>
      <Modal opened={person !== undefined} onClose={() => setShown(null)} title={<>Sessions of <Said>{person?.email ?? ""}</Said></>} size="xl">
        {person !== undefined && <SessionsOf user={person} close={() => setShown(null)} />}
      </Modal>
    </Section>
  );
}

function useChange(): (user: User, update: UserUpdate) => void {
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: ({ user, update }: { user: User; update: UserUpdate }) => updateUser(user.id, update),
    onSettled: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
  });
  return (user, update) => change.mutate({ user, update });
}

function columns(change: (user: User, update: UserUpdate) => void, show: (userId: string) => void, ownId: string | undefined): TableColumn<User>[] {
  return [
    { name: "name", title: "Name", value: (user) => user.name, show: (user) => <Short room={180}>{user.name || "–"}</Short> },
    { name: "email", title: "Email", value: (user) => user.email, show: (user) => <>{user.invited && <Badge>invited</Badge>} <Short room={user.invited ? 140 : 210}>{user.email}</Short></> },
    {
      name: "role",
      title: "Role",
      value: (user) => user.role,
      show: (user) =>
        user.id === ownId ? (
          user.role
        ) : (
          <Select aria-label={`Role of ${user.email}`} size="xs" w={124} allowDeselect={false} data={[...ROLES]} value={user.role} onChange={(role) => change(user, { role: role as NonNullable<Role> })} />
        ),
    },
    {
      name: "active",
      title: "May sign in",
      show: (user) =>
        user.id === ownId ? (
          <Muted>yes, this is you</Muted>
        ) : (
          <Switch size="xs" aria-label={`${user.email} may sign in`} checked={!user.disabled} onChange={(event) => change(user, { disabled: !event.currentTarget.checked })} />
        ),
    },
    { name: "created", title: "Added", value: (user) => user.created_date, show: (user) => <When date={user.created_date} /> },
    {
      name: "sessions",
      title: <span className="visually-hidden">Sessions</span>,
      right: true,
      show: (user) =>
        user.id === ownId ? (
          <Button component={Link} to="/account" size="compact-xs" color="gray" variant="subtle">
            Your account
          </Button>
        ) : (
          <Button size="compact-xs" color="gray" variant="subtle" onClick={() => show(user.id)} aria-label={`Sessions of ${user.email}`}>
            Sessions
          </Button>
        ),
    },
  ];
}

function NewInvitation({ close }: { close: () => void }): ReactElement {
  const queries = useQueryClient();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", name: "", role: "annotator" as NonNullable<Role> },
    validate: { email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : "An email address is needed.") },
  });
  const invite = useMutation({
    mutationFn: inviteUser,
    onSuccess: () => queries.invalidateQueries({ queryKey: usersQuery.queryKey }),
  });
  if (invite.data !== undefined)
    return (
      <div style={{ display: "grid", gap: 14 }}>
        <p style={{ margin: 0 }}>
          {invite.data.mailed ? "The link was sent by mail as well." : "Give them this link in a safe way."} It is shown this once, and is good once, for 7 days.
        </p>
        <Snippet broken code={invite.data.link} />
        <Button variant="default" onClick={close}>
          Done
        </Button>
      </div>
    );
  return (
    <form onSubmit={form.onSubmit((values) => invite.mutate(values))} style={{ display: "grid", gap: 14 }}>
      <TextInput label="Email" type="email" autoComplete="off" data-autofocus key={form.key("email")} {...form.getInputProps("email")} />
      <TextInput label="Name" autoComplete="off" key={form.key("name")} {...form.getInputProps("name")} />
      <Select label="Role" allowDeselect={false} data={[...ROLES]} key={form.key("role")} {...form.getInputProps("role")} />
      {invite.isError && <Failure error={invite.error} />}
      <Button type="submit" loading={invite.isPending}>
        Invite
      </Button>
    </form>
  );
}

function NewUser({ close }: { close: () => void }): ReactElement {
  const queries = useQueryClient();
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { email: "", name: "", role: "annotator" as NonNullable<Role>, password: "" },
    validate: {
      email: (value) => (/^\S+@\S+$/.test(value.trim()) ? null : "An email address is needed."),
      password: passwordFault,
    },
  });
  const create = useMutation({
    mutationFn: createUser,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: usersQuery.queryKey });
      close();
    },
  });
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} style={{ display: "grid", gap: 14 }}>
      <TextInput label="Email" type="email" autoComplete="off" data-autofocus key={form.key("email")} {...form.getInputProps("email")} />
      <TextInput label="Name" autoComplete="off" key={form.key("name")} {...form.getInputProps("name")} />
      <Select label="Role" allowDeselect={false} data={[...ROLES]} key={form.key("role")} {...form.getInputProps("role")} />
      <PasswordInput label="First password" description="At least 15 characters; tell it to them in a safe way." autoComplete="new-password" key={form.key("password")} {...form.getInputProps("password")} />
      {create.isError && <Failure error={create.error} />}
      <Button type="submit" loading={create.isPending}>
        Add
      </Button>
    </form>
  );
}
