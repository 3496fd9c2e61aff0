/** A dataset: its head, and its parts behind tabs. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, Outlet, useParams } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Badge } from "../../ui/badge";
import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Page, PageHead } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { CopyIcon } from "../../ui/snippet";
import { Tabs } from "../../ui/tabs";
import tabs from "../../ui/tabs.module.css";
import { Said, When } from "../../ui/text";
import type { Dataset } from "../../wire/types";
import { datasetVersionsQuery } from "../dataset_versions/queries";
import { typeName } from "../projects/words";
import { slicesQuery } from "../slices/queries";
import { datasetQuery } from "./queries";

export function DatasetPage(): ReactElement {
  const { datasetId } = useParams({ from: "/inside/datasets/$datasetId" });
  const asked = useQuery(datasetQuery(datasetId));
  const { data: slices } = useQuery(slicesQuery(datasetId));
  const { data: versions } = useQuery(datasetVersionsQuery(datasetId));
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data: dataset } = asked;
  return (
    <Page>
      <PageHead
        over={<Crumbs entries={[{ title: "Datasets", to: "/datasets" }]} />}
        name={dataset?.name}
        title={dataset === undefined ? <Skeleton height={29} width={260} /> : <Said>{dataset.name}</Said>}
        meta={dataset === undefined ? <Skeleton height={20} width={380} /> : <Facts dataset={dataset} />}
        file={dataset?.name}
      />
      <Tabs
        label="Parts of the dataset"
        links={
          <>
            <Link to="/datasets/$datasetId" params={{ datasetId }} activeOptions={{ exact: true, includeSearch: false }} className={tabs.tab}>
              Tasks and runs <span className={tabs.count}>{count(dataset?.task_count)}</span>
            </Link>
            <Link to="/datasets/$datasetId/slices" params={{ datasetId }} activeOptions={{ includeSearch: false }} className={tabs.tab}>
              Slices <span className={tabs.count}>{count(slices?.count)}</span>
            </Link>
            <Link to="/datasets/$datasetId/versions" params={{ datasetId }} activeOptions={{ includeSearch: false }} className={tabs.tab}>
              Versions <span className={tabs.count}>{count(versions?.count)}</span>
            </Link>
          </>
        }
      >
        <Outlet />
      </Tabs>
    </Page>
  );
}

function Facts({ dataset }: { dataset: Dataset }): ReactElement {
  return (
    <>
      <Badge>{typeName(dataset.type)}</Badge>
      <span>{counted(dataset.task_count, "task")}</span>
      <span>{counted(dataset.annotation_count, "annotation")}</span>
      <span>
        created <When date={dataset.created_date} />
      </span>
      {dataset.project_id !== null && (
        <Link to="/projects/$projectId" params={{ projectId: dataset.project_id }} style={{ textDecoration: "underline", textUnderlineOffset: 3 }}>
          its project
        </Link>
      )}
      <span style={{ display: "inline-flex", alignItems: "center", gap: 2 }}>
        <code style={{ fontSize: 12 }}>{dataset.id}</code>
        <CopyIcon value={dataset.id} what="id" />
      </span>
    </>
  );
}
