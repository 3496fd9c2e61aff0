"""Which labels each task truly has and which it was given: pairs of a task and a label, each once.

What every number of classification stands on. A label that a task has twice counts once; of a
label that was predicted twice for a task the most confident prediction counts, the first of equals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from linlog.evaluation import columns
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally


@dataclass(frozen=True, slots=True)
class Cells:
    """Pairs of a task and a label, by task and then by label; all of shape (pairs,)."""

    task: Ints
    """Place of the task in the tally."""
    label: Ints
    """Place of the label in the tally."""
    row: Ints
    """Row of the truth or prediction in the tally."""

    def __len__(self) -> int:
        return len(self.row)

    def where(self, kept: Bools) -> Cells:
        """The pairs that are kept."""
        if kept.all():
            return self
        return Cells(self.task[kept], self.label[kept], self.row[kept])

    def counts(self, tasks: int) -> Ints:
        """How many pairs each task has: shape (tasks,)."""
        return np.bincount(self.task, minlength=tasks)

    @property
    def starts(self) -> Ints:
        """Places where the pairs of another task begin."""
        changes = np.ones(len(self), dtype=bool)
        np.not_equal(self.task[1:], self.task[:-1], out=changes[1:])
        return np.flatnonzero(changes)

    def one_each(self, tasks: int) -> bool:
        """Whether every task has exactly one pair, so that places are tasks."""
        return len(self) == tasks and bool((self.task == np.arange(tasks, dtype=np.int32)).all())

    def first(self, tasks: int) -> Ints:
        """By task the place of its first pair, or -1: shape (tasks,)."""
        if self.one_each(tasks):
            return np.arange(tasks)
        starts = self.starts
        found = np.full(tasks, -1, dtype=np.int64)
        found[self.task[starts]] = starts
        return found

    def places_in(self, other: Cells, labels: int) -> Ints:
        """For each pair its place among those of `other`, or -1."""
        if not len(other):
            return np.full(len(self), -1, dtype=np.int64)
        own, theirs = _keys(self.task, self.label, labels), _keys(other.task, other.label, labels)
        place = np.minimum(np.searchsorted(theirs, own), len(theirs) - 1)
        return np.where(theirs[place] == own, place, -1)


def truths(tally: Tally) -> Cells:
    """The labels that the tasks have."""
    return _cells(tally.truths["task"], tally.truths["label"], len(tally.labels))


def given(tally: Tally) -> Cells:
    """The labels that the tasks were given, whatever the confidence."""
    rows = tally.predictions
    return _cells(rows["task"], rows["label"], len(tally.labels), rows["confidence"])


def surest(cells: Cells, confidence: Floats, tasks: int) -> Ints:
    """By task the place of its most confident pair, the first by label among equals, or -1.

    `confidence` has shape (pairs,); the answer has shape (tasks,).
    """
    if (cells.task[1:] > cells.task[:-1]).all():
        return cells.first(tasks)
    starts = cells.starts
    highest = np.maximum.reduceat(confidence, starts)
    lengths = np.diff(np.append(starts, len(cells)))
    best = np.flatnonzero(confidence == np.repeat(highest, lengths))
    found = np.full(tasks, -1, dtype=np.int64)
    found[cells.task[best][::-1]] = best[::-1]
    return found


def _cells(task: Array, label: Array, labels: int, confidence: Floats | None = None) -> Cells:
    if (task[1:] > task[:-1]).all():
        return Cells(task, label, np.arange(len(task)))
    keys = _keys(task, label, labels)
    if (keys[1:] > keys[:-1]).all():
        return Cells(task, label, np.arange(len(keys)))
    order = np.argsort(keys, kind="stable")
    if (keys[order][1:] == keys[order][:-1]).any():
        order = order if confidence is None else np.lexsort((-confidence, keys))
        order = order[columns.heads(keys[order])]
    return Cells(task[order], label[order], order)


def _keys(task: Array, label: Array, labels: int) -> Ints:
    return np.asarray(task.astype(np.int64) * max(1, labels) + label)
