/** One field that finds projects, datasets, models and pages by name. */
import { Modal, TextInput } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import type { KeyboardEvent, ReactElement } from "react";

import { datasetsQuery } from "../resources/datasets/queries";
import { modelsQuery } from "../resources/models/queries";
import { projectsQuery } from "../resources/projects/queries";
import { useSeesEveryProject } from "../resources/sessions/queries";
import { Icon } from "../ui/icons";
import type { IconName } from "../ui/icons";
import styles from "./finder.module.css";

interface Found {
  id: string;
  title: string;
  what: string;
  icon: IconName;
  go: () => void;
}

const MOST = 12;

export function Finder({ opened, close }: { opened: boolean; close: () => void }): ReactElement {
  return (
    <Modal opened={opened} onClose={close} withCloseButton={false} size={560} padding={0} yOffset="14dvh" centered={false}>
      <Modal.Title className="visually-hidden">Find</Modal.Title>
      {opened && <Search close={close} />}
    </Modal>
  );
}

function Search({ close }: { close: () => void }): ReactElement {
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(0);
  const list = useId();
  const everything = useSeesEveryProject();
  const found = useEverything().filter((entry) => entry.title.toLowerCase().includes(text.trim().toLowerCase())).slice(0, MOST);
  const open = (entry: Found | undefined): void => {
    if (entry === undefined) return;
    close();
    entry.go();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
    if (step !== 0) {
      event.preventDefault();
      setChosen((chosen + step + found.length) % Math.max(1, found.length));
    } else if (event.key === "Enter") open(found[chosen]);
  };
  return (
    <>
      <div className={styles.input}>
        <TextInput
          data-autofocus
          variant="unstyled"
          size="md"
          placeholder={everything ? "Find a project, dataset, model or page" : "Find a project or page"}
          aria-label="Find"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls={list}
          aria-activedescendant={found[chosen] && `${list}-${found[chosen].id}`}
          leftSection={<Icon name="search" />}
          value={text}
          onChange={(event) => {
            setText(event.currentTarget.value);
            setChosen(0);
          }}
          onKeyDown={onKey}
        />
      </div>
      {found.length === 0 && (
        <div className={styles.none} role="status">
          Nothing has this name.
        </div>
      )}
      <div className={styles.list} id={list} role="listbox" aria-label="Found" hidden={found.length === 0}>
        {found.map((entry, place) => (
          <button
            key={entry.id}
            id={`${list}-${entry.id}`}
            type="button"
            role="option"
            tabIndex={-1}
            aria-selected={place === chosen}
            className={`${styles.entry} ${place === chosen ? styles.chosen : ""}`}
            onMouseEnter={() => setChosen(place)}
            onClick={() => open(entry)}
          >
            <Icon name={entry.icon} />
            <bdi>{entry.title}</bdi>
            <span>{entry.what}</span>
          </button>
        ))}
      </div>
    </>
  );
}

function useEverything(): Found[] {
  const navigate = useNavigate();
  const everything = useSeesEveryProject();
  const projects = useQuery(projectsQuery()).data?.results ?? [];
  const datasets = useQuery({ ...datasetsQuery(), enabled: everything }).data?.results ?? [];
  const models = useQuery({ ...modelsQuery(), enabled: everything }).data?.results ?? [];
  const page = (title: string, icon: IconName, to: "/projects" | "/datasets" | "/models" | "/evaluations" | "/settings"): Found => ({ id: to, title, what: "page", icon, go: () => void navigate({ to }) });
  return [
    page("Projects", "projects", "/projects"),
    ...(everything ? [page("Datasets", "datasets", "/datasets"), page("Models", "models", "/models"), page("Evaluations", "evaluations", "/evaluations")] : []),
    page("Settings", "settings", "/settings"),
    ...projects.map(({ id, title }): Found => ({ id, title, what: "project", icon: "projects", go: () => void navigate({ to: "/projects/$projectId", params: { projectId: id } }) })),
    ...datasets.map(({ id, name }): Found => ({ id, title: name, what: "dataset", icon: "datasets", go: () => void navigate({ to: "/datasets/$datasetId", params: { datasetId: id } }) })),
    ...models.map(({ id, name }): Found => ({ id, title: name, what: "model", icon: "models", go: () => void navigate({ to: "/models/$modelId", params: { modelId: id } }) })),
  ];
}
