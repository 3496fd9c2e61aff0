/** A list of tasks to search in: a query, its facets, pictures or a table over it, and one task large beside them. */
import { ActionIcon, MultiSelect, Popover, SegmentedControl, Select, Skeleton, Tooltip, VisuallyHidden } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { LinkProps } from "@tanstack/react-router";
import { lazy, Suspense, useState } from "react";
import type { KeyboardEvent, ReactElement, ReactNode } from "react";

import type { Colours } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import type { IconName } from "../../ui/icons";
import { Empty, Failure } from "../../ui/layout";
import { count, counted } from "../../ui/numbers";
import { useShortcuts } from "../../ui/shortcuts";
import { CsvAction } from "../../ui/table";
import type { Task } from "../../wire/types";
import type { Query } from "../slices/query";
import { queryText } from "../slices/query_text";
import { useChosen } from "./chosen";
import type { Chosen } from "./chosen";
import { choicesOf, columnsOf } from "./columns";
import type { TaskColumn } from "./columns";
import styles from "./explorer.module.css";
import { exportTable } from "./export";
import { FacetList } from "./facet_list";
import type { Listed } from "./pages";
import { facetsQuery, neighboursQuery } from "./queries";
import type { Source } from "./queries";
import { QueryBar } from "./query_bar";
import { Saved } from "./saved";
import { filtersOf, sortedBy } from "./search";
import type { TaskSearch } from "./search";
import { VirtualGrid } from "./virtual_grid";
import { VirtualTable } from "./virtual_table";

const QuickLook = lazy(() => import("./quick_look"));

const EVERYTHING: Query = { all: [] };

export interface ExplorerProps {
  source: Source;
  /** Whose predictions are drawn, where the tasks are a dataset's. */
  modelRunId?: string | undefined;
  search: TaskSearch;
  change: (search: TaskSearch) => void;
  labels: readonly string[];
  colours: Colours;
  open: (task: Task) => LinkProps;
  showStatus?: boolean;
  /** What can be done with the chosen tasks. */
  actions?: (listed: Listed, chosen: Chosen) => ReactNode;
}

export function Explorer({ source, modelRunId, search, change, labels, colours, open, showStatus = true, actions }: ExplorerProps): ReactElement {
  const filters = filtersOf(search);
  const asked = useQuery(facetsQuery(source, filters));
  const { data: facets, error, refetch } = asked;
  const query = facets?.query as Query | undefined;
  const listed: Listed = { source, filters, modelRunId, total: facets?.count ?? 0 };
  const chosen = useChosen(listed);
  const put = (more: Partial<TaskSearch>): void => change(cleared({ ...search, ...more }));
  const look = (id: string | null): void => put({ look: id ?? "" });
  const { data: neighbours } = useQuery({ ...neighboursQuery(search.look ?? "", { ...filters, ...(source.datasetId === undefined ? {} : { dataset_id: source.datasetId }) }), enabled: search.look !== undefined });
  const place = search.look !== undefined && neighbours !== undefined && neighbours.position > 0 ? neighbours.position - 1 : null;
  const shared = { listed, open, chosen, looked: search.look === undefined ? null : { id: search.look, place } };
  useListKeys(chosen, search.look === undefined);
  return (
    <>
      <QueryBar text={search.query ?? ""} query={query} change={(text) => put({ query: text })} labels={labels}>
        <Saved of={source.projectId ?? source.datasetId ?? ""} query={query} change={(text) => put({ query: text })} />
      </QueryBar>
      <div className={styles.columns} data-looking={search.look !== undefined || undefined}>
        <FacetList facets={error === null ? facets?.facets : []} query={error === null ? query : EVERYTHING} change={(next) => put({ query: queryText(next) })} colours={colours} />
        {/* oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- the key is for the link in it that has the focus */}
        <div className={styles.list} onKeyDown={(event) => onSpace(event, look)}>
          <div className={styles.tools}>
            <span className={styles.total} aria-live="polite">
              {error !== null ? null : facets === undefined ? <Skeleton height={12} width={90} /> : facets.count === facets.of ? counted(facets.of, "task") : `${count(facets.count)} of ${counted(facets.of, "task")}`}
            </span>
            {facets !== undefined && chosen.count > 0 && <Choice listed={listed} chosen={chosen} actions={actions} />}
            <span className={styles.spacer} />
            <Sorting search={search} put={put} judged={filters.evaluation_id !== undefined} />
            {search.view === "table" && <ColumnChoice search={search} put={put} keys={(facets?.facets ?? []).flatMap(({ field }) => (field.startsWith("metadata.") ? [field] : []))} />}
            <ViewSwitch search={search} change={change} />
            <DownloadTable listed={listed} columns={columnsOf(search.columns)} />
          </div>
          {error !== null && <Failure error={error} retry={() => void refetch()} />}
          {error === null && facets?.count === 0 && facets.of > 0 && <Empty title="No task fits this query" text={<>Take a part of it away, or <button type="button" className={styles.clear} onClick={() => put({ query: "" })}>see all tasks</button>.</>} />}
          {facets !== undefined && error === null && facets.count > 0 &&
            (search.view === "table" ? (
              <VirtualTable {...shared} columns={columnsOf(search.columns)} sort={search.sort} sortBy={(field) => change(sortedBy(search, field))} />
            ) : (
              <VirtualGrid {...shared} colours={colours} showStatus={showStatus} />
            ))}
        </div>
        {search.look !== undefined && (
          <div className={styles.look}>
            <Suspense fallback={<Skeleton height={480} radius={8} />}>
              <QuickLook taskId={search.look} neighbours={neighbours} modelRunId={modelRunId} colours={colours} look={look} open={open} />
            </Suspense>
          </div>
        )}
      </div>
    </>
  );
}

// What is empty is not in the address.
function cleared(search: TaskSearch): TaskSearch {
  return Object.fromEntries(Object.entries(search).filter(([, value]) => value !== undefined && value !== "")) as TaskSearch;
}

// Space on a task looks at it; on a box it chooses, as everywhere.
function onSpace(event: KeyboardEvent, look: (id: string) => void): void {
  const id = event.target instanceof HTMLElement ? event.target.closest<HTMLElement>("a[data-task]")?.dataset.task : undefined;
  if (event.key !== " " || id === undefined) return;
  event.preventDefault();
  event.stopPropagation();
  look(id);
}

function useListKeys(chosen: Chosen, alone: boolean): void {
  useShortcuts("Tasks", [
    { name: "look_at_task", keys: [" "], title: "Look at the task that has the focus", when: () => false, run: () => undefined },
    { name: "choose_all", keys: ["Ctrl+a"], title: "Choose all that the query takes", run: chosen.takeAll },
    { name: "choose_none", keys: ["Escape"], title: "Let go of what is chosen", when: () => alone && chosen.count > 0, run: chosen.clear },
  ]);
}

function Choice({ listed, chosen, actions }: { listed: Listed; chosen: Chosen; actions: ExplorerProps["actions"] }): ReactElement {
  return (
    <span className={styles.choice} role="group" aria-label="Chosen tasks">
      <strong>{count(chosen.count)} chosen</strong>
      {!chosen.all && chosen.count < listed.total && (
        <button type="button" className={styles.way} onClick={chosen.takeAll}>
          Choose all {count(listed.total)}
        </button>
      )}
      {actions?.(listed, chosen)}
      <button type="button" className={styles.way} onClick={chosen.clear}>
        Let go
      </button>
    </span>
  );
}

const ORDERS = [
  { value: "", label: "Oldest first" },
  { value: "-created", label: "Newest first" },
  { value: "filename", label: "By file name" },
  { value: "unique_id", label: "By own id" },
  { value: "batch", label: "By batch" },
  { value: "-annotations", label: "Most annotations" },
  { value: "annotations", label: "Fewest annotations" },
  { value: "-image.area", label: "Largest images" },
];
const JUDGED = [
  { value: "score", label: "Worst score" },
  { value: "-score", label: "Best score" },
  { value: "confidence", label: "Least confident" },
  { value: "-predictions", label: "Most predictions" },
];

function Sorting({ search, put, judged }: { search: TaskSearch; put: (more: Partial<TaskSearch>) => void; judged: boolean }): ReactElement {
  const known = judged ? [...JUDGED, ...ORDERS] : ORDERS;
  const { sort = "" } = search;
  const data = known.some(({ value }) => value === sort) ? known : [...known, { value: sort, label: `By ${sort.replace(/^-/, "")}${sort.startsWith("-") ? ", from the highest" : ""}` }];
  return <Select aria-label="Order" size="xs" w={158} allowDeselect={false} data={data} value={sort} onChange={(value) => put({ sort: value ?? "" })} comboboxProps={{ width: "max-content", position: "bottom-end" }} />;
}

function ColumnChoice({ search, put, keys }: { search: TaskSearch; put: (more: Partial<TaskSearch>) => void; keys: readonly string[] }): ReactElement {
  return (
    <Popover position="bottom-end" width={280} withinPortal shadow="md">
      <Popover.Target>
        <Tooltip label="Columns">
          <ActionIcon variant="default" size={30} aria-label="Columns">
            <Icon name="settings" size={14} />
          </ActionIcon>
        </Tooltip>
      </Popover.Target>
      <Popover.Dropdown>
        <MultiSelect
          label="Columns"
          size="xs"
          comboboxProps={{ withinPortal: false }}
          data={choicesOf(keys)}
          value={columnsOf(search.columns).map(({ name }) => name)}
          onChange={(names) => put({ columns: names.join(",") })}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function DownloadTable({ listed, columns }: { listed: Listed; columns: readonly TaskColumn[] }): ReactElement {
  const queries = useQueryClient();
  const [pending, setPending] = useState(false);
  const download = (): void => {
    setPending(true);
    void exportTable(queries, listed, columns).finally(() => setPending(false));
  };
  return <CsvAction download={download} loading={pending} disabled={listed.total === 0} />;
}

function ViewSwitch({ search, change }: Pick<ExplorerProps, "search" | "change">): ReactElement {
  return (
    <SegmentedControl
      size="xs"
      aria-label="How the tasks are shown"
      value={search.view ?? "grid"}
      onChange={(view) => {
        const { view: _before, ...rest } = search;
        change(view === "table" ? { ...rest, view } : rest);
      }}
      data={[
        { value: "grid", label: <Option name="grid" title="Pictures" /> },
        { value: "table", label: <Option name="rows" title="Table" /> },
      ]}
    />
  );
}

function Option({ name, title }: { name: IconName; title: string }): ReactElement {
  return (
    <span className={styles.option}>
      <Icon name={name} size={14} />
      <VisuallyHidden>{title}</VisuallyHidden>
    </span>
  );
}
