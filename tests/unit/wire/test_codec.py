"""What is encoded is decoded again; NaN, infinities and unknown fields included."""

import math
from datetime import UTC, datetime
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linlog.shapes import Box
from linlog.wire import codec
from linlog.wire.annotations import Annotation
from linlog.wire.blocks import Report, Scalars, Text
from linlog.wire.models import Model
from linlog.wire.paging import Page
from linlog.wire.tasks import TaskUpdate

texts = st.text(st.characters(exclude_categories=("Cs",)))
keys = texts | st.sampled_from(["$number", "$$number", "$$$number", "number", "$"])
scalars = (
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats() | texts
    | st.sampled_from(["NaN", "Infinity", "-Infinity"])
)  # fmt: skip
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(keys, inner, max_size=4),
    max_leaves=20,
)


def same(one: Any, two: Any) -> bool:
    """Equal, where NaN equals NaN and -0.0 is not 0.0."""
    return repr(one) == repr(two) or one == two


@given(values)
def test_free_data_survives_the_wire(value: Any) -> None:
    marked = codec.mark_numbers(value)
    sent = codec.encode(marked)
    assert b"NaN" not in sent.replace(b'"NaN"', b"") or "NaN" in repr(value)
    assert same(codec.unmark_numbers(codec.decode(sent, Any)), value)


@given(values)
def test_what_is_marked_is_strict_json(value: Any) -> None:
    def finite(entry: Any) -> bool:
        if isinstance(entry, dict):
            return all(map(finite, entry.values()))
        if isinstance(entry, list):
            return all(map(finite, entry))
        return not isinstance(entry, float) or math.isfinite(entry)

    assert finite(codec.mark_numbers(value))


def test_shapes_and_dates() -> None:
    made = Annotation(
        id="a_1",
        task_id="t_1",
        label="cat",
        shape=Box(1.0, 2.0, 3.0, 4.0),
        attributes={"a": [1]},
        created_date=datetime(2026, 1, 2, 3, 4, 5, 6, UTC),
    )
    assert codec.decode(codec.encode(made), Annotation) == made
    assert codec.convert(codec.decode(codec.encode(made), Any), Annotation) == made


def test_absent_is_not_null() -> None:
    assert codec.encode(TaskUpdate(unique_id=None)) == b'{"unique_id":null}'
    assert codec.encode(TaskUpdate()) == b"{}"


def test_a_page_of_a_newer_server() -> None:
    sent = {
        "results": [
            {"id": "m_1", "created_date": "2026-01-01T00:00:00Z", "name": "m", "version_count": 1,
             "news": 1}
        ],
        "count": 1,
        "more": True,
    }  # fmt: skip
    found = codec.decode(codec.encode(sent), Page[Model])
    assert found.results[0].name == "m"


def test_blocks_are_told_apart_by_their_type() -> None:
    report = Report(
        kind="detection",
        headline="map",
        blocks=(Text(name="n", title="t", text="x"), Scalars(name="s", title="t", scalars=())),
    )
    assert codec.decode(codec.encode(report), Report) == report


def test_numbers_and_texts_of_numpy_are_sent_as_plain_ones() -> None:
    values = [np.str_("RBC"), np.float64(0.1), np.float32(0.5), np.int64(3), np.bool_(True)]
    assert codec.encode({"a": values}) == b'{"a":["RBC",0.1,0.5,3,true]}'


def test_what_is_wrong_is_named() -> None:
    with pytest.raises(ValueError, match=r"version_count"):
        codec.decode(b'{"id":"m_1","created_date":"2026-01-01T00:00:00Z","name":"m"}', Model)
    with pytest.raises(ValueError, match="unknown shape"):
        codec.convert({"label": "a", "shape": {"type": "x"}, "attributes": {}}, Annotation)
    with pytest.raises(TypeError, match="cannot be sent as JSON"):
        codec.encode({"a": object()})
    assert issubclass(msgspec.ValidationError, ValueError)
