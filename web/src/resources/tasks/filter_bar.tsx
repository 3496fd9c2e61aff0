/** The filters of a list of tasks, kept in the address, and how the list is shown. */
import { Button, SegmentedControl, Select, VisuallyHidden } from "@mantine/core";
import type { ReactElement, ReactNode } from "react";

import { LabelChip } from "../../ui/badge";
import type { Colours } from "../../ui/colours";
import { Icon } from "../../ui/icons";
import type { IconName } from "../../ui/icons";
import styles from "./filter_bar.module.css";
import { filterCount, TO_ANNOTATE, withFilter } from "./search";
import type { TaskSearch } from "./search";
import { STATUSES } from "./words";

interface FilterBarProps {
  search: TaskSearch;
  change: (search: TaskSearch) => void;
  labels: readonly string[];
  colours: Colours;
  batches?: readonly { id: string; name: string }[];
  children?: ReactNode;
}

const YES_NO = [
  { value: "true", label: "Complete" },
  { value: "false", label: "Not complete" },
];
const REJECTED = [
  { value: "true", label: "Rejected" },
  { value: "false", label: "Not rejected" },
];

/** The status says most of what `complete` and `rejected` do: those two are shown where the address has them. */
export function FilterBar({ search, change, labels, colours, batches, children }: FilterBarProps): ReactElement {
  return (
    <div className={styles.bar}>
      {batches !== undefined && (
        <>
          <Choice title="Status" value={search.status} data={STATUS_CHOICES} choose={(status) => change(withFilter(search, { status: status ?? undefined }))} />
          <Choice title="Batch" value={search.batch_id} data={batches.map(({ id, name }) => ({ value: id, label: name }))} choose={(id) => change(withFilter(search, { batch_id: id ?? undefined }))} />
          {search.complete !== undefined && <Choice title="Complete" value={search.complete?.toString()} data={YES_NO} choose={(value) => change(withFilter(search, { complete: flag(value) }))} />}
          {search.rejected !== undefined && <Choice title="Rejected" value={search.rejected?.toString()} data={REJECTED} choose={(value) => change(withFilter(search, { rejected: flag(value) }))} />}
        </>
      )}
      <Choice title="Label" value={search.label} data={labels.map((label) => ({ value: label, label }))} choose={(label) => change(withFilter(search, { label: label ?? undefined }))} colours={colours} />
      {filterCount(search) > 0 && (
        <Button variant="subtle" color="gray" size="xs" leftSection={<Icon name="close" size={12} />} onClick={() => change(search.view === undefined ? {} : { view: search.view })}>
          Clear
        </Button>
      )}
      <span className={styles.spacer} />
      {children}
      <ViewSwitch search={search} change={change} />
    </div>
  );
}

const STATUS_CHOICES = [{ value: TO_ANNOTATE, label: "To annotate" }, ...STATUSES];

function flag(value: string | null): boolean | undefined {
  return value === null ? undefined : value === "true";
}

interface ChoiceProps {
  title: string;
  value: string | undefined;
  data: { value: string; label: string }[];
  choose: (value: string | null) => void;
  colours?: Colours;
}

function Choice({ title, value, data, choose, colours }: ChoiceProps): ReactElement {
  return (
    <Select
      aria-label={title}
      placeholder={title}
      size="xs"
      w={132}
      clearable
      searchable={data.length > 12}
      data={data}
      value={value ?? null}
      onChange={choose}
      comboboxProps={{ width: "max-content", position: "bottom-start" }}
      {...(colours === undefined ? {} : { renderOption: ({ option }) => <LabelChip name={option.label} colour={colours(option.value)} /> })}
    />
  );
}

function ViewSwitch({ search, change }: Pick<FilterBarProps, "search" | "change">): ReactElement {
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
