/** Files that become tasks: chosen or dropped, sent with progress, and an account of every row. */
import { Button, FileButton, Modal } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useRef, useState } from "react";
import type { DragEvent, ReactElement } from "react";

import { Bar } from "../../ui/bar";
import { Icon } from "../../ui/icons";
import { Failure } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { projectQuery, projectsQuery } from "../projects/queries";
import { createTasks, uploadPicture } from "./queries";
import styles from "./upload.module.css";
import { ACCEPTED, rowsOf } from "./upload_rows";
import type { Row } from "./upload_rows";
import { doneOf, NOTHING, reasonsOf, send } from "./upload_sending";
import type { Account } from "./upload_sending";

/** Where files are dropped or chosen; the dialog that follows sends them. */
export function Upload({ projectId, button = false }: { projectId: string; button?: boolean }): ReactElement {
  const [opened, open] = useState(false);
  const [files, take] = useState<File[] | null>(null);
  const queries = useQueryClient();
  const taken = (some: File[]): void => {
    if (some.length === 0) return;
    take(some);
    open(true);
  };
  const close = (): void => {
    open(false);
    take(null);
    for (const { queryKey } of [projectQuery(projectId), projectsQuery()]) void queries.invalidateQueries({ queryKey });
  };
  return (
    <>
      {button ? (
        <Button size="xs" variant="default" leftSection={<Icon name="plus" size={13} />} onClick={() => open(true)}>
          Add tasks
        </Button>
      ) : (
        <FileZone take={taken} />
      )}
      <Modal opened={opened} onClose={close} title="Add tasks" size="lg" closeOnClickOutside={files === null}>
        {files === null ? <FileZone take={taken} /> : <Sending projectId={projectId} files={files} close={close} />}
      </Modal>
    </>
  );
}

function FileZone({ take }: { take: (files: File[]) => void }): ReactElement {
  const [over, setOver] = useState(false);
  const drop = (event: DragEvent): void => {
    event.preventDefault();
    setOver(false);
    take([...event.dataTransfer.files]);
  };
  const drag = (event: DragEvent): void => {
    event.preventDefault();
    setOver(true);
  };
  return (
    <div className={styles.zone} data-over={over || undefined} onDragOver={drag} onDragLeave={() => setOver(false)} onDrop={drop}>
      <Icon name="upload" size={22} />
      <p className={styles.zoneTitle}>Drop files here, or choose them</p>
      <div className={styles.ways}>
        <FileButton multiple accept={ACCEPTED} onChange={take}>
          {(props) => <Button size="xs" {...props}>Choose files</Button>}
        </FileButton>
        <FileButton multiple onChange={take} inputProps={FOLDER}>
          {(props) => <Button size="xs" variant="default" {...props}>Choose a folder</Button>}
        </FileButton>
      </div>
      <p className={styles.hint}>
        Pictures, texts as .txt, and .ndjson or .jsonl with a task a line, such as <code>{'{"attachment": "Ada met Grace."}'}</code>.
        A line may name a picture that is chosen with it.
      </p>
    </div>
  );
}

// React has no name for what makes a browser offer folders.
const FOLDER = { webkitdirectory: "" } as Record<string, string>;

function Sending({ projectId, files, close }: { projectId: string; files: readonly File[]; close: () => void }): ReactElement {
  const { rows, account, error, ended, again, stop } = useSending(projectId, files);
  const all = rows?.length ?? 0;
  const done = doneOf(account);
  return (
    <div className={styles.sending}>
      <div role="status">
        {rows === null ? `Reading ${counted(files.length, "file")}…` : ended ? <strong>{words(account, all)}</strong> : `${count(done)} of ${counted(all, "row")}`}
      </div>
      <Bar
        whole={all}
        label={`${count(done)} of ${count(all)} done`}
        parts={[
          { name: "accepted", value: account.accepted, colour: "var(--accent)" },
          { name: "rejected", value: account.rejected.length, colour: "var(--bad)" },
        ]}
      />
      {account.rejected.length > 0 && <Reasons account={account} />}
      {error !== null && <Failure error={error} retry={again} />}
      <div className={styles.end}>
        {ended || error !== null ? (
          <Button onClick={close} data-autofocus>
            Done
          </Button>
        ) : (
          <Button variant="default" onClick={stop}>
            Stop
          </Button>
        )}
      </div>
    </div>
  );
}

interface SendingState {
  /** Null while files are read. */
  rows: Row[] | null;
  account: Account;
  error: Error | null;
  ended: boolean;
  again: () => void;
  stop: () => void;
}

function useSending(projectId: string, files: readonly File[]): SendingState {
  const [rows, setRows] = useState<Row[] | null>(null);
  const [account, tell] = useState(NOTHING);
  const stopped = useRef(false);
  const ways = { upload: uploadPicture, create: (tasks: Parameters<typeof createTasks>[1]) => createTasks(projectId, tasks) };
  const { mutate, error, isSuccess } = useMutation({
    mutationFn: async () => {
      const read = rows ?? (await rowsOf(files));
      setRows(read);
      await send(read, account, ways, tell, () => stopped.current);
    },
  });
  useEffect(() => {
    stopped.current = false;
    mutate();
    return () => {
      stopped.current = true;
    };
  }, [mutate]);
  return { rows, account, error, ended: isSuccess, again: mutate, stop: () => (stopped.current = true) };
}

/** The account in a sentence; accepted, rejected and not sent are all. */
function words(account: Account, all: number): string {
  const { accepted, present, rejected } = account;
  const left = all - doneOf(account);
  return [
    `${count(accepted)} of ${counted(all, "row")} accepted`,
    ...(present > 0 ? [`${count(present)} of them there already`] : []),
    `${count(rejected.length)} rejected`,
    ...(left > 0 ? [`${count(left)} not sent`] : []),
  ].join(", ");
}

function Reasons({ account: { rejected } }: { account: Account }): ReactElement {
  return <Table caption="Rejected rows" dense rows={reasonsOf(rejected)} rowKey={({ reason }) => reason} columns={COLUMNS} />;
}

const PLACES_SHOWN = 3;

const COLUMNS: TableColumn<ReturnType<typeof reasonsOf>[number]>[] = [
  { name: "reason", title: "Why rejected", show: ({ reason }) => <span className={styles.reason}>{reason}</span> },
  { name: "rows", title: "Rows", right: true, show: ({ places }) => count(places.length) },
  { name: "places", title: "Where", show: ({ places }) => <span className={styles.reason}>{places.slice(0, PLACES_SHOWN).join(", ")}{places.length > PLACES_SHOWN && " …"}</span> },
];
