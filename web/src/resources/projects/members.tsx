/** Who sees a project: everybody of the organisation, or its members, who are added and taken out here. */
import { Button, Radio, Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { DeleteButton } from "../../ui/delete_button";
import { Failure, Muted, Section } from "../../ui/layout";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Short, When } from "../../ui/text";
import { useChange } from "../../ui/use_change";
import type { Project, ProjectMember, ProjectUpdate } from "../../wire/types";
import { useMay } from "../sessions/queries";
import { usersQuery } from "../users/queries";
import { addMember, changeProject, deleteMember, membersQuery, projectQuery } from "./queries";

const SEES_ALL: ReadonlySet<string> = new Set(["owner", "admin", "manager"]);

export function MembersPart(): ReactElement {
  const { projectId } = useParams({ from: "/inside/projects/$projectId/members" });
  const { data: project, error } = useQuery(projectQuery(projectId));
  const maySet = useMay("manager");
  const mayAdd = useMay("admin");
  if (error !== null) return <Failure error={error} />;
  if (project === undefined) return <Skeleton height={160} radius={8} />;
  if (!maySet) return <Muted>Managers say who sees a project.</Muted>;
  return (
    <div style={{ display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: 24 }}>
      <Visibility project={project} />
      {mayAdd ? <Members project={project} /> : <Muted>Admins add members and take them out.</Muted>}
    </div>
  );
}

function Visibility({ project }: { project: Project }): ReactElement {
  const change = useChange(projectQuery(project.id).queryKey);
  const [asked, ask] = useState<string | null>(null);
  const choose = (visibility: string): void => {
    ask(visibility);
    change.mutate(() => changeProject(project.id, { visibility: visibility as NonNullable<ProjectUpdate["visibility"]> }), { onSettled: () => ask(null) });
  };
  return (
    <Radio.Group label="Who sees this project" value={asked ?? project.visibility} onChange={choose}>
      <div style={{ display: "grid", gap: 8, marginTop: 8 }}>
        <Radio value="organisation" label="Everybody of the organisation" />
        <Radio value="members" label="Its members" description="Owners, admins and managers see every project. Who is kept from one sees no datasets, models and evaluations, as they may show what is in it." />
      </div>
    </Radio.Group>
  );
}

function Members({ project }: { project: Project }): ReactElement {
  const { data, error } = useQuery(membersQuery(project.id));
  const { data: users } = useQuery(usersQuery);
  const [chosen, setChosen] = useState<string | null>(null);
  const change = useChange(projectQuery(project.id).queryKey);
  if (error !== null) return <Failure error={error} />;
  const rows = data?.results ?? [];
  const members = new Set(rows.map(({ user_id }) => user_id));
  const others = (users?.results ?? []).filter(({ id, role, disabled }) => !members.has(id) && !disabled && !SEES_ALL.has(role));
  const add = (): void => {
    if (chosen !== null) change.mutate(() => addMember(project.id, chosen));
    setChosen(null);
  };
  return (
    <Section
      title="Members"
      actions={
        <>
          <Select
            aria-label="Person to add"
            placeholder="Person"
            size="xs"
            w={260}
            searchable
            data={others.map(({ id, email }) => ({ value: id, label: email }))}
            value={chosen}
            onChange={setChosen}
            nothingFoundMessage="Nobody else needs to be a member."
          />
          <Button variant="default" size="xs" disabled={chosen === null} onClick={add}>
            Add
          </Button>
        </>
      }
    >
      {data !== undefined && rows.length === 0 ? (
        <Muted>{project.visibility === "members" ? "Nobody yet: only owners, admins and managers see this project." : "Nobody yet, and nobody needs to be while everybody sees the project."}</Muted>
      ) : (
        <Table caption="Members" file="members.csv" rows={rows} rowKey={(member) => member.user_id} columns={columns((member) => change.mutate(() => deleteMember(project.id, member.user_id)))} />
      )}
    </Section>
  );
}

function columns(remove: (member: ProjectMember) => void): TableColumn<ProjectMember>[] {
  return [
    { name: "name", title: "Name", value: (member) => member.name, show: (member) => <Short room="22vw">{member.name || "–"}</Short> },
    { name: "email", title: "Email", value: (member) => member.email, show: (member) => <Short room="22vw">{member.email}</Short> },
    { name: "role", title: "Role", value: (member) => member.role, show: (member) => member.role },
    { name: "since", title: "Member since", value: (member) => member.created_date, show: (member) => <When date={member.created_date} /> },
    {
      name: "remove",
      title: <span className="visually-hidden">Remove</span>,
      right: true,
      show: (member) => <DeleteButton word="Remove" name={`Remove ${member.email}`} run={() => remove(member)} />,
    },
  ];
}
