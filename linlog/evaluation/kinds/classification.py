"""Classification: labels of whole items, one a task or several.

Takes the shape `whole`. Any number of labels may be predicted for a task, each with a confidence.

| setting | default | meaning |
| --- | --- | --- |
| `labels` | `as found` | `one` or `several` a task; `as found`: several if any task has two |
| `confidence_threshold` | empty | confidence from which a label counts; empty: 0, of several 0.5 |
| `missing` | `missed` | see below |

**One label.** The most confident label decides, the first by name among equals. A task without
truth does not count. Set to `one`, a task with two true labels is refused. The headline is
`accuracy`.

**Several labels.** Every label of enough confidence counts; a task without truth has no label. The
headline is `f1_macro`.

| number | meaning |
| --- | --- |
| `accuracy` | tasks labelled right; of several labels, tasks given exactly theirs |
| `precision_macro`, `recall_macro`, `f1_macro` | mean over labels with a truth or a prediction |
| `precision_micro`, `recall_micro`, `f1_micro` | over all labels; precision over the given ones |
| `precision_weighted`, `recall_weighted`, `f1_weighted` | mean over labels weighted by truths |
| `precision_samples`, `recall_samples`, `f1_samples` | several: mean over tasks with any label |
| `hamming_loss` | several: share of the pairs of task and label that are wrong |
| `top_2`, `top_3`, `top_5` | one: tasks whose label is among so many most confident ones |
| `roc_auc_macro`, `roc_auc_micro`, `roc_auc_weighted` | area under the ROC curve |
| `average_precision_macro`, `…_micro`, `…_weighted` | area under the precision-recall curve |
| `ece` | expected calibration error, 15 bins of equal width |
| `brier_top` | mean of (confidence - right)² |
| `log_loss`, `brier` | over the tasks with a confidence for every label; `complete` counts them |
| `confidence_threshold` | the confidence threshold that was used |
| `truths`, `right`, `wrong`, `unanswered` | counts behind them |

All equal scikit-learn with `zero_division=0`: a value that is undefined for a label counts as 0 in
averages, and is null in the table by label. Areas leave out labels for which they are undefined; a
label that was not given ranks last, as with confidence 0. `ece` and `brier_top` are of the deciding
label, and of every label given where there may be several. `brier` is halved where a task has one
label, so that it is at most 1. Areas, log loss, Brier score and top-k count every confidence,
whatever the threshold. A label that a task has twice counts once; of a label predicted twice for a
task the most confident prediction counts.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import ClassVar, Final, Literal

import numpy as np

from linlog.evaluation import coverage, label_reports, outcome_rows, priorities, tallies
from linlog.evaluation.items import Item
from linlog.evaluation.one_label import OneLabel
from linlog.evaluation.outcome_rows import OutcomeRows
from linlog.evaluation.outcomes import Told
from linlog.evaluation.resampling import Numbers
from linlog.evaluation.several_labels import SeveralLabels
from linlog.evaluation.tallies import Tally
from linlog.wire.blocks import Report

SEVERAL_THRESHOLD: Final = 0.5
"""Confidence from which a label counts where there may be several and none was chosen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClassificationConfig:
    """Settings of a classification evaluation."""

    labels: Literal["as found", "one", "several"] = "as found"
    """Labels that a task may have: `one`, `several`, or several if any task has more than one."""
    confidence_threshold: float | None = None
    """Confidence from which a predicted label counts, from 0 to 1; empty: 0, of several 0.5."""
    missing: coverage.Missing = "missed"
    """Tasks without any prediction submitted: they count as wrong (`missed`), or are `left out`."""

    def __post_init__(self) -> None:
        if self.labels not in {"as found", "one", "several"}:
            raise ValueError(f"labels must be as found, one or several, not {self.labels!r}")
        coverage.check(self.missing)
        coverage.check_share("confidence_threshold", self.confidence_threshold)


class Classification:
    """The kind `classification`: whole items with one label each, or with several."""

    __slots__ = ()
    name: ClassVar[str] = "classification"
    version: ClassVar[int] = 1
    shapes: ClassVar[tuple[str, ...]] = ("whole",)
    Config: ClassVar[type[ClassificationConfig]] = ClassificationConfig

    def match(self, items: Iterable[Item], config: ClassificationConfig) -> Tally:
        """Keep the labels of each item and every label predicted for it.

        Raises ValueError for another shape than the whole item and, where the config says that
        there is one label, for an item with two.
        """
        ordered = tallies.ordered(items)
        _check_shapes(ordered)
        found = tallies.tally(self.name, ordered)
        _check_labels(found, config)
        return found

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), ClassificationConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally under other names of labels; those of one name become one."""
        return tallies.relabelled(tally, names)

    def summarize(self, tally: Tally, config: ClassificationConfig) -> Report:
        """Accuracy, averages, curves, calibration, confusions and the surest mistakes.

        Raises ValueError for a task with two labels where the config says that there is one.
        """
        found = _findings(tally, config)
        about = coverage.sentence(tally, config.missing)
        blocks = (
            label_reports.of_one(found, about)
            if isinstance(found, OneLabel)
            else label_reports.of_several(found, about)
        )
        return Report(kind=self.name, headline=found.names[0].name, blocks=priorities.told(blocks))

    def tell(self, tally: Tally, config: ClassificationConfig) -> Told:
        """What became of each item."""
        found = _findings(tally, config)
        return Told(found.task_scores, found.outcomes)

    def list_outcomes(self, tally: Tally, config: ClassificationConfig) -> OutcomeRows:
        """What became of every item; of several labels, of every label given or missed."""
        found = _findings(tally, config)
        if isinstance(found, OneLabel):
            return outcome_rows.of_one_label(found)
        return outcome_rows.of_several_labels(found)

    def numbers(self, tally: Tally, config: ClassificationConfig) -> Numbers:
        """The main numbers, to be computed again on resampled items."""
        return _findings(tally, config).numbers()


CLASSIFICATION: Final = Classification()


def _findings(tally: Tally, config: ClassificationConfig) -> OneLabel | SeveralLabels:
    _check_labels(tally, config)
    several = config.labels == "several" or (
        config.labels == "as found" and _first_with_two(tally) is not None
    )
    threshold = config.confidence_threshold
    covered = coverage.covered(tally, config.missing)
    if several:
        return SeveralLabels(covered, SEVERAL_THRESHOLD if threshold is None else threshold)
    return OneLabel(covered, threshold or 0.0)


def _first_with_two(tally: Tally) -> int | None:
    """The first task that has two different labels."""
    task, label = tally.truths["task"], tally.truths["label"]
    differ = (task[1:] == task[:-1]) & (label[1:] != label[:-1])
    return int(task[np.argmax(differ)]) if differ.any() else None


def _check_labels(tally: Tally, config: ClassificationConfig) -> None:
    task = _first_with_two(tally) if config.labels == "one" else None
    if task is None:
        return
    codes = set(tally.truths["label"][tally.truths["task"] == task].tolist())
    labels = ", ".join(tally.labels[code] for code in sorted(codes))
    raise ValueError(
        f"task {tally.tasks[task]} has the labels {labels}, but labels is set to one; "
        "leave one of them, or set labels to several"
    )


def _check_shapes(items: list[Item]) -> None:
    truths, predictions = tallies.shapes(items)
    others = sorted({shape.name for shape in truths + predictions} - {"whole"})
    if others:
        raise ValueError(
            f"classification takes whole items, but some shapes are {', '.join(others)}"
        )
