/** A dataset's versions, newest first, and the difference between two of them. */
import { Button, Checkbox, Modal, Skeleton, TextInput } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { Icon } from "../../ui/icons";
import { Empty, Failure, Muted, Section } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { CopyIcon, Snippet } from "../../ui/snippet";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said, Short, When } from "../../ui/text";
import type { DatasetVersion, Evaluation } from "../../wire/types";
import { evaluationsQuery } from "../evaluations/queries";
import { useWordsApart } from "../evaluations/use_words_apart";
import { useMay } from "../sessions/queries";
import { Difference } from "./difference";
import { datasetVersionsQuery, freeze, renameVersion } from "./queries";
import styles from "./versions.module.css";
import { versionName } from "./words";

const FROM = "/inside/datasets/$datasetId/versions";

const fill = (datasetId: string): string => `from linlog import LinLogClient

client = LinLogClient()
client.dataset_versions.create("${datasetId}", "spring")`;

/** What the form is open for: nothing, what the dataset holds now, or a version that gets another name. */
type Naming = DatasetVersion | "now" | null;

export function DatasetVersionsPart(): ReactElement {
  const { datasetId } = useParams({ from: FROM });
  const { data, error, refetch } = useQuery(datasetVersionsQuery(datasetId));
  const [naming, setNaming] = useState<Naming>(null);
  const manager = useMay("manager");
  const close = (): void => setNaming(null);
  return (
    <>
      <Section
        title="Versions"
        note="What the dataset held when it was frozen. Evaluations freeze what they judge by."
        actions={
          manager && (
            <Button size="xs" variant="default" onClick={() => setNaming("now")}>
              Freeze what it holds now
            </Button>
          )
        }
      >
        {error !== null && <Failure error={error} retry={() => void refetch()} />}
        {data === undefined ? (
          error === null && <Skeleton height={160} radius={8} />
        ) : data.count === 0 ? (
          <Empty title="No versions yet" text="A version never changes, whatever becomes of tasks and labels. The first evaluation makes one, or freeze it from Python:">
            <Snippet code={fill(datasetId)} />
          </Empty>
        ) : (
          <Versions datasetId={datasetId} versions={data.results} rename={manager ? setNaming : null} />
        )}
      </Section>
      <Compared versions={data?.results ?? []} />
      <Modal opened={naming !== null} onClose={close} title={naming === "now" ? "Freeze what it holds now" : "Name the version"}>
        {naming !== null && <NameForm datasetId={datasetId} version={naming === "now" ? null : naming} close={close} />}
      </Modal>
    </>
  );
}

function Versions({ datasetId, versions, rename }: { datasetId: string; versions: readonly DatasetVersion[]; rename: ((version: DatasetVersion) => void) | null }): ReactElement {
  const { data: evaluations } = useQuery(evaluationsQuery({ dataset_id: datasetId }));
  const picking = usePicking(versions);
  const columns: TableColumn<DatasetVersion>[] = [
    ...(versions.length > 1 ? [pickColumn(picking)] : []),
    { name: "number", title: "Version", right: true, value: ({ number }) => number, show: ({ number }) => number },
    {
      name: "name",
      title: "Name",
      value: ({ name }) => name,
      show: (version) => (
        <span className={styles.name}>
          {version.name === null ? <Muted>frozen by an evaluation</Muted> : <Short room={420}>{version.name}</Short>}
          {rename !== null && (
            <Button size="compact-xs" color="gray" variant="subtle" aria-label={`${version.name === null ? "Name it:" : "Rename"} ${versionName(version)}`} onClick={() => rename(version)}>
              {version.name === null ? "Name it" : "Rename"}
            </Button>
          )}
        </span>
      ),
    },
    { name: "tasks", title: "Tasks", right: true, value: ({ task_count: tasks }) => tasks, show: ({ task_count: tasks }) => count(tasks) },
    { name: "annotations", title: "Annotations", right: true, value: ({ annotation_count: marks }) => marks, show: ({ annotation_count: marks }) => count(marks) },
    { name: "evaluations", title: "Evaluations by it", show: ({ id }) => <Judged by={(evaluations?.results ?? []).filter(({ dataset_version_id: version }) => version === id)} /> },
    {
      name: "hash",
      title: "Hash",
      value: ({ hash }) => hash,
      fixed: true,
      show: ({ hash }) => (
        <span className={styles.hash}>
          <code title={hash}>{hash.slice(0, 10)}</code>
          <CopyIcon value={hash} what="hash" />
        </span>
      ),
    },
    { name: "created", title: "Frozen", value: ({ created_date: date }) => date, show: ({ created_date: date }) => <When date={date} /> },
  ];
  return <Table caption="Versions" file="dataset_versions.csv" rows={versions} rowKey={({ id }) => id} columns={columns} />;
}

interface Picking {
  picked: readonly string[];
  pick: (id: string) => void;
}

// The two that are picked stand in the address, the earlier one under `since`.
function usePicking(versions: readonly DatasetVersion[]): Picking {
  const { version, since } = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/datasets/$datasetId/versions" });
  const picked = [since, version].filter((id) => id !== undefined);
  const pick = (id: string): void => {
    const kept = picked.includes(id) ? picked.filter((other) => other !== id) : [...picked.slice(-1), id];
    const [first, second] = versions.filter(({ id: known }) => kept.includes(known)).toReversed();
    void navigate({ search: { ...(first === undefined ? {} : { since: first.id }), ...(second === undefined ? {} : { version: second.id }) }, resetScroll: false });
  };
  return { picked, pick };
}

function pickColumn({ picked, pick }: Picking): TableColumn<DatasetVersion> {
  return {
    name: "pick",
    fits: true,
    title: <span className="visually-hidden">Pick</span>,
    show: (version) => <Checkbox size="xs" aria-label={`Compare ${versionName(version)}`} checked={picked.includes(version.id)} onChange={() => pick(version.id)} />,
  };
}

/** How many letters of names there is room for. */
const ROOM = 24;

function Judged({ by }: { by: readonly Evaluation[] }): ReactElement {
  const apart = useWordsApart(by);
  const names = by.map(({ id, model_version_name: name }) => [name, ...(apart.get(id) ?? [])].join(", "));
  const fits = names.slice(0, ROOM).filter((_, place) => place === 0 || names.slice(0, place + 1).join("").length <= ROOM).length;
  return (
    <span className={styles.judged}>
      {by.slice(0, fits).map(({ id }, place) => (
        <Link key={id} to="/evaluations/$evaluationId" params={{ evaluationId: id }} className={cellLink}>
          <Said>{names[place] ?? ""}</Said>
        </Link>
      ))}
      {fits < by.length && <Muted>and {count(by.length - fits)} more</Muted>}
    </span>
  );
}

function Compared({ versions }: { versions: readonly DatasetVersion[] }): ReactElement | null {
  const { version, since } = useSearch({ from: FROM });
  const [one, other] = [since, version].map((id) => versions.find((known) => known.id === id));
  if (one !== undefined && other !== undefined) return <Difference one={one} other={other} />;
  return versions.length > 1 ? (
    <Section title="Difference">
      <Muted>Tick two versions above to see what came, went and changed between them.</Muted>
    </Section>
  ) : null;
}

function NameForm({ datasetId, version, close }: { datasetId: string; version: DatasetVersion | null; close: () => void }): ReactElement {
  const [name, setName] = useState(version?.name ?? "");
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => (version === null ? freeze(datasetId, name) : renameVersion(version.id, name)),
    onSuccess: async () => {
      close();
      await queries.invalidateQueries({ queryKey: ["dataset_versions", "list"] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    save.mutate();
  };
  return (
    <form onSubmit={submit} className={styles.form}>
      <TextInput label="Name" data-autofocus autoComplete="off" value={name} onChange={(event) => setName(event.currentTarget.value)} description={version === null ? "Where nothing has changed since the latest version, that one gets the name." : undefined} />
      {save.isError && <Failure error={save.error} />}
      <Button type="submit" loading={save.isPending} disabled={version !== null && name.trim() === ""} leftSection={<Icon name="check" size={14} />}>
        {version === null ? "Freeze it" : "Name it"}
      </Button>
    </form>
  );
}
