"""Reports asked for under another state: summarized anew from the stored tallies, never matched."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Invalid, invalid
from linlog.evaluation import kinds
from linlog.server.services import evaluations, report_states, slices
from linlog.server.store import paging
from linlog.wire import codec
from linlog.wire.blocks import Column, PerSlice, Report, SliceRow
from linlog.wire.evaluations import (
    EvaluatedLabel,
    EvaluatedLabels,
    EvaluatedOutcome,
    OutcomeFilter,
    ReportState,
)
from linlog.wire.paging import Page

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.evaluation.kinds import Kind
    from linlog.evaluation.outcome_rows import OutcomeRows
    from linlog.evaluation.tallies import Tally
    from linlog.server.context import Context
    from linlog.server.services.report_states import Shown, View
    from linlog.server.store.paging import Window
    from linlog.wire.slices import Slice

_AS_MADE: Final = ReportState()


def state(*, label_map: str | None, slices: str | None, **plain: Any) -> ReportState:
    """The state that a query says. Raises Invalid for what it cannot be."""
    try:
        named = {} if label_map is None else codec.decode(label_map, dict[str, str | None])
    except ValueError as error:
        message = f"label_map must be a JSON object of names and nulls: {error}"
        raise Invalid(message, field="label_map") from error
    try:
        return ReportState(label_map=named, slices=listed(slices), **plain)
    except ValueError as error:
        raise invalid(error) from error


def listed(text: str | None) -> tuple[str, ...]:
    """The ids that a query names with commas between them."""
    return tuple(each.strip() for each in (text or "").split(",") if each.strip())


def get(ctx: Context, evaluation_id: str, state: ReportState) -> bytes:
    """The report of a finished evaluation under a state, as JSON.

    Raises Conflict before it is finished.
    """
    if state == _AS_MADE:
        return evaluations.report(ctx, evaluation_id)
    shown = report_states.read(ctx, evaluations.finished(ctx, evaluation_id), state)
    key = report_states.key(ctx, shown)
    return ctx.memory.get(f"report {key}", lambda: codec.encode(_made(ctx, shown)), len)


def outcomes(
    ctx: Context, evaluation_id: str, state: ReportState, wanted: OutcomeFilter, window: Window
) -> Page[EvaluatedOutcome]:
    """What became of each truth and prediction under a state, the gravest first.

    As many as the report of that state counts. Raises Conflict before the evaluation is finished,
    and Invalid for a kind that cannot list them and for labels and types of errors it has not.
    """
    from linlog.evaluation import outcome_rows

    evaluation = evaluations.finished(ctx, evaluation_id)
    kind = kinds.get(evaluation.kind)
    if not isinstance(kind, kinds.Listing):
        message = f"{evaluation.kind} has no outcomes one by one: it counts something else"
        raise Invalid(message, field="evaluation_id")
    shown = report_states.read(ctx, evaluation, state)
    key = f"outcomes {wanted.all_confidences} {report_states.key(ctx, shown)}"
    rows: OutcomeRows = ctx.memory.get(
        key,
        lambda: kind.list_outcomes(
            report_states.view(ctx, shown).judged, _listed_by(shown.config, wanted)
        ),
        lambda made: made.size_bytes,
    )
    try:
        places = outcome_rows.chosen(rows, wanted)
    except ValueError as error:
        raise invalid(error) from error
    begun = paging.read_offset(window)
    if begun is None:
        raise paging.no_cursor()
    some = places[begun : begun + window.limit]
    end = begun + len(some)
    return Page(
        results=outcome_rows.listed(rows, some),
        count=len(places),
        next=paging.write_offset(end) if len(some) and end < len(places) else None,
    )


def _listed_by(config: Any, wanted: OutcomeFilter) -> Any:
    return replace(config, confidence_threshold=0.0) if wanted.all_confidences else config


def labels(ctx: Context, evaluation_id: str) -> EvaluatedLabels:
    """The labels that a finished evaluation met. Raises Conflict before it is finished."""
    import numpy as np

    tally = evaluations.tally(ctx, evaluations.finished(ctx, evaluation_id))
    truths, predictions = (
        np.bincount(rows["label"], minlength=len(tally.labels)).tolist()
        for rows in (tally.truths, tally.predictions)
    )
    return EvaluatedLabels(
        labels=tuple(
            EvaluatedLabel(label=label, truths=truths[at], predictions=predictions[at])
            for at, label in enumerate(tally.labels)
        )
    )


def protocols(ctx: Context, evaluation_id: str, state: ReportState) -> bytes:
    """Average precision of a finished evaluation under the rules of others, as a report's JSON.

    A protocol has a confidence and IoUs of its own: those of the state say only which tasks a
    slice by outcome takes. Raises Conflict before it is finished and Invalid for a kind that no
    protocol judges, and for a state that asks for slices or intervals.
    """
    from linlog.evaluation import protocol_blocks

    evaluation = evaluations.finished(ctx, evaluation_id)
    try:
        protocol_blocks.check(evaluation.kind)
    except ValueError as error:
        raise Invalid(str(error), field="evaluation_id") from error
    for name in ("slices", "intervals"):
        if getattr(state, name):
            message = f"protocols have no {name}: ask for one slice_id, and leave {name} out"
            raise Invalid(message, field=name)
    shown = report_states.read(ctx, evaluation, state)

    def make() -> bytes:
        view = report_states.view(ctx, shown)
        report = protocol_blocks.report(view.judged, shown.config.missing)
        return codec.encode(_with_basis(report, view))

    return ctx.memory.get(f"protocols {report_states.key(ctx, shown)}", make, len)


def _made(ctx: Context, shown: Shown) -> Report:
    from linlog.evaluation import intervals

    kind = kinds.get(shown.evaluation.kind)
    view = report_states.view(ctx, shown)
    report = kind.summarize(judged := view.judged, shown.config)
    if shown.state.intervals:
        report = intervals.attach(report, kind, judged, shown.config)
    report = _with_basis(report, view)
    if not shown.beside:
        return report
    return replace(report, blocks=(*report.blocks, _table(ctx, kind, view, shown.beside)))


def _with_basis(report: Report, view: View) -> Report:
    """What the numbers stand on comes right after the first of them."""
    if view.basis is None:
        return report
    first, *others = report.blocks
    return replace(report, blocks=(first, view.basis, *others))


def _table(ctx: Context, kind: Kind, view: View, wanted: Sequence[Slice]) -> PerSlice:
    """The main numbers of slices side by side, under all tasks together."""
    from linlog.evaluation import coverage, tallies

    rows: list[SliceRow] = []
    columns: tuple[Column, ...] = ()
    for each in (None, *wanted):
        taken = view.within
        if each is not None:
            taken = taken & slices.taken_of(ctx, each, view.asked)
        tally = tallies.masked(view.called, taken)
        columns, values = _numbers(kind, tally, view.asked.config)
        rows.append(
            SliceRow(
                slice_id=None if each is None else each.id,
                name="All tasks" if each is None else each.name,
                tasks=len(coverage.covered(tally, view.asked.config.missing)),
                values=values,
            )
        )
    return PerSlice(
        name="slices",
        title="Slices side by side",
        columns=columns,
        rows=tuple(rows),
        note="A task may be in several slices. An open confidence threshold is each slice's own.",
    )


def _numbers(
    kind: Kind, tally: Tally, config: Any
) -> tuple[tuple[Column, ...], tuple[float | None, ...]]:
    scalars = evaluations.headline_scalars(kind.summarize(tally, config))
    return (
        tuple(Column(name=each.name, title=each.title, count=not each.share) for each in scalars),
        tuple(each.value for each in scalars),
    )
