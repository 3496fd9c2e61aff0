"""What a state makes of an evaluation: its tally under other names of labels, of some tasks.

Every answer about an evaluation that follows a state begins here, so that they agree.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields, replace
from typing import TYPE_CHECKING, Any, Final

from linlog.errors import Invalid
from linlog.evaluation import basis, frozen, kinds
from linlog.server.services import access, evaluations, slices, users
from linlog.server.services.slices import Asked

if TYPE_CHECKING:
    from linlog.evaluation.tallies import Bools, Tally
    from linlog.server.context import Context
    from linlog.wire.blocks import Basis
    from linlog.wire.evaluations import Evaluation, ReportState
    from linlog.wire.slices import Slice

SETTINGS: Final = ("confidence_threshold", "iou_threshold", "oks_threshold", "missing")
"""What a state shares with the config of a kind."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A finished evaluation, and the state that it is asked under."""

    evaluation: Evaluation
    state: ReportState
    config: Any
    """The evaluation's, with what the state says."""
    one: Slice | None
    """The slice whose tasks alone count."""
    beside: tuple[Slice, ...]
    """Slices to be shown side by side."""


@dataclass(frozen=True, slots=True)
class View:
    """What there is to be summarized."""

    asked: Asked
    called: Tally
    """All tasks, under the state's names of labels."""
    within: Bools
    """By task whether it is in the split."""
    taken: Bools
    """By task whether it counts: in the split and in the slice."""
    basis: Basis | None
    """What the state changes, in words; None where that is nothing."""

    @property
    def judged(self) -> Tally:
        """The tasks that count."""
        from linlog.evaluation import tallies

        return tallies.masked(self.called, self.taken)


def read(ctx: Context, evaluation: Evaluation, state: ReportState) -> Shown:
    """An evaluation under a state. Raises Invalid for what its kind does not have."""
    config = _config(evaluation, state)
    one = slices.chosen(ctx, state.slice_id, state.query, evaluation.dataset_id)
    beside = tuple(access.slice_(ctx, each) for each in state.slices)
    return Shown(evaluation, state, config, one, beside)


def key(ctx: Context, shown: Shown) -> str:
    """What names an answer: whatever it depends on is in it.

    A slice by its words, since its query may change, and people may be called otherwise.
    """
    evaluation, slices_ = shown.evaluation, (shown.one, *shown.beside)
    return frozen.digest(
        frozen.encode(
            [
                evaluations.tally_key(ctx, evaluation),
                evaluation.hashes,
                asdict(shown.config),
                shown.state,
                [each and (each.name, users.resolved(ctx, each.query)) for each in slices_],
            ]
        )
    )


def view(ctx: Context, shown: Shown) -> View:
    """What the state makes of the evaluation. Raises Invalid for labels that it has not."""
    asked = Asked(
        evaluation=shown.evaluation,
        truth=evaluations.held_then(ctx, shown.evaluation),
        tally=evaluations.tally(ctx, shown.evaluation),
        config=shown.config,
    )
    called = _relabelled(ctx, asked, shown.state)
    within = _of_split(asked, shown.state)
    one = shown.one
    taken = within if one is None else within & slices.taken_of(ctx, one, asked)
    said = _basis(shown.state, one, int(taken.sum()), len(taken))
    return View(asked, called, within, taken, said)


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


def _relabelled(ctx: Context, asked: Asked, state: ReportState) -> Tally:
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
        lambda: kinds.get(tally.kind).relabel(tally, names),
        lambda made: made.size_bytes,
    )


def _of_split(asked: Asked, state: ReportState) -> Bools:
    """By task whether it is in the split that is asked for."""
    import numpy as np

    entries = asked.truth.manifest.entries
    wanted = state.split
    return np.array([wanted in (None, each.split) for each in entries], dtype=bool)


def _basis(state: ReportState, one: Slice | None, taken: int, of: int) -> Basis | None:
    sentences = basis.thresholds_said(
        confidence=state.confidence_threshold, iou=state.iou_threshold, oks=state.oks_threshold
    )
    sentences += basis.labels_said(state.label_map)
    if state.missing is not None:
        said = "count as missed" if state.missing == "missed" else "are left out"
        sentences.append(f"Tasks without predictions {said}.")
    if state.split is not None:
        sentences.append(f"Only tasks of the split {state.split}.")
    if one is not None:
        which = "of the slice" if one.id else "that the query takes:"
        sentences.append(f"Only tasks {which} {one.name}.")
    return basis.block(sentences, taken, of, some=state.split is not None or one is not None)
