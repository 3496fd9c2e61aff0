"""Evaluations: how good model runs are."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from linlog import errors
from linlog.client.resources._resource import Page, Resource, checked_id, path
from linlog.wire import paging
from linlog.wire.blocks import Report
from linlog.wire.comparisons import Comparison
from linlog.wire.datasets import Split
from linlog.wire.evaluations import (
    EvaluatedLabels,
    EvaluatedOutcome,
    EvaluatedTruths,
    Evaluation,
    EvaluationCreate,
    Missing,
    ReportState,
    Verification,
)
from linlog.wire.explanations import Explanation
from linlog.wire.tasks import Deleted

FIRST_PAUSE_S: Final = 0.05
LONGEST_PAUSE_S: Final = 1.0
PAUSE_SHARE: Final = 0.05
"""Of the time that it has taken so far, what may pass until its end is noticed."""


class Evaluations(Resource):
    """Comparisons of model runs with the ground truth of their datasets."""

    def list(
        self,
        *,
        model_run_id: str | None = None,
        dataset_id: str | None = None,
        model_version_id: str | None = None,
        state: str | None = None,
        kind: str | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[Evaluation]:
        """A page of the evaluations, newest first."""
        return self._list(
            "/evaluations",
            paging.Page[Evaluation],
            model_run_id=model_run_id,
            dataset_id=dataset_id,
            model_version_id=model_version_id,
            state=state,
            kind=kind,
            limit=limit,
            offset=offset,
        )

    def get(self, id: str) -> Evaluation:
        """One evaluation: its state, progress and headline numbers."""
        return self._http.get(path("evaluations", checked_id("evaluation", id)), Evaluation)

    def create(
        self,
        model_run_id: str,
        *,
        kind: str | None = None,
        config: Mapping[str, Any] | None = None,
        dataset_version_id: str | None = None,
    ) -> Evaluation:
        """Ask for an evaluation; it is computed in the background.

        It judges by what the dataset holds now, or held in one of its versions.
        """
        body = EvaluationCreate(
            model_run_id=checked_id("model run", model_run_id),
            kind=kind,
            config=dict(config or {}),
            dataset_version_id=dataset_version_id,
        )
        return self._http.post("/evaluations", Evaluation, body)

    def wait(
        self,
        id: str,
        *,
        timeout_s: float | None = None,
        on_progress: Callable[[Evaluation], object] | None = None,
    ) -> Evaluation:
        """Wait until it is finished. Raises `EvaluationFailed` with the reason if it failed."""
        begun = time.monotonic()
        deadline = None if timeout_s is None else begun + timeout_s
        while True:
            found = self.get(id)
            if on_progress is not None:
                on_progress(found)
            if found.state == "failed":
                raise errors.EvaluationFailed(found.failure or "the server gave no reason")
            if found.state not in {"queued", "running"}:
                return found
            if deadline is not None and time.monotonic() >= deadline:
                raise errors.Timeout(
                    f"evaluation {id} is {found.state} ({found.progress:.0%}) after "
                    f"{timeout_s:g} seconds; is a worker running?"
                )
            pause = PAUSE_SHARE * (time.monotonic() - begun)
            time.sleep(min(max(pause, FIRST_PAUSE_S), LONGEST_PAUSE_S))

    def verify(self, id: str) -> Verification:
        """Make the report anew from what was frozen, and say whether its blocks are the same bytes.

        Blocks that a newer linlog adds are named, and do not count.
        """
        where = path("evaluations", checked_id("evaluation", id), "verification")
        return self._http.get(where, Verification)

    def report(
        self,
        id: str,
        *,
        confidence_threshold: float | None = None,
        iou_threshold: float | None = None,
        oks_threshold: float | None = None,
        label_map: Mapping[str, str | None] | None = None,
        slice_id: str | None = None,
        query: str | None = None,
        split: Split | None = None,
        missing: Missing | None = None,
        slices: Sequence[str] = (),
        intervals: bool = False,
    ) -> Report:
        """The result: numbers, curves, tables and examples, as blocks.

        Every number and figure follows what is given; the rest is as the evaluation was made.
        Nothing is matched again. A `query` such as `label:cell area<1024` takes tasks like a slice
        that is not saved. `label_map` calls labels otherwise, joins those that get one name,
        and leaves out those that get None; `slices` are ids of slices to show side by side in a
        table at the end. `intervals` says how far the headline numbers may be off on other tasks
        like these.
        """
        where = path("evaluations", checked_id("evaluation", id), "report")
        state = ReportState(
            confidence_threshold=confidence_threshold,
            iou_threshold=iou_threshold,
            oks_threshold=oks_threshold,
            label_map=dict(label_map or {}),
            slice_id=slice_id,
            query=query,
            split=split,
            missing=missing,
            slices=tuple(slices),
            intervals=intervals,
        )
        return self._under(state, where)

    def outcomes(
        self,
        id: str,
        *,
        outcome: str | Sequence[str] = (),
        task_id: str | None = None,
        label: str | None = None,
        truth_label: str | None = None,
        prediction_label: str | None = None,
        error_type: str | None = None,
        confidence__gte: float | None = None,
        confidence__lt: float | None = None,
        iou__gte: float | None = None,
        iou__lt: float | None = None,
        score__gte: float | None = None,
        score__lt: float | None = None,
        all_confidences: bool = False,
        one_a_task: bool = False,
        confidence_threshold: float | None = None,
        iou_threshold: float | None = None,
        oks_threshold: float | None = None,
        label_map: Mapping[str, str | None] | None = None,
        slice_id: str | None = None,
        query: str | None = None,
        split: Split | None = None,
        missing: Missing | None = None,
        limit: int | None = None,
        offset: int | None = None,
    ) -> Page[EvaluatedOutcome]:
        """A page of what became of each truth and prediction, the most confident first.

        Truths that no prediction names come after, the largest first. `outcome` is one word or
        several of hit, missed, false positive, confused, duplicate and ignored; `error_type` one
        that the report counts, such as `loc`. `confidence_threshold` and what follows are the
        state of a report, and the page's `count` is what the report of that state shows: of a
        cell of its matrix, of a bar, of a type of error. `all_confidences` asks for predictions
        below the threshold too, as the bars by confidence count them, and `one_a_task` for the
        first outcome of each task. Where tasks have one label, an outcome is a task.
        """
        where = path("evaluations", checked_id("evaluation", id), "outcomes")
        state = ReportState(
            confidence_threshold=confidence_threshold,
            iou_threshold=iou_threshold,
            oks_threshold=oks_threshold,
            label_map=dict(label_map or {}),
            slice_id=slice_id,
            query=query,
            split=split,
            missing=missing,
        )
        return self._list(
            where,
            paging.Page[EvaluatedOutcome],
            None if state == ReportState() else state,
            outcome=(outcome if isinstance(outcome, str) else ",".join(outcome)) or None,
            task_id=None if task_id is None else checked_id("task", task_id),
            label=label,
            truth_label=truth_label,
            prediction_label=prediction_label,
            error_type=error_type,
            confidence__gte=confidence__gte,
            confidence__lt=confidence__lt,
            iou__gte=iou__gte,
            iou__lt=iou__lt,
            score__gte=score__gte,
            score__lt=score__lt,
            all_confidences=all_confidences or None,
            one_a_task=one_a_task or None,
            limit=limit,
            offset=offset,
        )

    def labels(self, id: str) -> EvaluatedLabels:
        """The labels that occur in what was evaluated, with how often they do."""
        where = path("evaluations", checked_id("evaluation", id), "labels")
        return self._http.get(where, EvaluatedLabels)

    def truths(self, id: str, task_ids: Sequence[str]) -> EvaluatedTruths:
        """The annotations that some tasks were judged by, and whether they have changed since.

        Raises `Invalid` for more than 200 tasks and `NotFound` for one that was not judged.
        """
        where = path("evaluations", checked_id("evaluation", id), "truths")
        wanted = ",".join(checked_id("task", each) for each in task_ids)
        return self._http.get(where, EvaluatedTruths, task_ids=wanted)

    def protocols(
        self,
        id: str,
        *,
        confidence_threshold: float | None = None,
        iou_threshold: float | None = None,
        label_map: Mapping[str, str | None] | None = None,
        slice_id: str | None = None,
        query: str | None = None,
        split: Split | None = None,
        missing: Missing | None = None,
    ) -> Report:
        """Average precision by COCO, PASCAL VOC and Ultralytics, and what makes them differ.

        Two tables: the numbers by protocol, and the gap of each to COCO split among the choices
        that make it. Both follow the labels and the tasks that are given, as a report does; a
        protocol has a confidence and IoUs of its own, so those given here only say which tasks a
        slice by outcome takes. Of detection and segmentation; raises `Invalid` for another kind.
        """
        where = path("evaluations", checked_id("evaluation", id), "protocols")
        state = ReportState(
            confidence_threshold=confidence_threshold,
            iou_threshold=iou_threshold,
            label_map=dict(label_map or {}),
            slice_id=slice_id,
            query=query,
            split=split,
            missing=missing,
        )
        return self._under(state, where)

    def _under(self, state: ReportState, where: str) -> Report:
        if state == ReportState():
            return self._http.get(where, Report)
        return self._http.post(where, Report, state)

    def explain_change(self, old: str | Evaluation, new: str | Evaluation) -> Explanation:
        """Why the numbers of a new evaluation differ from those of an old one.

        Each change is split into the part that comes from changed labels, the part that comes
        from the model, and the part of tasks that came or went; the tasks behind it are ranked.
        """
        earlier, later = (
            checked_id("evaluation", each.id if isinstance(each, Evaluation) else each)
            for each in (old, new)
        )
        where = path("evaluations", later, "explanation")
        return self._http.get(where, Explanation, earlier=earlier)

    def compare(
        self,
        first: str,
        *others: str,
        slice_id: str | None = None,
        query: str | None = None,
        slices: Sequence[str] = (),
        level: float | None = None,
    ) -> Comparison:
        """What changes from the first evaluation, the baseline, to one or up to seven others.

        The comparison is of the second with the first; `others` in it has those of the further
        ones, each with the first. Only the tasks count that all share, and of these only those
        that a slice or a `query` takes, where one is given. Each of `slices` gets all numbers of
        its own tasks, beside those of all. `level` is the share of intervals that are to hold the
        truth, 0.95 by default. Raises `Invalid` for evaluations of different kinds or
        settings, and for those that share no task.
        """
        return self._http.get(
            "/evaluations/compare",
            Comparison,
            evaluation_ids=",".join(checked_id("evaluation", each) for each in (first, *others)),
            slice_id=None if slice_id is None else checked_id("slice", slice_id),
            query=query,
            slices=",".join(checked_id("slice", each) for each in slices) or None,
            level=level,
        )

    def delete(self, id: str) -> Deleted:
        """Delete an evaluation and its report."""
        return self._http.delete(path("evaluations", checked_id("evaluation", id)), Deleted)
