"""Evaluations over HTTP."""

from __future__ import annotations

from linlog.server.context import Context
from linlog.server.outcome_filters import OutcomeFilters
from linlog.server.request import Paging, Router
from linlog.server.services import (
    comparisons,
    documents,
    evaluations,
    explanations,
    reports,
    truths,
    verifications,
)
from linlog.wire import codec
from linlog.wire.blocks import Report
from linlog.wire.comparisons import Comparison
from linlog.wire.datasets import Split
from linlog.wire.evaluations import (
    Document,
    EvaluatedLabels,
    EvaluatedOutcome,
    EvaluatedTruths,
    Evaluation,
    EvaluationCreate,
    Form,
    Missing,
    ReportState,
    State,
    Verification,
)
from linlog.wire.explanations import Explanation
from linlog.wire.paging import Page
from linlog.wire.tasks import Deleted

router = Router("evaluations")


@router.get("/evaluations", policy="viewer")
def list_(
    ctx: Context,
    page: Paging,
    model_run_id: str | None = None,
    dataset_id: str | None = None,
    model_version_id: str | None = None,
    kind: str | None = None,
    state: State | None = None,
) -> Page[Evaluation]:
    """Evaluations, newest first."""
    return evaluations.list_page(
        ctx,
        page,
        model_run_id=model_run_id,
        dataset_id=dataset_id,
        model_version_id=model_version_id,
        kind=kind,
        state=state,
    )


@router.post("/evaluations", policy="manager")
def create(ctx: Context, body: EvaluationCreate) -> Evaluation:
    """Ask for an evaluation; a job computes it."""
    return evaluations.create(ctx, body)


@router.get("/evaluations/compare", policy="viewer")
def compare(
    ctx: Context,
    evaluation_ids: str,
    slice_id: str | None = None,
    query: str | None = None,
    slices: str | None = None,
    level: float = comparisons.LEVEL,
) -> Comparison:
    """What two to eight evaluations, with commas between, gained over the first of them.

    `slices` are ids of slices to compare beside all tasks, with commas between them.
    """
    return comparisons.compare(
        ctx,
        evaluation_ids.split(","),
        slice_id=slice_id,
        query=query,
        beside=reports.listed(slices),
        level=level,
    )


@router.get("/evaluations/compare/document", policy="viewer")
def compare_document(
    ctx: Context,
    evaluation_ids: str,
    slice_id: str | None = None,
    query: str | None = None,
    slices: str | None = None,
    level: float = comparisons.LEVEL,
    form: Form = "html",
) -> Document:
    """The same comparison as one HTML page that needs no network, or as Markdown."""
    found = compare(ctx, evaluation_ids, slice_id, query, slices, level)
    return documents.of_comparison(found, form)


@router.get("/evaluations/{evaluation_id}", policy="viewer")
def get(ctx: Context, evaluation_id: str) -> Evaluation:
    """One evaluation, without its report."""
    return evaluations.get(ctx, evaluation_id)


@router.delete("/evaluations/{evaluation_id}", policy="manager")
def delete(ctx: Context, evaluation_id: str) -> Deleted:
    """Remove an evaluation with its report."""
    return Deleted(deleted=evaluations.delete(ctx, evaluation_id))


@router.get("/evaluations/{evaluation_id}/report", policy="viewer")
def report(
    ctx: Context,
    evaluation_id: str,
    *,
    confidence_threshold: float | None = None,
    iou_threshold: float | None = None,
    oks_threshold: float | None = None,
    label_map: str | None = None,
    slice_id: str | None = None,
    query: str | None = None,
    split: Split | None = None,
    missing: Missing | None = None,
    slices: str | None = None,
    intervals: bool = False,
) -> Report:
    """The report of a finished evaluation, under the state that the query says.

    `label_map` is a JSON object of names, null for labels to leave out; `slices` are ids with
    commas between them.
    """
    state = reports.state(
        label_map=label_map,
        slices=slices,
        confidence_threshold=confidence_threshold,
        iou_threshold=iou_threshold,
        oks_threshold=oks_threshold,
        slice_id=slice_id,
        query=query,
        split=split,
        missing=missing,
        intervals=intervals,
    )
    return codec.encoded(reports.get(ctx, evaluation_id, state), Report)


@router.post("/evaluations/{evaluation_id}/report", policy="viewer", status=200, reads=True)
def report_of(ctx: Context, evaluation_id: str, body: ReportState) -> Report:
    """The report of a finished evaluation, under the state that the body says."""
    return codec.encoded(reports.get(ctx, evaluation_id, body), Report)


@router.get("/evaluations/{evaluation_id}/outcomes", policy="viewer")
def outcomes(
    ctx: Context,
    evaluation_id: str,
    page: Paging,
    wanted: OutcomeFilters,
    *,
    confidence_threshold: float | None = None,
    iou_threshold: float | None = None,
    oks_threshold: float | None = None,
    label_map: str | None = None,
    slice_id: str | None = None,
    query: str | None = None,
    split: Split | None = None,
    missing: Missing | None = None,
) -> Page[EvaluatedOutcome]:
    """What became of each truth and prediction, under the state that the query says.

    By falling confidence; then the missed truths, the largest first. As many as the report of the
    state counts.
    """
    state = reports.state(
        label_map=label_map,
        slices=None,
        confidence_threshold=confidence_threshold,
        iou_threshold=iou_threshold,
        oks_threshold=oks_threshold,
        slice_id=slice_id,
        query=query,
        split=split,
        missing=missing,
    )
    return reports.outcomes(ctx, evaluation_id, state, wanted, page)


@router.post("/evaluations/{evaluation_id}/outcomes", policy="viewer", status=200, reads=True)
def outcomes_of(
    ctx: Context, evaluation_id: str, body: ReportState, page: Paging, wanted: OutcomeFilters
) -> Page[EvaluatedOutcome]:
    """What became of each truth and prediction, under the state that the body says."""
    return reports.outcomes(ctx, evaluation_id, body, wanted, page)


@router.post("/evaluations/{evaluation_id}/document", policy="viewer", status=200, reads=True)
def document(ctx: Context, evaluation_id: str, body: ReportState, form: Form = "html") -> Document:
    """The report under the state that the body says, as one HTML page or as Markdown."""
    return documents.of_report(ctx, evaluation_id, body, form)


@router.get("/evaluations/{evaluation_id}/labels", policy="viewer")
def labels(ctx: Context, evaluation_id: str) -> EvaluatedLabels:
    """The labels that occur in what was evaluated, with how often they do."""
    return reports.labels(ctx, evaluation_id)


@router.get("/evaluations/{evaluation_id}/truths", policy="viewer")
def truths_(ctx: Context, evaluation_id: str, task_ids: str) -> EvaluatedTruths:
    """The annotations that some tasks were judged by; `task_ids` has commas between them."""
    return truths.get_many(ctx, evaluation_id, reports.listed(task_ids))


@router.get("/evaluations/{evaluation_id}/protocols", policy="viewer")
def protocols(
    ctx: Context,
    evaluation_id: str,
    *,
    confidence_threshold: float | None = None,
    iou_threshold: float | None = None,
    label_map: str | None = None,
    slice_id: str | None = None,
    query: str | None = None,
    split: Split | None = None,
    missing: Missing | None = None,
) -> Report:
    """Average precision by COCO, PASCAL VOC and Ultralytics, and what makes them differ.

    Labels and tasks are those of the state that the query says. Protocols have confidences and IoUs
    of their own: those of the state say only which tasks a slice by outcome takes.
    """
    state = reports.state(
        label_map=label_map,
        slices=None,
        confidence_threshold=confidence_threshold,
        iou_threshold=iou_threshold,
        slice_id=slice_id,
        query=query,
        split=split,
        missing=missing,
    )
    return codec.encoded(reports.protocols(ctx, evaluation_id, state), Report)


@router.post("/evaluations/{evaluation_id}/protocols", policy="viewer", status=200, reads=True)
def protocols_of(ctx: Context, evaluation_id: str, body: ReportState) -> Report:
    """Average precision by the protocols, under the state that the body says."""
    return codec.encoded(reports.protocols(ctx, evaluation_id, body), Report)


@router.get("/evaluations/{evaluation_id}/verification", policy="viewer")
def verify(ctx: Context, evaluation_id: str) -> Verification:
    """Make a report anew from what was frozen, and say whether its blocks are the same bytes."""
    return verifications.verify(ctx, evaluation_id)


@router.get("/evaluations/{evaluation_id}/explanation", policy="viewer")
def explain(ctx: Context, evaluation_id: str, earlier: str) -> Explanation:
    """Why the numbers of an evaluation differ from those of an earlier one."""
    return codec.encoded(explanations.get(ctx, evaluation_id, earlier=earlier), Explanation)
