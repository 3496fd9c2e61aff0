/** Where a person is signed in, each with a way to end it. */
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { DeleteButton } from "../../ui/delete_button";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { OpenSession } from "../../wire/types";
import { programName } from "./program";

interface OpenSessionsProps {
  rows: readonly OpenSession[];
  end: (sessionId: string) => void;
}

export function OpenSessions({ rows, end }: OpenSessionsProps): ReactElement {
  return <Table caption="Sessions" rows={rows} rowKey={({ id }) => id} columns={columns(end)} />;
}

function columns(end: (sessionId: string) => void): TableColumn<OpenSession>[] {
  return [
    {
      name: "program",
      title: "Browser",
      grows: true,
      show: ({ program }) => (
        <span title={program}>
          <Said>{programName(program)}</Said>
        </span>
      ),
    },
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
