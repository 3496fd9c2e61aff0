"""Columns that are made when they are asked for, and columns as bytes."""

import pickle
from typing import Any

import numpy as np
import pytest

from linlog.evaluation import average_precision, column_bytes, columns
from linlog.evaluation.columns import Columns

TABLE = {"label": np.array([2, 0, 1]), "confidence": np.array([0.5, 0.25, 1.0])}


class Counting:
    """Makes a column, and counts how often."""

    def __init__(self, values: Any) -> None:
        self.values, self.times = np.array(values), 0

    def __call__(self) -> Any:
        self.times += 1
        return self.values


def test_a_column_is_made_once_and_only_when_it_is_asked_for() -> None:
    label, other = Counting([1, 2]), Counting([3, 4])
    rows = Columns({"label": label, "other": other})
    assert [*rows] == ["label", "other"]
    assert "other" in rows
    assert rows.get("third") is None
    assert rows["label"].tolist() == rows["label"].tolist() == [1, 2]
    assert (label.times, other.times) == (1, 0)
    with pytest.raises(KeyError):
        rows["third"]


def test_columns_that_belong_together_are_made_together() -> None:
    asked: list[str] = []

    def make() -> columns.Rows:
        asked.append("make")
        return TABLE

    rows = columns.together(TABLE, make)
    assert not asked
    assert {name: rows[name].tolist() for name in rows} == {
        name: values.tolist() for name, values in TABLE.items()
    }
    assert asked == ["make"]


def test_rows_are_taken_and_recoded() -> None:
    some = columns.taken(TABLE, np.array([True, False, True]))
    assert some["confidence"].tolist() == [0.5, 1.0]
    assert columns.taken(TABLE, np.array([1, 0]))["label"].tolist() == [0, 2]
    coded = columns.recoded(some, "label", np.array([7, 8, 9]))
    assert coded["label"].tolist() == [9, 8]
    assert coded["label"].dtype == np.int32
    assert coded["confidence"].tolist() == [0.5, 1.0]


def test_columns_travel_between_processes() -> None:
    sent = pickle.loads(pickle.dumps(columns.taken(TABLE, np.array([0, 1]))))
    assert {name: values.tolist() for name, values in sent.items()} == {
        "label": [2, 0],
        "confidence": [0.5, 0.25],
    }


@pytest.mark.parametrize(
    "values",
    [
        np.zeros(0, np.int32),
        np.zeros((0, 4), np.uint16),
        np.array([0, 0, 3, 3, 900], np.int32),
        np.array([5, 4, 70_000], np.int32),
        np.array([-1, 4, -300], np.int64),
        np.array([2, 2**40], np.int64),
        np.array([3, 2, 1], np.uint16),
        np.array([[1, 0, 0, 512], [0, 0, 0, 1023]] * 20, np.uint16),
        np.arange(400, dtype=np.uint16).reshape(100, 4),
        np.array([[1, 2, 3], [4, 5, 6]], np.uint16),
        np.array([[1, 2], [3, 4]] * 9, np.int32),
        np.array([True, False, True]),
        np.array([0.1, np.nan, -0.0, np.inf]),
        np.array([b"one", b"", b"three"], "S9"),
    ],
)
def test_a_column_is_read_back_as_it_was(values: Any) -> None:
    stored, data = column_bytes.encode(values)
    again = column_bytes.decode(stored, data)
    assert again.shape == values.shape
    assert again.dtype.kind == values.dtype.kind
    if values.dtype.kind != "S":  # texts come back in the narrowest column that holds them
        assert again.dtype == values.dtype
    assert again.tolist() == values.tolist() or np.isnan(values).any()
    if values.dtype.kind == "f":
        assert again.tobytes() == values.tobytes()


def test_columns_that_repeat_themselves_are_short() -> None:
    owner = np.repeat(np.arange(5000, dtype=np.int32), 20)
    bits = np.tile(np.array([[3, 0, 3, 0], [1023, 0, 0, 1023]], np.uint16), (5000, 1))
    for values in (owner, bits):
        assert len(column_bytes.encode(values)[1]) < values.nbytes / 50


@pytest.mark.parametrize("recalls", [average_precision.RECALLS, np.arange(101) / 100])
def test_the_hits_that_reach_a_recall_are_those_whose_share_does(recalls: Any) -> None:
    truths = np.array([*range(1, 400), 999, 10_007, 123_456])
    found = average_precision.hits_to_reach(truths, recalls)
    for amount, hits in zip(truths.tolist(), found, strict=True):
        shares = np.arange(1, amount + 1) / amount
        assert hits.tolist() == (np.searchsorted(shares, recalls) + 1).tolist()
