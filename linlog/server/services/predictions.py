"""Predictions: stored once each, refused one by one with the reason.

On a project's tasks what a version says takes the place of what it said before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from linlog import ids, shapes
from linlog.server import packs
from linlog.server.hot import SentBox, SentPrediction, SentSpan
from linlog.server.services import access, early_matches
from linlog.server.store import datasets, model_runs, predictions, tasks
from linlog.server.store import labels as label_rows
from linlog.wire.predictions import PredictionReceipt, PredictionRefusal

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from linlog.server.context import Context
    from linlog.server.store.model_runs import Target
    from linlog.server.store.paging import Window
    from linlog.wire.model_runs import ModelRunCreate
    from linlog.wire.paging import Page
    from linlog.wire.predictions import BoxRow, Prediction, PredictionCreate

    New = SentPrediction | PredictionCreate

_SPANS: Final = (shapes.Span, SentSpan)
_MOST_REMEMBERED: Final = 50_000
"""Tasks of a dataset."""
_REMEMBERED_BYTES: Final = 200 * _MOST_REMEMBERED


def list_page(
    ctx: Context, run_id: str, window: Window, *, task_id: str | None = None
) -> Page[Prediction]:
    """A model run's predictions, in the order they came; those of one request task by task."""
    access.model_run(ctx, run_id)
    return predictions.list_page(ctx.conn, ctx.scope, run_id, window, task_id=task_id)


def create(ctx: Context, run_id: str, new: Sequence[New]) -> PredictionReceipt:
    """Store those predictions that fit; accepted + repeated + refused = sent."""
    return add(ctx, run_id, access.target_of_run(ctx, run_id), new)


def create_boxes(
    ctx: Context, run_id: str, client_id: str, boxes: Sequence[BoxRow]
) -> PredictionReceipt:
    """Store those boxes that fit, which one client has numbered."""
    target = access.target_of_run(ctx, run_id)
    judge = _Judge(ctx, run_id, target, {row[0] for row in boxes}, {row[2] for row in boxes})
    begin = ids.numbered("prediction", client_id, 0)[:-1]
    maker, numbers = begin[:-1], [row[1] for row in boxes]
    packed = packs.of_boxes(maker, boxes) if judge.all_known() else None
    found = _in_turn(ctx, run_id, maker, numbers, packed)
    if found is None:
        new = [
            SentPrediction(
                f"{begin}{number}", task_id, label, SentBox(left, top, width, height), confidence
            )
            for task_id, number, label, confidence, left, top, width, height in boxes
        ]
        found = _one_by_one(ctx, run_id, new, judge)
    return _store(ctx, run_id, target, found)


def add(
    ctx: Context, run_id: str, target: Target | ModelRunCreate, new: Sequence[New]
) -> PredictionReceipt:
    """Like `create`, for a run whose dataset or project was found already."""
    task_ids = {prediction.task_id for prediction in new}
    labels = {prediction.label for prediction in new if prediction.label is not None}
    judge = _Judge(ctx, run_id, target, task_ids, labels)
    made = ids.numbered_by([prediction.id for prediction in new])
    found = None
    if made is not None:
        maker, numbers = made
        numbered = [*zip(numbers, new, strict=True)]
        packed = packs.of_predictions(maker, numbered) if judge.all_fit(new) else None
        found = _in_turn(ctx, run_id, maker, numbers, packed)
    return _store(ctx, run_id, target, found or _one_by_one(ctx, run_id, new, judge))


@dataclass(slots=True)
class _Sorted:
    """What is to become of predictions."""

    held: dict[str, predictions.Held]
    """What there is of their makers."""
    numbers: dict[str, list[int]]
    """Those of each maker that are to be stored."""
    packed: list[packs.Pack] = field(default_factory=list)
    """The same with what they say."""
    refused: list[PredictionRefusal] = field(default_factory=list)
    repeated: int = 0


def _in_turn(
    ctx: Context, run_id: str, maker: str, numbers: list[int], packed: Iterator[packs.Pack] | None
) -> _Sorted | None:
    """The usual cases: one maker's next predictions, or what was stored; None for any other.

    `packed` is what they say, or None where not all of them fit.
    """
    held = predictions.owners(ctx.conn, [maker])
    theirs = held.get(maker, predictions.Held(run_id))
    first, last = min(numbers), max(numbers)
    if theirs.run_id != run_id:
        return None
    if theirs.holds_all(first, last):
        return _Sorted(held, {maker: []}, repeated=len(numbers))
    once = len({*numbers}) == len(numbers)
    if packed is None or not once or theirs.holds_between(first, last):
        return None
    return _Sorted(held, {maker: numbers}, [*packed])


def _one_by_one(ctx: Context, run_id: str, new: Sequence[New], judge: _Judge) -> _Sorted:
    keys = [ids.maker_and_number(prediction.id) for prediction in new]
    found = _Sorted(predictions.owners(ctx.conn, [*{maker for maker, _ in keys}]), {})
    accepted: dict[str, dict[int, New]] = {}
    for (maker, number), prediction in zip(keys, new, strict=True):
        mine, theirs = accepted.setdefault(maker, {}), found.held.get(maker)
        if theirs is not None and theirs.run_id != run_id:
            found.refused.append(_taken(prediction))
        elif number in mine or (theirs is not None and number in theirs):
            found.repeated += 1
        elif (reason := judge.refuse(prediction)) is None:
            mine[number] = prediction
        else:
            found.refused.append(reason)
    for maker, mine in accepted.items():
        found.numbers[maker] = [*mine]
        found.packed += packs.of_predictions(maker, [*mine.items()])
    return found


def _store(
    ctx: Context, run_id: str, target: Target | ModelRunCreate, found: _Sorted
) -> PredictionReceipt:
    """Store what is to be stored, and say what became of all."""
    stored = {maker: numbers for maker, numbers in found.numbers.items() if numbers}
    if stored:
        held = found.held
        predictions.insert(
            ctx.conn, ctx.scope, run_id, found.packed, stored, held=held, created=ctx.now
        )
        if target.dataset_id is not None:
            early_matches.ask(ctx, run_id)
        else:
            seen = {pack.task_id for pack in found.packed}
            predictions.keep_of_makers(ctx.conn, ctx.scope, run_id, sorted(seen), {*stored})
    return PredictionReceipt(
        accepted=sum(map(len, stored.values())),
        repeated=found.repeated,
        refused=tuple(found.refused),
        highest=_highest(run_id, found),
    )


def _highest(run_id: str, found: _Sorted) -> int | None:
    """The highest number that a run holds of who made all that was sent, if it was one."""
    if len(found.numbers) != 1:
        return None
    [(maker, mine)] = found.numbers.items()
    before = found.held.get(maker)
    known = before.lasts[-1:] if before is not None and before.run_id == run_id else []
    highest = max((*mine, *known), default=-1)
    return None if highest < 0 else highest


class _Judge:
    """Says why a prediction does not fit its dataset or project, if so."""

    def __init__(
        self,
        ctx: Context,
        run_id: str,
        target: Target | ModelRunCreate,
        task_ids: set[str],
        labels: set[str],
    ) -> None:
        self._wanted = task_ids
        self._strange = _strange_labels(ctx, run_id, target, labels)
        if target.dataset_id is not None:
            self._where = f"dataset {target.dataset_id}"
            self._known = _membership(ctx, target.dataset_id, self._wanted)
        else:
            assert target.project_id is not None, "a run is on one of the two"
            self._where = f"project {target.project_id}"
            self._known = tasks.membership_of_project(
                ctx.conn, ctx.scope, target.project_id, [*self._wanted]
            )

    def all_known(self) -> bool:
        """Whether all tasks belong here, and no label is strange."""
        known = self._known
        return not self._strange and all(
            task_id in known and known[task_id].member for task_id in self._wanted
        )

    def all_fit(self, new: Sequence[New]) -> bool:
        """Whether all are known here and no spans, which may be too long for it."""
        return self.all_known() and not any(type(each.shape) in _SPANS for each in new)

    def refuse(self, prediction: New) -> PredictionRefusal | None:
        """The refusal, or None where all is well."""
        known = self._known.get(prediction.task_id)
        if known is None:
            return _refusal(prediction, "not_found", f"no task has the id {prediction.task_id!r}")
        if not known.member:
            detail = f"task {prediction.task_id} is not in {self._where}"
            return _refusal(prediction, "invalid", detail)
        if prediction.label in self._strange:
            detail = (
                f"the label {prediction.label[:60]!r} is none of those that the model version was "
                f"made with, nor one of {self._where}"
            )
            return _refusal(prediction, "invalid", detail)
        shape, length = prediction.shape, known.text_length
        if isinstance(shape, _SPANS) and length is not None and shape.end > length:
            detail = f"the span ends at {shape.end}, but the text has {length} characters"
            return _refusal(prediction, "invalid", detail)
        return None


def _strange_labels(
    ctx: Context, run_id: str, target: Target | ModelRunCreate, labels: set[str]
) -> set[str]:
    """The labels that neither the model version was made with nor those who label have.

    None are where the version named no labels: then it may predict any.
    """
    declared = model_runs.declared_labels(ctx.conn, ctx.scope, run_id)
    strange = labels - declared if declared else set()
    if not strange:
        return strange
    if target.dataset_id is not None:
        taxonomy = datasets.taxonomy(ctx.conn, ctx.scope, target.dataset_id)
        return strange - {label["name"] for label in taxonomy}
    assert target.project_id is not None, "a run is on one of the two"
    of_project = label_rows.of_projects(ctx.conn, [target.project_id])
    return strange - {label.name for label in of_project.get(target.project_id, ())}


def _membership(ctx: Context, dataset_id: str, wanted: set[str]) -> dict[str, tasks.Membership]:
    """What is known of some tasks; those that a dataset has are remembered until it changes."""
    revision = datasets.tasks_revision(ctx.conn, ctx.scope, dataset_id)
    key = f"members {dataset_id} {revision}"
    known: dict[str, tasks.Membership] = ctx.memory.get(key, dict, lambda _: _REMEMBERED_BYTES)
    missing = [task_id for task_id in wanted if task_id not in known]
    if not missing:
        return known
    found = tasks.membership(ctx.conn, ctx.scope, dataset_id, missing)
    here = {**known, **found}
    if len(known) + len(found) > _MOST_REMEMBERED:
        known.clear()
    known.update({task_id: each for task_id, each in found.items() if each.member})
    return here


def _taken(prediction: New) -> PredictionRefusal:
    return _refusal(prediction, "conflict", "the prediction's id is in use; make a new one")


def _refusal(prediction: New, code: str, detail: str) -> PredictionRefusal:
    return PredictionRefusal(
        prediction_id=prediction.id, task_id=prediction.task_id, code=code, detail=detail
    )
