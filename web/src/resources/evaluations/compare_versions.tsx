/** Three to eight versions against one baseline: what each gained, which is told in full, and what joins or leaves. */
import { ActionIcon, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { Icon } from "../../ui/icons";
import { Muted, Section } from "../../ui/layout";
import { count, pValue, share, signed } from "../../ui/numbers";
import { Range } from "../../ui/range";
import { cellLink, CsvButton, Table } from "../../ui/table";
import type { TableColumn } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Comparison, Evaluation, ScalarDifference } from "../../wire/types";
import { MOST_COMPARED, othersOf, pairs, withBaseline, withOthers } from "./compare_search";
import type { CompareSearch } from "./compare_search";
import { VerdictBadge } from "./difference";
import { useComparedName } from "./compared_names";
import { EvaluationSelect } from "./evaluation_select";
import { evaluationsQuery } from "./queries";
import { isAlike } from "./same";
import { signedInterval, symmetric, TONES } from "./verdict";

interface VersionRow {
  id: string;
  name: string;
  found: Comparison;
  headline: ScalarDifference | undefined;
}

/** The versions side by side. */
export function Versions({ found, search }: { found: Comparison; search: CompareSearch }): ReactElement {
  const told = useComparedName();
  const nameOf = (compared: Comparison["compared"][number] | undefined): string => (compared === undefined ? "" : told(compared.evaluation_id, `${compared.model_name} · ${compared.model_version_name}`));
  const rows = pairs(found).map((pair, place): VersionRow => {
    const compared = found.compared[place + 1];
    return { id: compared?.evaluation_id ?? "", name: nameOf(compared), found: pair, headline: pair.scalars[0] };
  });
  const columns = columnsOf(rows, search, found);
  return (
    <Section title="Versions" note={<>Each against <Said>{nameOf(found.compared[0])}</Said>, on the {count(found.tasks)} tasks that all share.</>} actions={<CsvButton columns={columns} rows={rows} filename="comparison-of-versions.csv" />}>
      <Table caption="Versions" rows={rows} rowKey={({ id }) => id} columns={columns} />
    </Section>
  );
}

function columnsOf(rows: readonly VersionRow[], search: CompareSearch, { scalars }: Comparison): TableColumn<VersionRow>[] {
  const span = symmetric(rows.flatMap(({ headline }) => headline ?? []));
  return [
    {
      name: "version",
      title: "Version",
      value: ({ name }) => name,
      show: ({ id, name }) => (
        <Link to="/compare" search={{ ...search, second: id }} className={cellLink} resetScroll={false} {...(id === search.second ? { "aria-current": "true" as const, "data-shown": true } : {})}>
          <Said>{name}</Said>
        </Link>
      ),
    },
    { name: "value", title: scalars[0]?.title ?? "Headline", right: true, value: ({ headline }) => headline?.second ?? null, show: ({ headline }) => share(headline?.second) },
    { name: "difference", title: "Difference", right: true, value: ({ headline }) => headline?.difference ?? null, show: ({ headline }) => <strong>{signed(headline?.difference)}</strong> },
    {
      name: "interval",
      title: "Interval",
      grows: true,
      show: ({ headline }) =>
        headline !== undefined && <Range value={headline.difference} low={headline.low} high={headline.high} span={span} tone={TONES[headline.verdict]} zero label={signedInterval(headline.low, headline.high)} />,
    },
    { name: "p_value", title: "p", right: true, value: ({ headline }) => headline?.p_value ?? null, show: ({ headline }) => pValue(headline?.p_value) },
    { name: "verdict", title: "Verdict", value: ({ headline }) => headline?.verdict ?? null, show: ({ headline }) => headline !== undefined && <VerdictBadge of={headline} /> },
    { name: "won", title: "Won", right: true, value: ({ found }) => found.won_count, show: ({ found }) => count(found.won_count) },
    { name: "lost", title: "Lost", right: true, value: ({ found }) => found.lost_count, show: ({ found }) => count(found.lost_count) },
    { name: "ways", title: <span className="visually-hidden">Ways</span>, right: true, show: ({ id, name }) => <Ways id={id} name={name} search={search} /> },
  ];
}

function Ways({ id, name, search }: { id: string; name: string; search: CompareSearch }): ReactElement {
  const navigate = useNavigate();
  const others = othersOf(search);
  const go = (next: CompareSearch): void => void navigate({ to: "/compare", search: next, resetScroll: false });
  return (
    <>
      <Tooltip label="Make it the baseline">
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={`Make ${name} the baseline`} onClick={() => go(withBaseline(search, id))}>
          <Icon name="swap" size={13} />
        </ActionIcon>
      </Tooltip>
      <Tooltip label="Leave it out">
        <ActionIcon variant="subtle" color="gray" size={24} aria-label={`Leave ${name} out`} onClick={() => go(withOthers(search, others.filter((other) => other !== id)))}>
          <Icon name="close" size={12} />
        </ActionIcon>
      </Tooltip>
    </>
  );
}

/** Takes one more version in: the newest finished evaluations of the same kind, dataset and settings. */
export function AddVersion({ one, search }: { one: Evaluation; search: CompareSearch }): ReactElement | null {
  const { data } = useQuery(evaluationsQuery({ dataset_id: one.dataset_id }));
  const navigate = useNavigate();
  const others = othersOf(search);
  const taken = new Set([search.first, ...others]);
  const rivals = (data?.results ?? []).filter((other) => !taken.has(other.id) && other.state === "finished" && isAlike(one, other));
  if (rivals.length === 0) return null;
  if (taken.size >= MOST_COMPARED) return <Muted>{MOST_COMPARED} versions at most</Muted>;
  return (
    <EvaluationSelect
      evaluations={rivals}
      placeholder="Add a version …"
      name="Add a version"
      onChoose={(id) => void navigate({ to: "/compare", search: withOthers(search, [...others, id]), resetScroll: false })}
    />
  );
}
