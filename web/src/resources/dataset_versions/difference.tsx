/** What a version holds otherwise than an earlier one: tasks, annotations, labels. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import type { Tone } from "../../ui/badge";
import { Headed, HeadEnd } from "../../ui/head_end";
import { Failure, Muted, Section } from "../../ui/layout";
import { count } from "../../ui/numbers";
import { cellLink, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Change, Changes, DatasetVersion } from "../../wire/types";
import { someTasksQuery } from "../tasks/queries";
import { taskName } from "../tasks/words";
import { differenceQuery } from "./queries";
import styles from "./versions.module.css";
import { annotationWords, heldName, labelWords, taskWords, total, versionName } from "./words";

interface DifferenceProps {
  /** The earlier one. */
  one: DatasetVersion;
  other: DatasetVersion;
}

export function Difference({ one, other }: DifferenceProps): ReactElement {
  const { data: found, error, refetch } = useQuery(differenceQuery(other.id, one.id));
  const same = found !== undefined && [found.tasks, found.annotations, found.labels].every((changes) => total(changes) === 0);
  return (
    <Section title="Difference" note={`From ${versionName(one)} to ${versionName(other)}.`} id="difference">
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {found === undefined ? (
        error === null && <Skeleton height={120} radius={8} />
      ) : same ? (
        <Muted>The two hold the same.</Muted>
      ) : (
        <>
          <div className={styles.counts}>
            <Counts title="Tasks" changes={found.tasks} />
            <Counts title="Annotations" changes={found.annotations} />
            <Counts title="Labels" changes={found.labels} />
          </div>
          <ChangeTable title="Tasks" changes={found.tasks} datasetId={one.dataset_id} words={taskWords} />
          <ChangeTable title="Annotations" changes={found.annotations} datasetId={one.dataset_id} words={annotationWords} />
          <ChangeTable title="Labels" changes={found.labels} datasetId={one.dataset_id} words={labelWords} />
        </>
      )}
    </Section>
  );
}

const WORDS = ["added", "removed", "changed"] as const;
const TONES: Record<string, Tone> = { added: "good", removed: "bad", changed: "info" };

function Counts({ title, changes }: { title: string; changes: Changes }): ReactElement {
  return (
    <dl className={styles.count} aria-label={`${title} that differ`}>
      <dt>{title}</dt>
      {WORDS.map((word) => (
        <dd key={word} className={changes[word] === 0 ? styles.none : ""}>
          <strong>{count(changes[word])}</strong> {word}
        </dd>
      ))}
    </dl>
  );
}

interface ChangeTableProps {
  title: string;
  changes: Changes;
  datasetId: string;
  words: (change: Change) => string;
}

const FIRST = 20;

function ChangeTable({ title, changes: all, datasetId, words }: ChangeTableProps): ReactElement | null {
  const [everything, setEverything] = useState(false);
  const { changes } = all;
  const shown = everything ? changes : changes.slice(0, FIRST);
  const names = useNames(datasetId, shown);
  if (changes.length === 0) return null;
  const columns: TableColumn<Change>[] = [
    { name: "change", title: "Change", value: ({ change }) => change, show: ({ change }) => <Badge tone={TONES[change] ?? "neutral"}>{change}</Badge> },
    ...(changes.some(({ task_id: id }) => id !== null) ? [taskColumn(datasetId, names)] : []),
    { name: "what", title: "What", grows: true, value: words, show: (change) => <Said>{words(change)}</Said> },
  ];
  const more = total(all) - changes.length;
  return (
    <div className={styles.changes}>
      <Headed>
        <div className={styles.changesHead}>
          <h3>{title}</h3>
          <HeadEnd />
        </div>
        <Table caption={`${title} that differ`} file={`${title.toLowerCase()}_that_differ.csv`} rows={shown} rowKey={keyOf} columns={columns} dense />
      </Headed>
      {!everything && changes.length > FIRST && (
        <Button variant="default" size="xs" mt="sm" onClick={() => setEverything(true)}>
          Show all {count(changes.length)}
        </Button>
      )}
      {more > 0 && <p className={styles.more}>{count(more)} more are counted above, but not listed.</p>}
    </div>
  );
}

function keyOf({ task_id: task, annotation_id: annotation, before, after }: Change): string {
  return `${task ?? JSON.stringify(after ?? before)} ${annotation ?? ""}`;
}

function taskColumn(datasetId: string, names: ReadonlyMap<string, string>): TableColumn<Change> {
  const name = (change: Change): string => names.get(change.task_id ?? "") ?? (change.annotation_id === null ? heldName(change) : (change.task_id ?? ""));
  return {
    name: "task",
    title: "Task",
    value: name,
    show: (change) =>
      change.task_id !== null && (
        <Link to="/datasets/$datasetId/tasks/$taskId" params={{ datasetId, taskId: change.task_id }} className={cellLink}>
          <Said>{name(change)}</Said>
        </Link>
      ),
  };
}

const MOST_IDS = 100;

function useNames(datasetId: string, changes: readonly Change[]): ReadonlyMap<string, string> {
  const ids = [...new Set(changes.flatMap(({ task_id: id }) => (id === null ? [] : [id])))].slice(0, MOST_IDS);
  const { data } = useQuery({ ...someTasksQuery(datasetId, ids), enabled: ids.length > 0 });
  return new Map((data ?? []).map((task) => [task.id, taskName(task)]));
}
