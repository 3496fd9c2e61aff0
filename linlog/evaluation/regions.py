"""Truths that count neither for nor against a model: crowds and ignored regions."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from linlog.evaluation.item_columns import gathered
from linlog.evaluation.items import Item
from linlog.evaluation.tallies import Bools, Rows, Tally


def marks(items: Sequence[Item]) -> Rows:
    """The columns `crowd` and `ignored` of the truths of `items`, in the order of a tally."""
    truths = [item.truths for item in items]
    return {name: np.array(gathered(truths, name), dtype=bool) for name in ("crowd", "ignored")}


def real(tally: Tally) -> Bools:
    """By truth: whether it is asked to be found; all are, in a tally without marks."""
    rows = tally.truths
    if "crowd" not in rows:
        return np.ones(len(rows["task"]), dtype=bool)
    return np.asarray(~(rows["crowd"] | rows["ignored"]))
