"""Every spelling is read as the same annotation, and what is written is read again."""

import contextlib
from datetime import UTC, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from linlog.shapes import (
    TABLE,
    Box,
    Keypoint,
    Keypoints,
    Mask,
    Other,
    Point,
    Polygon,
    Polyline,
    Segment,
    Shape,
    Span,
    Whole,
)
from linlog.wire import codec, spellings
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.labels import Label, LabelCreate
from linlog.wire.predictions import Prediction, PredictionCreate

TRIANGLE = ((1.0, 2.0), (9.0, 2.0), (9.0, 7.5))
HOLE = ((3.0, 3.0), (4.0, 3.0), (4.0, 4.0))
OBJECTS = [{"x": x, "y": y} for x, y in TRIANGLE]
SIDES = {"left": 1, "top": 2, "width": 3, "height": 4}

READ: list[tuple[dict[str, Any], Shape]] = [
    ({"type": "bounding-box", **SIDES}, Box(1.0, 2.0, 3.0, 4.0)),
    ({"annotation_type": "bounding_box", **SIDES, "rotation": 30}, Box(1.0, 2.0, 3.0, 4.0, 30.0)),
    ({"task_type": "Bounding-Box", **SIDES, "rotation": None}, Box(1.0, 2.0, 3.0, 4.0)),
    ({"type": "box", **SIDES}, Box(1.0, 2.0, 3.0, 4.0)),
    (SIDES, Box(1.0, 2.0, 3.0, 4.0)),
    ({key: float(value) for key, value in SIDES.items()}, Box(1.0, 2.0, 3.0, 4.0)),
    ({key: np.float32(value) for key, value in SIDES.items()}, Box(1.0, 2.0, 3.0, 4.0)),
    ({"shape": {"type": "box", **SIDES}}, Box(1.0, 2.0, 3.0, 4.0)),
    ({"shape": {"type": "bounding-box", **SIDES}}, Box(1.0, 2.0, 3.0, 4.0)),
    ({"shape": Box(1, 2, 3, 4)}, Box(1, 2, 3, 4)),
    (
        {"type": "keypoints", "points": [{"name": "nose", "x": 1, "y": np.float32(2)}]},
        Keypoints((Keypoint("nose", 1.0, 2.0),)),
    ),
    (
        {"shape": {"type": "keypoints", "points": [], "box": SIDES}},
        Keypoints((), Box(1.0, 2.0, 3.0, 4.0)),
    ),
    ({"type": "polygon", "vertices": OBJECTS}, Polygon((Segment(TRIANGLE),))),
    ({"vertices": np.array(TRIANGLE)}, Polygon((Segment(TRIANGLE),))),
    ({"type": "polygon", "points": TRIANGLE}, Polygon((Segment(TRIANGLE),))),
    ({"segments": [{"path": OBJECTS, "subtraction": []}]}, Polygon((Segment(TRIANGLE),))),
    (
        {"vertices": [{"x": 0, "y": 0}], "segments": [{"path": OBJECTS, "subtraction": HOLE}]},
        Polygon((Segment(TRIANGLE, (HOLE,)),)),
    ),
    (
        {"segments": [{"path": OBJECTS, "subtraction": [HOLE, HOLE]}, {"path": TRIANGLE}]},
        Polygon((Segment(TRIANGLE, (HOLE, HOLE)), Segment(TRIANGLE))),
    ),
    (
        {"segments": [{"path": TRIANGLE, "holes": [HOLE]}], "type": "polygon"},
        Polygon((Segment(TRIANGLE, (HOLE,)),)),
    ),
    ({"type": "polygon", "segments": [], "vertices": OBJECTS}, Polygon((Segment(TRIANGLE),))),
    ({"type": "line", "vertices": OBJECTS}, Polyline(TRIANGLE)),
    ({"type": "line", "segments": [{"path": OBJECTS}]}, Polyline(TRIANGLE)),
    ({"points": TRIANGLE}, Polyline(TRIANGLE)),
    ({"vertices": OBJECTS[:2]}, Polyline(TRIANGLE[:2])),
    ({"type": "point", "x": 1, "y": 2}, Point(1.0, 2.0)),
    ({"x": np.int64(1), "y": 2}, Point(1.0, 2.0)),
    ({"type": "named-entities", "start": 0, "end": 4}, Span(0, 4)),
    ({"type": "ner", "start": 0, "end": 4}, Span(0, 4)),
    ({"start": np.int32(0), "end": 4}, Span(0, 4)),
    ({"size": [2, 2], "counts": [1, 3]}, Mask((2, 2), (1, 3))),
    ({"task_type": "categorisation"}, Whole()),
    ({"type": "classification", "confidence": 0.4}, Whole()),
    ({}, Whole()),
    ({"type": "hologram", "depth": 3}, Other({"type": "hologram", "depth": 3})),
    ({"shape": {"type": "other", "data": {"a": 1}}}, Other({"a": 1})),
]


@pytest.mark.parametrize(("data", "shape"), READ)
@pytest.mark.parametrize("strict", [False, True])
def test_each_spelling(data: dict[str, Any], shape: Shape, strict: bool) -> None:
    found = spellings.read_annotation({"label": "cat", **data}, strict=strict)
    assert (found.label, found.shape) == ("cat", shape)
    assert spellings.read_annotation({"name": "cat", **data}, strict=strict) == found


def test_what_stands_beside_the_shape() -> None:
    found = spellings.read_annotation(
        {"label": "cat", **SIDES, "id": "a7", "source": "import", "attributes": {"age": 3}}
    )
    assert (found.id, found.source, found.attributes) == ("a7", "import", {"age": 3})


def test_objects_and_labels_alone() -> None:
    made = AnnotationCreate(label="cat", shape=Point(1.0, 2.0))
    assert spellings.read_annotation(made) is made
    assert spellings.read_annotation("cat").shape == Whole()
    assert spellings.read_annotation(Point(1.0, 2.0), label="cat") == made
    prediction = PredictionCreate(id="pr_1", task_id="t_1", label="cat", shape=Point(1.0, 2.0))
    assert spellings.read_annotation(prediction) == made


NONSENSE: list[tuple[Any, str]] = [
    (3, "must be an object, not int"),
    (None, "must be an object"),
    ([SIDES], "must be an object"),
    ({}, "a label is missing"),
    ({"label": "", "name": " "}, "a label is missing"),
    ({"label": 4}, "label must be a text"),
    ({"label": "a", "type": 4}, "type must be a word"),
    ({"label": "a", "shape": 4}, "shape must be an object"),
    ({"label": "a", "left": "x", "top": 1, "width": 1, "height": 1}, "left must be a number"),
    ({"label": "a", "left": 1, "top": 1, "width": -1, "height": 1}, "width must not be negative"),
    ({"label": "a", "left": float("nan"), "top": 1, "width": 1, "height": 1}, "left must be"),
    ({"label": "a", "left": 1}, "top must be a number, not missing"),
    ({"label": "a", "segments": [3]}, "segments must be"),
    ({"label": "a", "segments": [{"path": []}]}, "at least 3 points"),
    ({"label": "a", "vertices": "abc"}, "must be a list"),
    ({"label": "a", "type": "keypoints", "points": [[1, 2]]}, "must be an object with name"),
    ({"label": "a", "start": 4, "end": 2}, "end must be after start"),
    ({"label": "a", "attributes": [1], **SIDES}, "attributes must be an object"),
    ({"label": "a", "id": {}, **SIDES}, "id must be a text"),
    (Point(1.0, 2.0), "a label is missing"),
]


@pytest.mark.parametrize(("data", "said"), NONSENSE)
@pytest.mark.parametrize("strict", [False, True])
def test_nonsense_is_a_value_error(data: Any, said: str, strict: bool) -> None:
    with pytest.raises(ValueError, match=said):
        spellings.read_annotation(data, strict=strict)


def test_lenient_and_strict() -> None:
    more = {"label": "a", "type": "bounding-box", **SIDES, "zorder": 3}
    assert spellings.read_annotation(more).shape == Box(1.0, 2.0, 3.0, 4.0)
    with pytest.raises(ValueError, match="unknown key 'zorder'; a box takes left, top"):
        spellings.read_annotation(more, strict=True)
    bare = {"label": "a", "task_type": "bounding-box"}
    assert spellings.read_annotation(bare).shape == Other({"type": "bounding-box"})
    with pytest.raises(ValueError, match="a box needs left, top, width, height"):
        spellings.read_annotation(bare, strict=True)
    odd = {"label": "a", "lft": 3}
    assert spellings.read_annotation(odd).shape == Other({"lft": 3})
    with pytest.raises(ValueError, match="unknown key 'lft'"):
        spellings.read_annotation(odd, strict=True)


numbers = st.floats(-1e6, 1e6)
sizes = st.floats(0, 1e6)
points = st.tuples(numbers, numbers)
texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), min_size=1)
labels = texts.filter(lambda text: bool(text.strip())).map(lambda text: text[:200])
rings = st.lists(points, min_size=3, max_size=6).map(tuple)
json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
others = st.dictionaries(texts.map("x_{}".format), json_values.filter(lambda v: v is not None),
                         min_size=1, max_size=4)  # fmt: skip
some_shapes = st.one_of(
    st.builds(Box, numbers, numbers, sizes, sizes, st.floats(-360, 360)),
    st.builds(
        Polygon,
        st.lists(
            st.builds(Segment, rings, st.lists(rings, max_size=3).map(tuple)),
            min_size=1,
            max_size=3,
        ).map(tuple),
    ),
    st.builds(Polyline, st.lists(points, min_size=2, max_size=6).map(tuple)),
    st.builds(Point, numbers, numbers),
    st.builds(
        Keypoints,
        st.lists(
            st.builds(Keypoint, texts.map(lambda text: text[:9]), numbers, numbers, st.booleans()),
            min_size=1,
            max_size=4,
            unique_by=lambda point: point.name,
        ).map(tuple),
        st.none() | st.builds(Box, numbers, numbers, sizes, sizes),
    ),
    st.tuples(st.integers(0, 1000), st.integers(1, 1000)).map(
        lambda pair: Span(pair[0], pair[0] + pair[1])
    ),
    st.just(Whole()),
    st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(0, 81)).map(
        lambda one: Mask(
            (one[0], one[1]), (min(one[2], one[0] * one[1]), max(0, one[0] * one[1] - one[2]))
        )
    ),
    others.map(Other),
    others.map(lambda data: Other({"type": "hologram", **data})),
)
annotations = st.builds(
    AnnotationCreate,
    label=labels,
    shape=some_shapes,
    attributes=st.dictionaries(texts, json_values, max_size=3),
    source=st.none() | labels,
    id=st.none() | texts.filter(lambda text: bool(text.strip())).map(lambda text: text[:64]),
)


@given(annotations)
def test_what_is_written_is_read_again(made: AnnotationCreate) -> None:
    written = spellings.write_annotation(made)
    assert spellings.read_annotation(written) == made
    over_the_wire = codec.decode(codec.encode(written), dict[str, Any])
    assert spellings.read_annotation(over_the_wire) == made


@given(annotations)
def test_both_spellings_are_written(made: AnnotationCreate) -> None:
    written = spellings.write_annotation(made, iou=0.5)
    assert written["type"] == written["annotation_type"]
    assert written["iou"] == 0.5
    assert written["is_model_run"] is False
    assert {"id", "label", "source", "attributes"} <= written.keys()
    if isinstance(made.shape, Polygon | Polyline):
        assert written["vertices"] == written["segments"][0]["path"]
        assert {"x", "y"} == written["vertices"][0].keys()


@given(annotations, json_values)
def test_reading_ends_in_an_annotation_or_a_value_error(made: AnnotationCreate, put: Any) -> None:
    written = spellings.write_annotation(made)
    for key in written:
        with contextlib.suppress(ValueError):
            assert spellings.read_annotation({**written, key: put}).label


def test_predictions_say_what_they_are() -> None:
    made = Prediction(
        id="pr_1",
        model_run_id="mr_1",
        task_id="t_1",
        label="cat",
        shape=Box(1, 2, 3, 4),
        confidence=0.5,
        created_date=datetime(2026, 1, 1, tzinfo=UTC),
    )
    written = spellings.write_annotation(made, model_version="mv_1")
    assert written["is_model_run"] is True
    assert (written["confidence_score"], written["model_version"]) == (0.5, "mv_1")


@pytest.mark.parametrize("name", TABLE)
def test_words_of_the_shapes(name: str) -> None:
    assert spellings.shape_name(spellings.task_type(name)) == name
    assert spellings.shape_name(name) == name


def test_unknown_words_are_kept() -> None:
    assert spellings.shape_name("Hologram") == "Hologram"
    assert spellings.task_type("hologram") == "hologram"
    with pytest.raises(ValueError, match="must be a word"):
        spellings.shape_name(3)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("data", "label"),
    [
        ("cat", LabelCreate(name="cat")),
        ({"name": "cat"}, LabelCreate(name="cat")),
        ({"label": "cat", "task_type": "line"}, LabelCreate(name="cat", shape="polyline")),
        ({"name": "cat", "type": "ner"}, LabelCreate(name="cat", shape="span")),
        ({"name": "cat", "shape": "hologram"}, LabelCreate(name="cat", shape="hologram")),
        ({"name": "cat", "colour": "#1C7ED6"}, LabelCreate(name="cat", colour="#1c7ed6")),
        (
            {"id": "inmem_1", "name": "cat", "display_name": "Cat", "task_type": "polygon",
             "colour_code": {"r": 255, "g": 0.4, "b": 10}},
            LabelCreate(name="cat", display_name="Cat", shape="polygon", colour="#ff000a"),
        ),
        ({"name": "cat", "colour_code": {"r": 1, "g": None, "b": 2}}, LabelCreate(name="cat")),
        ({"name": "cat", "colour_code": {}}, LabelCreate(name="cat")),
        (
            {"name": "cat", "colour_r": 1, "colour_g": 2, "colour_b": 3},
            LabelCreate(name="cat", colour="#010203"),
        ),
        (
            {"name": "cat", "colour_code_r": 1, "colour_code_g": 2, "colour_code_b": 3},
            LabelCreate(name="cat", colour="#010203"),
        ),
    ],
)  # fmt: skip
def test_each_spelling_of_a_label(data: Any, label: LabelCreate) -> None:
    assert spellings.read_label(data) == label
    assert spellings.read_label(label) is label


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (3, "must be a name or an object"),
        ({}, "a label is missing"),
        ("", "name must"),
        ({"name": "a", "colour_code": {"r": 256, "g": 1, "b": 1}}, "from 0 to 255"),
        ({"name": "a", "colour_code": {"r": "red", "g": 1, "b": 1}}, "three numbers"),
        ({"name": "a", "colour": "red"}, "must be a colour"),
    ],
)
def test_labels_that_are_none(data: Any, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        spellings.read_label(data)


def test_a_label_is_written_for_the_published_clients() -> None:
    label = Label(id="l_1", project_id="p_1", name="cat", shape="polyline", colour="#ff000a")
    assert spellings.write_label(label) == {
        "id": "l_1",
        "name": "cat",
        "label": "cat",
        "display_name": None,
        "task_type": "line",
        "colour_code": {"r": 255, "g": 0, "b": 10},
    }
    assert spellings.read_label(label).colour == label.colour
