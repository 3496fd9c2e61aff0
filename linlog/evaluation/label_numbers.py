"""The numbers that follow from hits, truths and predictions by label, for many resamples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from linlog.evaluation import confusion, resampling
from linlog.evaluation.confusion import Counted, Scores
from linlog.evaluation.resampling import Name, Part, Values
from linlog.evaluation.tallies import Bools, Floats

LABEL_NAMES: Final = (
    Name("f1", "F1"),
    Name("precision", "Precision"),
    Name("recall", "Recall"),
)
"""The numbers that each label has."""


def part(
    names: tuple[Name, ...],
    counted: Sequence[Counted],
    labels: int,
    *,
    judged: Bools | None = None,
    right: Bools | None = None,
) -> Part:
    """The part of `names`, with F1, precision and recall by label.

    `counted` are hits, truths and predictions. A name is one of `precision`, `recall` and `f1`,
    alone or with `_micro` (both over all labels), `_macro` or `_weighted` (means over labels);
    or `accuracy`, for which `judged` and `right` say which tasks count and which are right.
    """
    # Without any label there is still one row to count whole tasks in.
    size = max(1, labels)
    whole = [_of_tasks(which) for which in (right, judged) if which is not None]

    def formula(counts: Floats) -> Values:
        scores = Scores(*counts[:3])
        found = _averages(scores)
        if len(counts) > 3:
            found["accuracy"] = confusion.ratio(*counts[3:].sum(axis=1))
        by_label = np.stack([scores.f1, scores.precision, scores.recall])[:, :labels]
        return np.stack([found[name.name.removesuffix("_micro")] for name in names]), by_label

    return resampling.of_counts(names, LABEL_NAMES, (*counted, *whole), formula, labels=size)


def _averages(scores: Scores) -> dict[str, Floats]:
    used = scores.truths + scores.predictions
    total = Scores(*(each.sum(axis=0) for each in (scores.hits, scores.truths, scores.predictions)))
    found = {}
    for name in ("precision", "recall", "f1"):
        values = getattr(scores, name)
        found[name] = getattr(total, name)
        found[f"{name}_macro"] = confusion.macro(values, used)
        found[f"{name}_weighted"] = confusion.weighted(values, scores.truths)
    return found


def _of_tasks(which: Bools) -> Counted:
    task = np.flatnonzero(which)
    return Counted(np.zeros(len(task), np.int64), task)
