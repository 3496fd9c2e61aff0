"""What is made of a thawed class is what the frozen one makes."""

from __future__ import annotations

import copy
import pickle
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime

import pytest

from linlog.client.journal.thawed import thawed
from linlog.shapes import Box
from linlog.wire.predictions import Prediction

WHEN = datetime(2026, 11, 26, tzinfo=UTC)


def made() -> Prediction:
    """A prediction of thawed classes."""
    shape = thawed(Box)(1.5, 2.0, 3.0, 4.0, 0.0, "box")
    shape.__class__ = Box
    found = thawed(Prediction)("pr_1", "mr_1", "t_1", "cell", shape, 0.5, {}, WHEN)
    found.__class__ = Prediction
    assert isinstance(found, Prediction)
    return found


def test_it_equals_what_was_made_frozen() -> None:
    """In every way that a caller can look at it."""
    expected = Prediction(
        id="pr_1",
        model_run_id="mr_1",
        task_id="t_1",
        label="cell",
        shape=Box(1.5, 2.0, 3.0, 4.0),
        confidence=0.5,
        created_date=WHEN,
    )
    found = made()
    assert found == expected
    assert repr(found) == repr(expected)
    assert hash(found.shape) == hash(expected.shape)
    assert found.to_dict() == expected.to_dict()
    assert pickle.loads(pickle.dumps(found)) == expected
    assert copy.deepcopy(found) == expected


def test_it_is_frozen() -> None:
    """Nothing can be set any more."""
    with pytest.raises(FrozenInstanceError):
        made().label = "other"  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        made().shape.left = 0.0  # type: ignore[misc,union-attr]
