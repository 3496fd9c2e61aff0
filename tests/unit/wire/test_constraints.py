"""Constraints take what they say and nothing else, and the constructors name the field."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from linlog import ids
from linlog.shapes import Whole
from linlog.wire.constraints import Between, Colour, Finite, Length, Prefix, endless_number
from linlog.wire.labels import LabelUpdate
from linlog.wire.predictions import PredictionCreate
from linlog.wire.projects import ProjectCreate


def takes(rule: Any, value: Any) -> bool:
    """Whether a rule takes a value."""
    try:
        rule.check(value)
    except (TypeError, ValueError):
        return False
    return True


@given(st.floats(allow_nan=True) | st.integers())
def test_between(value: float) -> None:
    assert takes(Between(0, 1), value) == (0 <= value <= 1)


@pytest.mark.parametrize("value", [True, False, "0.5", None, [0.5], 0.5j])
def test_between_takes_numbers_alone(value: Any) -> None:
    assert not takes(Between(0, 1), value)


@given(st.text())
def test_length(value: str) -> None:
    stored = "\0" not in value and not any("\ud800" <= one <= "\udfff" for one in value)
    assert takes(Length(1, 10), value) == (bool(value.strip()) and len(value) <= 10 and stored)


FREE_DATA = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=8,
)


@given(FREE_DATA)
def test_finite_takes_what_json_can_carry(value: Any) -> None:
    try:
        json.dumps(value, allow_nan=False)
    except ValueError:
        assert not takes(Finite(), value)
    else:
        assert takes(Finite(), value)


def test_finite_names_the_first_place_however_deep() -> None:
    deep: Any = {"b": [0, float("inf")]}
    for _ in range(5000):
        deep = [deep]
    assert endless_number({"a": 1, "c": deep, "d": float("nan")}) == (
        "c." + "0." * 5000 + "b.1",
        float("inf"),
    )


@given(st.sampled_from(sorted(ids.PREFIXES)), st.sampled_from(sorted(ids.PREFIXES)))
def test_prefixes_tell_ids_apart(noun: str, other: str) -> None:
    assert takes(Prefix(noun), ids.new(other)) == (noun == other)


@given(st.sampled_from(sorted(ids.PREFIXES)), st.text())
def test_ids_are_plain(noun: str, rest: str) -> None:
    value = f"{ids.PREFIXES[noun]}_{rest}"
    plain = all(one.isascii() and (one.isalnum() or one in "_-") for one in rest)
    assert ids.is_id(noun, value) == (plain and 1 <= len(rest) <= 64)


def test_new_ids() -> None:
    made = [ids.new("task") for _ in range(1000)]
    assert len(set(made)) == 1000
    assert all(ids.is_id("task", one) and len(one) == 24 for one in made)


@given(st.text(max_size=8))
def test_colours(value: str) -> None:
    digits = value[1:] if value.startswith("#") else ""
    right = len(digits) == 6 and all(one in "0123456789abcdefABCDEF" for one in digits)
    assert takes(Colour(), value) == right


def test_constructors_name_the_field() -> None:
    with pytest.raises(ValueError, match=r"^confidence must be from 0 to 1, but is 1.2$"):
        PredictionCreate(
            id=ids.new("prediction"),
            task_id=ids.new("task"),
            label="a",
            shape=Whole(),
            confidence=1.2,
        )
    with pytest.raises(ValueError, match=r"^task_id: 'p_1' is the id of a project; expected"):
        PredictionCreate(id=ids.new("prediction"), task_id="p_1", label="a", shape=Whole())
    with pytest.raises(ValueError, match=r"^title must"):
        ProjectCreate(title="  ")
    LabelUpdate()
    with pytest.raises(ValueError, match=r"^colour must"):
        LabelUpdate(colour="red")
