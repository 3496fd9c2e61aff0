/** A project: its head, and its parts behind tabs. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import { lazy, Suspense } from "react";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Bar } from "../../ui/bar";
import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Page, PageHead } from "../../ui/layout";
import { count, percent } from "../../ui/numbers";
import { CopyIcon } from "../../ui/snippet";
import { Tabs } from "../../ui/tabs";
import tabs from "../../ui/tabs.module.css";
import { Said, When } from "../../ui/text";
import type { Project } from "../../wire/types";
import { useMay } from "../sessions/queries";
import { projectQuery } from "./queries";
import { Stages } from "./stages";
import { typeName } from "./words";

const Upload = lazy(async () => ({ default: (await import("../tasks/upload")).Upload }));

export function ProjectPage(): ReactElement {
  const { projectId } = useParams({ from: "/inside/projects/$projectId" });
  const asked = useQuery(projectQuery(projectId));
  const manager = useMay("manager");
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data: project } = asked;
  return (
    <Page>
      <PageHead
        over={<Crumbs entries={[{ title: "Projects", to: "/projects" }]} />}
        name={project?.title}
        title={project === undefined ? <Skeleton height={29} width={260} /> : <Said>{project.title}</Said>}
        meta={project === undefined ? <Skeleton height={20} width={380} /> : <Facts project={project} />}
        actions={
          manager && project !== undefined && project.task_count > 0 && (
            <Suspense>
              <Upload projectId={project.id} button />
            </Suspense>
          )
        }
        file={project?.title}
      />
      {project !== undefined && project.task_count > 0 && <Stages project={project} />}
      <Tabs
        label="Parts of the project"
        links={
          <>
            <Link to="/projects/$projectId" params={{ projectId }} activeOptions={{ exact: true, includeSearch: false }} className={tabs.tab}>
              Tasks <span className={tabs.count}>{count(project?.task_count)}</span>
            </Link>
            <Link to="/projects/$projectId/batches" params={{ projectId }} className={tabs.tab}>
              Batches
            </Link>
            <Link to="/projects/$projectId/labels" params={{ projectId }} className={tabs.tab}>
              Labels <span className={tabs.count}>{count(project?.labels.length)}</span>
            </Link>
            {manager && (
              <Link to="/projects/$projectId/members" params={{ projectId }} className={tabs.tab}>
                Members
              </Link>
            )}
          </>
        }
      >
        <Outlet />
      </Tabs>
    </Page>
  );
}

function Facts({ project }: { project: Project }): ReactElement {
  const { task_count: all, completed_count: complete, rejected_count: rejected, in_review_count: waiting } = project;
  return (
    <>
      <Badge>{typeName(project.type)}</Badge>
      {all > 0 && (
        <span style={{ display: "inline-flex", alignItems: "center", gap: 10, width: 250 }}>
          <Bar
            whole={all}
            label={`${percent(complete, all)} complete`}
            parts={[
              { name: "complete", value: complete, colour: "var(--accent)" },
              { name: "in review", value: waiting, colour: "var(--warn)" },
              { name: "rejected", value: rejected, colour: "var(--bad)" },
            ]}
          />
          <span style={{ whiteSpace: "nowrap" }}>
            {count(complete)} of {count(all)} complete
          </span>
        </span>
      )}
      <span>
        created <When date={project.created_date} />
      </span>
      <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
        <code style={{ fontSize: 12 }}>{project.id}</code>
        <CopyIcon value={project.id} what="id" />
      </span>
    </>
  );
}
