/** The slices of a dataset side by side, each leading to the report of it alone. */
import { Skeleton } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import type { ReactElement } from "react";

import { BlockSection } from "../../blocks";
import type { BlockContext } from "../../blocks/_protocol";
import { Failure } from "../../ui/layout";
import { cellLink } from "../../ui/table";
import { Said } from "../../ui/text";
import type { Evaluation } from "../../wire/types";
import { slicesQuery } from "../slices/queries";
import { sliceTableQuery } from "./queries";
import { readReportSearch } from "./search";
import type { ReportSearch, ReportState } from "./search";

interface SliceTableProps {
  evaluation: Evaluation;
  state: ReportState;
  context: BlockContext;
}

export function SliceTable({ evaluation, state, context }: SliceTableProps): ReactElement | null {
  const { data: slices } = useQuery(slicesQuery(evaluation.dataset_id));
  const ids = (slices?.results ?? []).map(({ id }) => id);
  const { data: block, error } = useQuery({ ...sliceTableQuery(evaluation.id, state, ids), enabled: ids.length > 0 });
  if (ids.length === 0) return null;
  if (error !== null) return <Failure error={error} />;
  if (block === undefined) return <Skeleton height={120} radius={8} />;
  return block === null ? null : <BlockSection block={block} context={context} />;
}

interface SliceLinkProps {
  evaluationId: string;
  /** Null for all tasks together. */
  sliceId: string | null;
  name: string;
  search: ReportSearch;
}

export function SliceLink({ evaluationId, sliceId, name, search }: SliceLinkProps): ReactElement {
  const shown = (search.slice_id ?? null) === sliceId;
  return (
    <Link to="/evaluations/$evaluationId" params={{ evaluationId }} search={readReportSearch({ ...search, slice_id: sliceId ?? undefined })} className={cellLink} {...(shown ? { "aria-current": "true" as const, "data-shown": true } : {})}>
      <Said>{name}</Said>
    </Link>
  );
}
