/** All projects, each with a glance at its tasks and how far it is. */
import { Button, Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { lazy } from "react";
import type { ReactElement } from "react";

import { Bar } from "../../ui/bar";
import { Icon } from "../../ui/icons";
import { Empty, Failure, Page, PageHead } from "../../ui/layout";
import { count, counted, percent } from "../../ui/numbers";
import { useShortcuts } from "../../ui/shortcuts";
import { Snippet } from "../../ui/snippet";
import { Said } from "../../ui/text";
import { useDialog } from "../../ui/use_dialog";
import type { Project, Task } from "../../wire/types";
import { thumbnail } from "../files/addresses";
import { useMay } from "../sessions/queries";
import { firstTasksQuery } from "../tasks/queries";
import styles from "./list.module.css";
import { projectsQuery } from "./queries";
import { typeName } from "./words";

const ProjectDialog = lazy(async () => ({ default: (await import("./form")).ProjectDialog }));

const FILL = `from linlog import LinLogClient

client = LinLogClient()
project = client.create_project("Blood cells", "image")
client.create_project_label(project.id, "red cell", shape="box")
client.upload_image_task(project.id, "cells/0001.png")`;

export function ProjectsPage(): ReactElement {
  const { data, error, refetch } = useQuery(projectsQuery());
  const manager = useMay("manager");
  return (
    <Page>
      <PageHead title="Projects" meta={data === undefined ? <Skeleton height={16} width={90} /> : counted(data.count, "project")} actions={manager && <NewProject />} />
      {error !== null && <Failure error={error} retry={() => void refetch()} />}
      {data?.count === 0 && (
        <Empty title="No projects yet" text={`A project holds tasks of annotation and the labels that govern them. ${manager ? "Create one here, or from Python:" : "Managers create them here, or from Python:"}`}>
          <Snippet code={FILL} />
        </Empty>
      )}
      <div className={styles.cards}>
        {data === undefined && error === null ? [1, 2, 3].map((place) => <Skeleton key={place} height={203} radius={10} />) : data?.results.map((project) => <Card key={project.id} project={project} />)}
      </div>
    </Page>
  );
}

function NewProject(): ReactElement {
  const [open, dialog] = useDialog((shown) => <ProjectDialog {...shown} />);
  useShortcuts("Projects", [{ keys: ["n"], title: "New project", run: open }]);
  return (
    <>
      <Button size="xs" leftSection={<Icon name="plus" size={13} />} onClick={open} title="n">
        New project
      </Button>
      {dialog}
    </>
  );
}

function Card({ project }: { project: Project }): ReactElement {
  const done = percent(project.completed_count, project.task_count);
  return (
    <Link to="/projects/$projectId" params={{ projectId: project.id }} className={styles.card}>
      <Strip projectId={project.id} />
      <div className={styles.body}>
        <h2 className={styles.title}>
          <Said>{project.title}</Said>
        </h2>
        <div className={styles.facts}>
          <span>{typeName(project.type)}</span>
          <span>
            {counted(project.task_count, "task")} · {counted(project.labels.length, "label")}
          </span>
        </div>
        <div className={styles.progress}>
          <Bar
            whole={project.task_count}
            label={`${count(project.completed_count)} of ${count(project.task_count)} tasks complete, ${count(project.rejected_count)} rejected`}
            parts={[
              { name: "complete", value: project.completed_count, colour: "var(--accent)" },
              { name: "rejected", value: project.rejected_count, colour: "var(--bad)" },
            ]}
          />
          <span>{project.task_count === 0 ? "empty" : done}</span>
        </div>
      </div>
    </Link>
  );
}

const SHOWN = 4;

function Strip({ projectId }: { projectId: string }): ReactElement {
  const { data } = useQuery(firstTasksQuery(projectId, SHOWN));
  const tasks = data?.results ?? [];
  if (data?.count === 0) {
    return (
      <div className={`${styles.strip} ${styles.none}`} aria-hidden="true">
        No tasks yet
      </div>
    );
  }
  return (
    <div className={styles.strip} aria-hidden="true">
      {Array.from({ length: SHOWN }, (_, place) => (
        <Tile key={place} task={tasks[place]} />
      ))}
    </div>
  );
}

function Tile({ task }: { task: Task | undefined }): ReactElement {
  const { item } = task ?? {};
  return (
    <div className={styles.tile}>
      {item?.type === "image" && item.file_id !== null ? (
        <img src={thumbnail(item.file_id, 256)} alt="" loading="lazy" />
      ) : item?.type === "text" ? (
        <p>
          <bdi>{item.text?.slice(0, 160)}</bdi>
        </p>
      ) : item === undefined ? null : (
        <Icon name={item.type === "image" ? "image" : "code"} />
      )}
    </div>
  );
}
