"""What every shape of the table must do."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from linlog import shapes
from linlog.shapes import TABLE

SAMPLES = {
    "box": [
        {"left": 1, "top": 2, "width": 3.5, "height": 4},
        {"left": 0, "top": 0, "width": 4, "height": 2, "rotation": 90},
    ],
    "polygon": [
        {"segments": [{"path": [[0, 0], [9, 0], [9, 9]], "holes": [[[6, 1], [7, 1], [7, 2]]]}]}
    ],
    "polyline": [{"points": [[0, 0], [5, 5], [9, 1]]}],
    "point": [{"x": 3, "y": 4.5}],
    "keypoints": [
        {"points": [{"name": "nose", "x": 3, "y": 4}, {"name": "tail", "x": 9.5, "y": 1}]},
        {"points": [], "box": {"left": 1, "top": 2, "width": 3, "height": 4}},
        {
            "points": [{"name": "nose", "x": 0, "y": 4, "visible": False}],
            "box": {"left": 1, "top": 2, "width": 3, "height": 4},
        },
    ],
    "mask": [{"size": [2, 3], "counts": [1, 2, 3]}],
    "span": [{"start": 2, "end": 5}],
    "whole": [{}],
    "other": [{"data": {"a": [1, None]}}],
}
SHARED = json.loads((Path(__file__).parents[1] / "shapes.json").read_text())
"""Cases that the pages read too (`web/src/canvas/shapes/shapes.test.ts`)."""
REFUSED = {
    "box": [
        {"left": 1, "top": 2, "width": -1, "height": 4},
        {"left": True, "top": 0, "width": 1, "height": 1},
        {"left": 1e308, "top": 0, "width": 1, "height": 1},
    ],
    "polygon": [{"segments": []}, {"segments": [{"path": [[0, 0], [1, 1]]}]}],
    "polyline": [{"points": [[0, 0]]}],
    "point": [{"x": 1}, {"x": 1, "y": float("nan")}],
    "keypoints": [
        {"points": []},
        {"points": [[1, 2]]},
        {"points": [{"name": "", "x": 1, "y": 2}]},
        {"points": [{"name": "a", "x": 1, "y": 2, "visible": 2}]},
        {"points": [{"name": "a", "x": 1, "y": 2}, {"name": "a", "x": 3, "y": 2}]},
        {"points": [{"name": "a", "x": 1}]},
        {"points": [], "box": [1, 2, 3, 4]},
        {"points": [], "box": {"left": 1, "top": 2, "width": 3, "height": -1}},
        {"points": [], "box": {"left": 1, "top": 2, "width": 3, "height": 1, "rotation": 4}},
    ],
    "mask": [{"size": [2, 3], "counts": [1, 2]}, {"size": [0, 3], "counts": []}],
    "span": [{"start": 5, "end": 5}, {"start": -1, "end": 2}],
    "whole": [{"x": 1}],
    "other": [{"data": 1}],
}


@pytest.mark.parametrize("name", sorted(TABLE))
class TestShape:
    """One shape."""

    def test_it_comes_back_as_it_went(self, name: str) -> None:
        for sample in SAMPLES[name]:
            shape = shapes.from_json({"type": name, **sample})
            assert shapes.from_json(_listed(shape.to_json())) == shape

    def test_its_area_is_not_negative_and_within_its_bounds(self, name: str) -> None:
        for sample in SAMPLES[name]:
            shape = shapes.from_json({"type": name, **sample})
            assert shape.area >= 0
            if shape.bounds is not None:
                left, top, right, bottom = shape.bounds
                assert left <= right
                assert top <= bottom
                assert shape.area <= (right - left) * (bottom - top) + 1e-9

    def test_nonsense_is_refused_in_words(self, name: str) -> None:
        for sample in REFUSED[name]:
            with pytest.raises(ValueError, match=r"\w+ \w+"):
                shapes.from_json({"type": name, **sample})


def test_every_shape_has_a_shared_case() -> None:
    assert {case["shape"]["type"] for case in SHARED} == set(TABLE)


@pytest.mark.parametrize("case", SHARED, ids=lambda case: case["shape"]["type"])
def test_python_agrees_with_the_pages(case: dict) -> None:
    shape = shapes.from_json(case["shape"])
    assert _listed(shape.to_json()) == case["shape"]
    assert shape.area == pytest.approx(case["area"])
    bounds = case["bounds"]
    assert shape.bounds == (None if bounds is None else pytest.approx(tuple(bounds)))


def test_a_turned_box_is_bounded_by_what_it_covers() -> None:
    turned = shapes.Box(0, 0, 4, 2, rotation=90)
    assert turned.bounds == pytest.approx((1, -1, 3, 3))


def _listed(value: object) -> object:
    if isinstance(value, dict):
        return {key: _listed(entry) for key, entry in value.items()}
    return [_listed(entry) for entry in value] if isinstance(value, (list, tuple)) else value
