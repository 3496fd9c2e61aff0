/** The configs of two versions side by side, the changed keys first. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useSearch } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Crumbs } from "../../ui/crumbs";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Muted, Page, PageHead, Section } from "../../ui/layout";
import { counted } from "../../ui/numbers";
import { Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { ModelVersion } from "../../wire/types";
import styles from "./config.module.css";
import { differences, written } from "./config_values";
import type { Difference } from "./config_values";
import { versionQuery } from "./queries";

export function ConfigsPage(): ReactElement {
  const { first, second } = useSearch({ from: "/inside/model-versions/configs" });
  const one = useQuery(versionQuery(first));
  const two = useQuery(versionQuery(second));
  const stopped = stoppedBy(one, two);
  if (stopped !== null) return <FailedPage {...stopped} />;
  if (one.data === undefined || two.data === undefined) return <Page><Skeleton height={300} radius={8} /></Page>;
  const rows = differences(one.data.config, two.data.config);
  const changed = rows.filter((row) => row.changed).length;
  const columns = columnsOf(one.data, two.data);
  return (
    <Page>
      <PageHead
        over={<Crumbs entries={[{ title: "Models", to: "/models" }, { title: one.data.model_name, to: "/models/$modelId", params: { modelId: one.data.model_id } }]} />}
        title="Configs compared"
        meta={changed === 0 ? "The two configs are the same." : `${changed} of ${counted(rows.length, "key")} ${changed === 1 ? "differs" : "differ"}.`}
        file="configs compared"
      />
      <Section title="Keys">
        <Table caption="Configs" rows={rows} rowKey={(row) => row.key} columns={columns} file="configs.csv" dense />
      </Section>
    </Page>
  );
}

function columnsOf(first: ModelVersion, second: ModelVersion): TableColumn<Difference>[] {
  return [
    { name: "key", title: "Key", value: (row) => row.key, show: (row) => (row.changed ? <strong><Said>{row.key}</Said></strong> : <Muted><Said>{row.key}</Said></Muted>) },
    sideOf("first", first),
    sideOf("second", second),
  ];
}

function sideOf(name: "first" | "second", version: ModelVersion): TableColumn<Difference> {
  return {
    name,
    title: (
      <Link to="/model-versions/$versionId" params={{ versionId: version.id }} style={{ textDecoration: "underline", textUnderlineOffset: 3 }}>
        <Said>{version.model_name}</Said> · <Said>{version.name}</Said>
      </Link>
    ),
    fixed: true,
    value: (row) => written(row[name]),
    show: (row) => <Value row={row} value={row[name]} />,
  };
}

function Value({ row, value }: { row: Difference; value: unknown }): ReactElement {
  if (value === undefined) return <Muted>absent</Muted>;
  return (
    <bdi className={`${styles.mono} ${row.changed ? styles.changed : ""}`}>{written(value)}</bdi>
  );
}
