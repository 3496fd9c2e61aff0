/** The saved queries of a project or a dataset: chosen from a list, saved by a name, forgotten again. */
import { Button, Menu, Modal, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReactElement, SubmitEvent } from "react";

import { Icon } from "../../ui/icons";
import { Failure } from "../../ui/layout";
import { Said } from "../../ui/text";
import { useMay, useSeesEveryProject } from "../sessions/queries";
import { createSlice, MOST_SLICES, slicesQuery } from "../slices/queries";
import { sameQuery } from "../slices/query";
import type { Query } from "../slices/query";
import { queryText } from "../slices/query_text";
import styles from "./query_bar.module.css";

interface SavedProps {
  /** The id of the project or the dataset. */
  of: string;
  query: Query | undefined;
  change: (text: string) => void;
}

export function Saved({ of, query, change }: SavedProps): ReactElement | null {
  const everything = useSeesEveryProject();
  const { data } = useQuery({ ...slicesQuery(of), enabled: everything });
  const manager = useMay("manager");
  const [naming, setNaming] = useState(false);
  const slices = data?.results ?? [];
  const shown = query === undefined ? undefined : slices.find((slice) => slice.text === queryText(query) || sameQuery(slice.query, query));
  const savable = manager && query !== undefined && queryText(query) !== "" && shown === undefined && slices.length < MOST_SLICES;
  if (!everything) return null;
  return (
    <>
      <Menu position="bottom-end" withinPortal>
        <Menu.Target>
          <Button variant="default" rightSection={<Icon name="down" size={12} />} className={styles.saved ?? ""}>
            {shown === undefined ? "Slices" : <Said>{shown.name}</Said>}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          {slices.length === 0 && <Menu.Label>A slice is a saved query. There are none yet.</Menu.Label>}
          {slices.map((slice) => (
            <Menu.Item key={slice.id} title={slice.text} onClick={() => change(slice.text)}>
              <Said>{slice.name}</Said>
            </Menu.Item>
          ))}
          {manager && (
            <>
              {slices.length > 0 && <Menu.Divider />}
              <Menu.Item disabled={!savable} leftSection={<Icon name="plus" size={12} />} onClick={() => setNaming(true)}>
                Save this query …
              </Menu.Item>
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal opened={naming} onClose={() => setNaming(false)} title="Save this query">
        {naming && query !== undefined && <Naming of={of} query={query} close={() => setNaming(false)} />}
      </Modal>
    </>
  );
}

function Naming({ of, query, close }: { of: string; query: Query; close: () => void }): ReactElement {
  const [name, setName] = useState("");
  const queries = useQueryClient();
  const save = useMutation({
    mutationFn: () => createSlice(of, name.trim(), query),
    onSuccess: async (slice) => {
      close();
      notifications.show({ message: `The slice ${slice.name} is saved.` });
      await queries.invalidateQueries({ queryKey: ["slices"] });
    },
  });
  const submit = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    if (name.trim() !== "") save.mutate();
  };
  return (
    <form onSubmit={submit} className={styles.builder}>
      <code className={styles.said}>{queryText(query)}</code>
      <TextInput data-autofocus label="Name" autoComplete="off" value={name} onChange={(event) => setName(event.currentTarget.value)} />
      {save.isError && <Failure error={save.error} />}
      <Button type="submit" disabled={name.trim() === ""} loading={save.isPending}>
        Save it
      </Button>
    </form>
  );
}
