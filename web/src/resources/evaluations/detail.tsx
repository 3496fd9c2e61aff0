/** A model run's report: its numbers, figures and worst examples. */
import { Skeleton } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useParams, useRouter, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback, useMemo } from "react";
import type { ReactElement } from "react";

import { BlockSection, viewOf } from "../../blocks";
import type { BlockContext, Target } from "../../blocks/_protocol";
import { columnCount, dealt } from "../../blocks/columns";
import type { Colours } from "../../ui/colours";
import { FailedPage, stoppedBy } from "../../ui/failed_page";
import { Failure, Page } from "../../ui/layout";
import type { Opens } from "../../ui/opener";
import type { Block, Dataset, Evaluation, Report } from "../../wire/types";
import { datasetQuery } from "../datasets/queries";
import { useDatasetColours } from "../labels/queries";
import { judgedTasksQuery } from "../tasks/queries";
import { ExampleCard } from "./example_card";
import { FocusBar } from "./focus_bar";
import { ReportHead } from "./head";
import { readings, readLabelMap } from "./label_map";
import { isListed, openingOf, openingText, openingWords, readOpening } from "./openings";
import { Protocols } from "./protocols";
import { evaluationQuery, intervalsQuery, reportQuery } from "./queries";
import styles from "./report.module.css";
import { cellFocus, focused, readReportSearch, readState } from "./search";
import type { Focus, ReportState } from "./search";
import { SliceLink, SliceTable } from "./slice_table";
import { StaleNotice } from "./stale";
import { StateBar } from "./state_bar";
import type { Changes } from "./state_bar";
import { isBasis, scalarOf } from "./state_words";
import { useTruths } from "./truths";

const OutcomePanel = lazy(() => import("./outcome_panel"));

const FROM = "/inside/evaluations/$evaluationId";

export function EvaluationPage(): ReactElement {
  const { evaluationId } = useParams({ from: FROM });
  const asked = useQuery(evaluationQuery(evaluationId));
  const stopped = stoppedBy(asked);
  if (stopped !== null) return <FailedPage {...stopped} />;
  const { data: evaluation } = asked;
  return (
    <Page>
      {evaluation === undefined ? <Skeleton height={64} mb={22} /> : <ReportHead evaluation={evaluation} />}
      {evaluation?.stale === true && <StaleNotice evaluation={evaluation} />}
      {evaluation?.state === "failed" && <Failure error={new Error(evaluation.failure ?? "the evaluation failed")} />}
      {evaluation?.state === "finished" ? <Body key={evaluation.id} evaluation={evaluation} /> : evaluation?.state !== "failed" && <Skeleton height={190} radius={8} />}
    </Page>
  );
}

// What was shown before stays, dimmed, while the page asks for the numbers of another state.
function Body({ evaluation }: { evaluation: Evaluation }): ReactElement {
  const [state, change] = useReportState();
  const { data: quick, error, refetch, isPlaceholderData: asking } = useQuery(reportQuery(evaluation.id, state));
  const { data: withIntervals } = useQuery({ ...intervalsQuery(evaluation.id, state), enabled: quick !== undefined && !asking });
  const report = withIntervals ?? quick;
  const failed = error !== null && quick === undefined;
  const context = useContext(evaluation, report);
  const drawn = (block: Block): ReactElement => <BlockSection key={block.name} block={block} context={context} />;
  return (
    <>
      <StateBar evaluation={evaluation} report={report} state={state} asking={asking} failed={failed} change={change} />
      {failed ? (
        <Failure error={error} retry={() => void refetch()} />
      ) : report === undefined ? (
        <Skeleton height={190} radius={8} />
      ) : (
        <div className={styles.report} aria-busy={asking}>
          {rows(report.blocks.filter((block) => !isBasis(block))).map((row) => {
            const [first, ...others] = row;
            if (first !== undefined && others.length === 0) return drawn(first);
            return (
              <Cards key={first?.name} of={row}>
                {drawn}
              </Cards>
            );
          })}
          <SliceTable evaluation={evaluation} state={state} context={context} />
          <Opened evaluation={evaluation} colours={context.colours} />
          <Protocols evaluation={evaluation} state={state} context={context} />
        </div>
      )}
    </>
  );
}

// What a number stands for, over the report; its code is loaded when one is opened first.
function Opened({ evaluation, colours }: { evaluation: Evaluation; colours: Colours }): ReactElement | null {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/evaluations/$evaluationId" });
  const opening = useMemo(() => readOpening(search.open), [search.open]);
  if (opening === null || !isListed(evaluation.kind)) return null;
  const put = (next: object): void => void navigate({ search: readReportSearch({ ...search, ...next }), resetScroll: false });
  return (
    <Suspense>
      <OutcomePanel evaluation={evaluation} opening={opening} search={search} colours={colours} go={(page) => put({ page })} close={() => put({ open: undefined })} />
    </Suspense>
  );
}

// One control's changes in a row are one step of the history: back leads to what was before them.
function useReportState(): [ReportState, (changes: Changes) => void] {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/evaluations/$evaluationId" });
  const router = useRouter();
  const change = useCallback(
    (changes: Changes): void => {
      const control = Object.keys(changes).join(" ");
      const replace = router.state.location.state.control === control;
      void navigate({ search: (before) => readReportSearch({ ...before, ...changes }), replace, resetScroll: false, state: { control } });
    },
    [navigate, router],
  );
  const state = useMemo(() => readState(search), [search]);
  return [state, change];
}

// The width is known before anything is drawn: a card that changed its column would be drawn twice.
function Cards({ of, children }: { of: readonly Block[]; children: (block: Block) => ReactElement }): ReactElement {
  const { ref, width } = useElementSize();
  const columns = width === 0 ? [] : dealt(of, columnCount(width, of.length), heightOf);
  return (
    <div className={styles.cards} ref={ref}>
      {columns.map((column) => (
        <div key={column[0]?.name} className={styles.column}>
          {column.map(children)}
        </div>
      ))}
    </div>
  );
}

function useContext(evaluation: Evaluation, report: Report | undefined): BlockContext {
  const search = useSearch({ from: FROM });
  const navigate = useNavigate({ from: "/evaluations/$evaluationId" });
  const { data: dataset } = useQuery(datasetQuery(evaluation.dataset_id));
  const own = useDatasetColours(evaluation.dataset_id);
  const { colours, labels } = useMemo(() => readLabels(dataset, search.label_map, own), [dataset, search.label_map, own]);
  const ids = useMemo(() => [...new Set((report?.blocks ?? []).flatMap((block) => (block.type === "examples" ? block.examples : [])).map(({ task_id: id }) => id))], [report]);
  const { data: tasks } = useQuery({ ...judgedTasksQuery(evaluation.dataset_id, evaluation.model_run_id, ids), enabled: ids.length > 0 });
  const truthOf = useTruths(evaluation, ids);
  const judging = useMemo(() => ({ kind: evaluation.kind, several: isOfSeveral(evaluation, report), isLabel: (name: string) => labels.has(name) }), [evaluation, report, labels]);
  const change = (next: Focus): void => void navigate({ search: { ...readState(search), ...next }, replace: true, resetScroll: false });
  const show = (next: Focus): void => {
    change(next);
    const shows = report?.blocks.find((block) => block.type === "examples" && focused(block.examples, next).length > 0);
    document.getElementById(shows?.name ?? "")?.scrollIntoView({ behavior: "smooth", block: "start" });
  };
  return {
    colours,
    isLabel: (name) => labels.has(name),
    headline: report?.headline ?? "",
    opens: (block, target) => {
      if (!isListed(evaluation.kind)) return inExamples(target, show);
      const opening = openingOf(block, target, judging);
      if (opening === null) return null;
      return { title: openingWords(opening), run: () => void navigate({ search: readReportSearch({ ...search, page: undefined, open: openingText(opening) }), resetScroll: false }) };
    },
    drawSlice: (sliceId, name) => <SliceLink evaluationId={evaluation.id} sliceId={sliceId} name={name} search={search} />,
    draw: (example, block) => <ExampleCard example={example} task={tasks && (tasks.get(example.task_id) ?? null)} truth={truthOf(example.task_id)} evaluation={evaluation} search={{ ...search, block }} colours={own} />,
    shown: (examples) => focused(examples, search),
    choose: (examples) => <FocusBar focus={search} examples={examples} change={change} />,
  };
}

// Whose outcomes are not listed one by one shows the tasks among its examples.
function inExamples(target: Target, show: (focus: Focus) => void): Opens | null {
  if (target.of === "cell") return { title: "Examples", run: () => show(cellFocus(target.row, target.column)) };
  return target.of === "label" && target.column === undefined ? { title: "Examples", run: () => show({ truth: target.label }) } : null;
}

// Of several labels a report counts hits, of one label items that are right.
function isOfSeveral({ kind }: Evaluation, report: Report | undefined): boolean {
  return kind === "classification" && scalarOf(report, "hits") !== null;
}

// Labels that are read as one have the colour of the first of them.
function readLabels(dataset: Dataset | undefined, text: string | undefined, own: Colours): { colours: Colours; labels: ReadonlySet<string> } {
  const read = readings(dataset?.labels.map(({ label }) => label) ?? [], readLabelMap(text)).filter(({ leftOut }) => !leftOut);
  const first = new Map(read.map(({ name, members }) => [name, members[0] ?? name]));
  return { colours: (label) => own(first.get(label) ?? label), labels: new Set(first.keys()) };
}

const TITLE = 130;

function heightOf(block: Block): number {
  return TITLE + (viewOf(block)?.height?.(block) ?? 0);
}

function isCard(block: Block): boolean {
  return viewOf(block)?.room(block) === "card";
}

// Examples come right after the first numbers, so that the pictures are one click away; then what
// fits beside each other, then what needs the width.
function rows(blocks: readonly Block[]): Block[][] {
  const examples = blocks.filter(({ type }) => type === "examples");
  const others = blocks.filter(({ type }) => type !== "examples");
  const first = others.findIndex(isCard);
  const before = first < 0 ? others : others.slice(0, first);
  const after = others.slice(before.length);
  const beside = after.filter(isCard);
  const alone = [...before, ...examples].map((block) => [block]);
  return [...alone, ...(beside.length > 0 ? [beside] : []), ...after.filter((block) => !isCard(block)).map((block) => [block])];
}
