"""Reports asked for under another state: summarized anew from the stored tallies, never matched."""

from __future__ import annotations

from dataclasses import asdict, fields, replace
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Invalid
from linlog.evaluation import frozen, kinds
from linlog.server.services import access, evaluations, slices
from linlog.server.services.slices import Asked
from linlog.wire import codec
from linlog.wire.blocks import Basis, Column, PerSlice, Report, SliceRow
from linlog.wire.evaluations import EvaluatedLabel, EvaluatedLabels, ReportState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from linlog.evaluation.kinds import Kind
    from linlog.evaluation.tallies import Bools, Tally
    from linlog.server.context import Context
    from linlog.wire.evaluations import Evaluation
    from linlog.wire.slices import Slice

SETTINGS: Final = ("confidence_threshold", "iou_threshold", "oks_threshold", "missing")
"""What a state shares with the config of a kind."""
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
        raise Invalid(str(error), field=str(error).partition(" ")[0].rstrip(":")) from error


def listed(text: str | None) -> tuple[str, ...]:
    """The ids that a query names with commas between them."""
    return tuple(each.strip() for each in (text or "").split(",") if each.strip())


def get(ctx: Context, evaluation_id: str, state: ReportState) -> Report:
    """The report of a finished evaluation under a state. Raises Conflict before it is finished."""
    if state == _AS_MADE:
        return evaluations.report(ctx, evaluation_id)
    evaluation = evaluations.finished(ctx, evaluation_id)
    config = _config(evaluation, state)
    wanted = [access.slice_(ctx, slice_id) for slice_id in _slice_ids(state)]
    # Everything that the report depends on; a slice by its words, since its query may change.
    key = frozen.encode(
        [
            evaluations.tally_key(ctx, evaluation),
            evaluation.hashes,
            asdict(config),
            state,
            [(each.name, each.query) for each in wanted],
        ]
    )

    def make() -> bytes:
        return codec.encode(_made(ctx, evaluation, config, state, wanted))

    written = ctx.memory.get(f"report {frozen.digest(key)}", make, len)
    return codec.encoded(written, Report)


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


def protocols(ctx: Context, evaluation_id: str) -> Report:
    """Average precision of a finished evaluation under the rules of others, computed when asked.

    Raises Conflict before it is finished and Invalid for a kind that no protocol judges.
    """
    from linlog.evaluation import protocol_blocks

    evaluation = evaluations.finished(ctx, evaluation_id)
    try:
        protocol_blocks.check(evaluation.kind)
    except ValueError as error:
        raise Invalid(str(error), field="evaluation_id") from error
    missing = evaluations.read_config(evaluation.kind, evaluation.config).missing

    def make() -> bytes:
        return codec.encode(protocol_blocks.report(evaluations.tally(ctx, evaluation), missing))

    key = frozen.digest(frozen.encode([evaluations.tally_key(ctx, evaluation), missing]))
    return codec.encoded(ctx.memory.get(f"protocols {key}", make, len), Report)


def _slice_ids(state: ReportState) -> list[str]:
    one = [] if state.slice_id is None else [state.slice_id]
    return [*one, *state.slices]


def _config(evaluation: Evaluation, state: ReportState) -> Any:
    """The evaluation's config with what the state says. Raises Invalid for what it has not."""
    config = evaluations.read_config(evaluation.kind, evaluation.config)
    known = {entry.name for entry in fields(config)}
    asked = {name: getattr(state, name) for name in SETTINGS}
    changed = {name: value for name, value in asked.items() if value is not None}
    for name in changed:
        if name not in known:
            has = [each for each in SETTINGS if each in known]
            message = f"{evaluation.kind} has no {name}; its reports take {', '.join(has)}"
            raise Invalid(message, field=name)
    try:
        return replace(config, **changed)
    except ValueError as error:
        raise Invalid(str(error), field=next(iter(changed), None)) from error


def _made(
    ctx: Context,
    evaluation: Evaluation,
    config: Any,
    state: ReportState,
    wanted: Sequence[Slice],
) -> Report:
    from linlog.evaluation import intervals, tallies

    kind = kinds.get(evaluation.kind)
    asked = Asked(
        evaluation=evaluation,
        truth=evaluations.held_then(ctx, evaluation),
        tally=evaluations.tally(ctx, evaluation),
        config=config,
    )
    called = _relabelled(ctx, kind, asked, state)
    within = _of_split(asked, state)
    one = wanted[0] if state.slice_id is not None else None
    taken = within if one is None else within & slices.taken_of(ctx, one, asked)
    judged = tallies.masked(called, taken)
    report = kind.summarize(judged, config)
    if state.intervals:
        report = intervals.attach(report, kind, judged, config)
    first, *others = report.blocks
    basis = _basis(state, one, int(taken.sum()), len(taken))
    blocks = [first, *([basis] if basis is not None else []), *others]
    if state.slices:
        beside = wanted[len(wanted) - len(state.slices) :]
        blocks.append(_table(ctx, kind, asked, called, within, beside))
    return replace(report, blocks=tuple(blocks))


def _relabelled(ctx: Context, kind: Kind, asked: Asked, state: ReportState) -> Tally:
    """The tally under the state's names of labels, kept for the states that follow."""
    tally = asked.tally
    names = {
        old: new and new.strip() for old, new in state.label_map.items() if old in tally.labels
    }
    unknown = sorted(state.label_map.keys() - names.keys())
    if unknown:
        known = ", ".join(tally.labels[:50])
        message = f"label_map: the evaluation has no label {unknown[0][:80]!r}; it has {known}"
        raise Invalid(message, field="label_map")
    if not names:
        return tally
    key = [evaluations.tally_key(ctx, asked.evaluation), names]
    return ctx.memory.get(
        f"relabelled {frozen.digest(frozen.encode(key))}",
        lambda: kind.relabel(tally, names),
        lambda made: made.size_bytes,
    )


def _of_split(asked: Asked, state: ReportState) -> Bools:
    """By task whether it is in the split that is asked for."""
    import numpy as np

    entries = asked.truth.manifest.entries
    wanted = state.split
    return np.array([wanted in (None, each.split) for each in entries], dtype=bool)


def _basis(state: ReportState, one: Slice | None, taken: int, of: int) -> Basis | None:
    """What the state changes, in words; None where that is nothing."""
    sentences = [
        f"{title} from {value:g}."
        for title, value in (
            ("Confidence", state.confidence_threshold),
            ("IoU", state.iou_threshold),
            ("OKS", state.oks_threshold),
        )
        if value is not None
    ]
    sentences += _labels_said(state)
    if state.missing is not None:
        said = "count as missed" if state.missing == "missed" else "are left out"
        sentences.append(f"Tasks without predictions {said}.")
    if state.split is not None:
        sentences.append(f"Only tasks of the split {state.split}.")
    if one is not None:
        sentences.append(f"Only tasks of the slice {one.name}.")
    if state.split is not None or one is not None:
        sentences.append(f"These are {taken:,} of {of:,} tasks.")
    if not sentences:
        return None
    text = " ".join(sentences)
    return Basis(name="basis", title="What the numbers stand on", text=text, tasks=taken, of=of)


def _labels_said(state: ReportState) -> list[str]:
    """Which labels are called otherwise, and which are left out."""
    joined: dict[str, list[str]] = {}
    left_out = []
    for old, new in sorted(state.label_map.items()):
        if new is None:
            left_out.append(old)
        else:
            joined.setdefault(new.strip(), []).append(old)
    said = "; ".join(f"{', '.join(olds)} as {new}" for new, olds in sorted(joined.items()))
    return [
        *([f"Labels are read so: {said}."] if said else []),
        *([f"Left out, truths and predictions alike: {', '.join(left_out)}."] if left_out else []),
    ]


def _table(
    ctx: Context,
    kind: Kind,
    asked: Asked,
    called: Tally,
    within: Bools,
    wanted: Sequence[Slice],
) -> PerSlice:
    """The main numbers of slices side by side, under all tasks together."""
    from linlog.evaluation import tallies

    rows: list[SliceRow] = []
    columns: tuple[Column, ...] = ()
    for each in (None, *wanted):
        taken = within if each is None else within & slices.taken_of(ctx, each, asked)
        columns, values = _numbers(kind, tallies.masked(called, taken), asked.config)
        rows.append(
            SliceRow(
                slice_id=None if each is None else each.id,
                name="All tasks" if each is None else each.name,
                tasks=int(taken.sum()),
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
