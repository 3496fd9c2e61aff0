/** Tokens for programs, of the organisation or of the reader: making one, shown once, and ending one. */
import { Alert, Button, Modal, MultiSelect, Select, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement } from "react";

import { DeleteButton } from "../../ui/delete_button";
import { Icon } from "../../ui/icons";
import { Empty, Failure, Muted, Section } from "../../ui/layout";
import { Snippet } from "../../ui/snippet";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Short, When } from "../../ui/text";
import type { Role, Token, TokenCreate } from "../../wire/types";
import { projectsQuery } from "../projects/queries";
import { ROLES } from "../users/queries";
import { createOwnToken, createToken, deleteOwnToken, deleteToken, ownTokensQuery, tokensQuery } from "./queries";

export function TokensPart({ own = false }: { own?: boolean }): ReactElement {
  const { data, error } = useQuery(own ? ownTokensQuery : tokensQuery);
  const [adding, setAdding] = useState(false);
  const end = useEnd(own);
  return (
    <Section
      title={own ? "Your tokens" : "Tokens"}
      note={own ? "For your own programs: they may what you may." : "For programs, in place of a person."}
      actions={
        <Button variant="default" size="xs" leftSection={<Icon name="key" size={14} />} onClick={() => setAdding(true)}>
          Make a token
        </Button>
      }
    >
      {error !== null && <Failure error={error} />}
      {data?.count === 0 ? (
        <Empty title="No program has a token yet" text="A program takes its token from the environment, or from what the command keeps:">
          <Snippet code={`export LINLOG_URL="${location.origin}"\nlinlog login`} />
        </Empty>
      ) : (
        <Table caption="Tokens" file="tokens.csv" rows={data?.results ?? []} rowKey={(token) => token.id} columns={columns(end, own)} />
      )}
      <Modal opened={adding} onClose={() => setAdding(false)} title="Make a token" size="lg" closeOnClickOutside={false}>
        <NewToken own={own} close={() => setAdding(false)} />
      </Modal>
    </Section>
  );
}

function useEnd(own: boolean): (token: Token) => void {
  const queries = useQueryClient();
  const { mutate } = useMutation({
    mutationFn: (token: Token) => (own ? deleteOwnToken : deleteToken)(token.id),
    onSuccess: (_told, token) => notifications.show({ message: `The token ${token.name} has ended.` }),
    onError: (error) => notifications.show({ color: "red", message: error.message }),
    onSettled: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  return mutate;
}

function columns(end: (token: Token) => void, own: boolean): TableColumn<Token>[] {
  return [
    { name: "name", title: "Name", value: (token) => token.name, show: (token) => <Short room={240}>{token.name}</Short> },
    { name: "hint", title: "Token", show: (token) => <code>{token.hint}</code> },
    { name: "role", title: "Role", value: (token) => token.role, show: (token) => (token.user_id === null || own ? token.role : <>{token.role}, of a person</>) },
    { name: "scope", title: "Scope", value: (token) => token.scope, show: (token) => token.scope },
    { name: "projects", title: "Projects", value: (token) => token.project_ids?.length ?? null, show: (token) => (token.project_ids === null ? <Muted>all</Muted> : String(token.project_ids?.length)) },
    { name: "used", title: "Last used", value: (token) => token.last_used_date, show: (token) => (token.last_used_date === null ? <Muted>never</Muted> : <When date={token.last_used_date} />) },
    { name: "expires", title: "Ends", value: (token) => token.expires_date, show: (token) => (token.expires_date === null ? <Muted>never</Muted> : new Date(token.expires_date).toLocaleDateString("en-GB", { dateStyle: "medium" })) },
    { name: "end", title: <span className="visually-hidden">End</span>, right: true, show: (token) => <DeleteButton word="End" name={`End the token ${token.name}`} run={() => end(token)} /> },
  ];
}

const DAYS = [
  { value: "30", label: "30 days" },
  { value: "90", label: "90 days" },
  { value: "365", label: "1 year" },
  { value: "never", label: "Never" },
];

const SCOPES = [
  { value: "read", label: "Read only" },
  { value: "write", label: "Read and write work" },
  { value: "admin", label: "All that the role may, people and settings included" },
];

function NewToken({ own, close }: { own: boolean; close: () => void }): ReactElement {
  const queries = useQueryClient();
  const { data: projects } = useQuery(projectsQuery());
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: "", role: "manager", scope: "write", projects: [] as string[], days: "90" },
    validate: { name: (value) => (value.trim() === "" ? "A name is needed." : null) },
  });
  const create = useMutation({
    mutationFn: ({ name, role, scope, projects: chosen, days }: typeof form.values) => {
      const said = { name, scope: scope as NonNullable<TokenCreate["scope"]>, project_ids: chosen.length === 0 ? null : chosen };
      if (own) return createOwnToken({ ...said, expires_days: Number(days) });
      return createToken({ ...said, role: role as NonNullable<Role>, expires_days: days === "never" ? null : Number(days) });
    },
    onSuccess: () => queries.invalidateQueries({ queryKey: tokensQuery.queryKey }),
  });
  if (create.data !== undefined) return <Secret secret={create.data.secret} close={close} />;
  return (
    <form onSubmit={form.onSubmit((values) => create.mutate(values))} style={{ display: "grid", gap: 14 }}>
      <TextInput label="Name" description="What it is for, such as the machine that trains." autoComplete="off" data-autofocus key={form.key("name")} {...form.getInputProps("name")} />
      {!own && <Select label="Role" description="What its bearer may do." allowDeselect={false} data={[...ROLES]} key={form.key("role")} {...form.getInputProps("role")} />}
      <Select label="Scope" description="How much of that the token may use." allowDeselect={false} data={SCOPES} key={form.key("scope")} {...form.getInputProps("scope")} />
      <MultiSelect
        label="Projects"
        description="The token sees these alone; leave it empty for all projects."
        searchable
        hidePickedOptions
        data={(projects?.results ?? []).map(({ id, title }) => ({ value: id, label: title }))}
        key={form.key("projects")}
        {...form.getInputProps("projects")}
      />
      <Select label="Ends after" allowDeselect={false} data={own ? DAYS.slice(0, -1) : DAYS} key={form.key("days")} {...form.getInputProps("days")} />
      {create.isError && <Failure error={create.error} />}
      <Button type="submit" loading={create.isPending}>
        Make it
      </Button>
    </form>
  );
}

function Secret({ secret, close }: { secret: string; close: () => void }): ReactElement {
  return (
    <div style={{ display: "grid", gap: 14 }}>
      <Alert color="yellow" variant="light" icon={<Icon name="warning" />}>
        Copy it now: it is shown this once and kept nowhere.
      </Alert>
      <Snippet code={`export LINLOG_URL="${location.origin}"\nexport LINLOG_TOKEN="${secret}"`} />
      <Button variant="default" onClick={close}>
        I have copied it
      </Button>
    </div>
  );
}
