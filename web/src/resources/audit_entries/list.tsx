/** The audit log, for admins: who did what that matters to security, and what was refused to whom. */
import { Button, Select, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Icon } from "../../ui/icons";
import { Empty, Muted, Page, PageHead } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { Pager } from "../../ui/pager";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, When } from "../../ui/text";
import type { AuditEntry, User } from "../../wire/types";
import { usersQuery } from "../users/queries";
import { auditQuery, PAGE_SIZE } from "./queries";
import { ACTIONS, actionWords, detailWords, nounOf } from "./words";

const RESULTS = [
  { value: "done", label: "Done" },
  { value: "refused", label: "Refused" },
];

export function AuditPage(): ReactElement {
  const [page, setPage] = useState(1);
  const [action, setAction] = useState<string | null>(null);
  const [result, setResult] = useState<string | null>(null);
  const asked = useQuery(auditQuery(page, { action, result }));
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data } = asked;
  const choose = (set: (value: string | null) => void) => (value: string | null): void => {
    set(value);
    setPage(1);
  };
  return (
    <Page>
      <PageHead
        over={<Link to="/settings">Settings</Link>}
        title="Audit log"
        meta={data === undefined ? <Skeleton height={16} width={110} /> : counted(data.count, "entry", "entries")}
        actions={
          <>
            <Select size="xs" aria-label="Action" placeholder="Any action" clearable searchable data={ACTIONS} value={action} onChange={choose(setAction)} />
            <Select size="xs" w={120} aria-label="Result" placeholder="Any result" clearable data={RESULTS} value={result} onChange={choose(setResult)} />
            <Download format="ndjson" title="Download all as NDJSON, which linlog audit verify takes" />
            <Download format="csv" title="Download all as CSV" />
          </>
        }
      />
      {data?.count === 0 ? (
        <Empty title="Nothing is noted" text="What matters to security is noted here when it happens: signing in, tokens, people and their roles, deletions, and what was refused." />
      ) : (
        <Table caption="Audit log" rows={data?.results ?? []} rowKey={({ id }) => id} columns={COLUMNS} dense />
      )}
      <div style={{ marginTop: 10 }}>{data !== undefined && <Pager page={page} size={PAGE_SIZE} total={data.count} go={setPage} />}</div>
    </Page>
  );
}

function Download({ format, title }: { format: string; title: string }): ReactElement {
  return (
    <Button component="a" href={`/api/v2/audit-entries/export?format=${format}`} download title={title} variant="default" size="xs" leftSection={<Icon name="download" size={13} />}>
      {format.toUpperCase()}
    </Button>
  );
}

const COLUMNS: TableColumn<AuditEntry>[] = [
  { name: "number", title: "No.", right: true, value: ({ number }) => number, show: ({ number }) => number },
  { name: "when", title: "When", show: (entry) => <When date={entry.created_date} /> },
  { name: "actor", title: "Who", value: ({ actor }) => actor, show: (entry) => <Who entry={entry} /> },
  { name: "source", title: "From", show: ({ source }) => (source === "" ? <Muted>–</Muted> : <code>{source}</code>) },
  { name: "action", title: "What", value: ({ action }) => action, show: ({ action }) => <span title={action}>{actionWords(action)}</span> },
  { name: "object", title: "Of", show: ({ object_id: id }) => (id === null ? <Muted>–</Muted> : <OfWhat id={id} />) },
  { name: "result", title: "Result", show: (entry) => (entry.result === "refused" ? <Badge tone="bad">refused</Badge> : <Muted>{entry.result}</Muted>) },
  { name: "details", title: "More", grows: true, show: ({ details }) => <Details details={details} /> },
];

function Who({ entry }: { entry: AuditEntry }): ReactElement {
  if (entry.actor === "") return <Muted>somebody outside</Muted>;
  return (
    <>
      <Said>{entry.actor}</Said> {entry.token_hint !== null && <code>{entry.token_hint}</code>}
    </>
  );
}

/** Whom it was done to, by email where it is a person; else what sort of thing, and which. */
function OfWhat({ id }: { id: string }): ReactElement {
  const email = usePeople().get(id);
  return <span title={id}>{email === undefined ? <>{nounOf(id)} <code>{id}</code></> : <Said>{email}</Said>}</span>;
}

function Details({ details }: Pick<AuditEntry, "details">): ReactElement {
  const said = detailWords(details, usePeople());
  return <span title={said}><Said>{said}</Said></span>;
}

const NOBODY: ReadonlyMap<string, string> = new Map();

function usePeople(): ReadonlyMap<string, string> {
  const { data } = useQuery({ ...usersQuery, select: emailsOf });
  return data ?? NOBODY;
}

function emailsOf({ results }: { results: readonly User[] }): ReadonlyMap<string, string> {
  return new Map(results.map(({ id, email }) => [id, email]));
}
