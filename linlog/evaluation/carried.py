"""Average precision after an edit: of the labels that it touched, and of the others as it was.

What a label's predictions and truths say of average precision depends on no other label. So where
a few tasks changed, only labels whose rows there are others than before are summed up again.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection, Mapping
from typing import Final

import numpy as np

from linlog.evaluation import average_precision, tallies
from linlog.evaluation.average_precision import Averages
from linlog.evaluation.tallies import Array, Bools, Tally

MOST_TASKS: Final = 50
"""Changed tasks up to which it is worth a look at each."""
_TOLD: Final = {
    "truths": ("area", "crowd", "ignored"),
    "predictions": ("confidence", "area", "rank", "hits", "ignored"),
}
"""The columns that average precision stands on, by table."""


def carry(before: Tally, after: Tally, tasks: Collection[str]) -> None:
    """Let `after` know its averages by those of `before`, from which it differs in `tasks` alone.

    Nothing is done where `before` does not know them, or where too much has changed.
    """
    known = before.derived.get("averages")
    if known is None or before.labels != after.labels or len(tasks) > MOST_TASKS:
        return
    rules, old = known
    changed = _changed(before, after, tasks)
    part, _ = tallies.of_labels(after, changed)
    new = average_precision.averages(part, rules)
    after.derived["averages"] = (
        rules,
        Averages(
            np.where(changed, new.precision, old.precision),
            tuple(np.where(changed, *pair) for pair in zip(new.recall, old.recall, strict=True)),
            np.where(changed, new.truths, old.truths),
            np.where(changed[:, None], new.curves, old.curves),
        ),
    )


def _changed(before: Tally, after: Tally, tasks: Collection[str]) -> Bools:
    """By label whether its rows on some of the tasks are others than before."""
    found = np.zeros(len(after.labels), dtype=bool)
    for task in tasks:
        one, other = _rows(before, task), _rows(after, task)
        for (_, label), _ in one.items() ^ other.items():
            found[label] = True
    return found


def _rows(tally: Tally, task: str) -> Mapping[tuple[str, int], bytes]:
    """What a task says of each label, by table and label."""
    place = bisect_left(tally.tasks, task)
    if tally.tasks[place : place + 1] != (task,):
        return {}
    found = {}
    for table, names in _TOLD.items():
        rows = getattr(tally, table)
        low, high = np.searchsorted(rows["task"], [place, place + 1])
        columns = [rows[name][low:high] for name in names if name in rows]
        labels = rows["label"][low:high]
        for label in np.unique(labels).tolist():
            found[table, label] = _bytes(columns, labels == label)
    return found


def _bytes(columns: list[Array], some: Bools) -> bytes:
    return b"".join(column[some].tobytes() for column in columns)
