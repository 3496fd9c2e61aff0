"""COCO files: what is read as what, and long documents read a stretch at a time."""

from __future__ import annotations

import json
import random

import msgspec
import numpy as np
import pytest
from pycocotools import mask as masks

from linlog import formats
from linlog.errors import FormatError
from linlog.evaluation.oks import SIGMAS
from linlog.formats import Account, _coco_shapes, _json
from linlog.shapes import Box, Keypoint, Keypoints, Mask, Polygon, Segment

CATEGORIES = [{"id": 1, "name": "cat"}, {"id": 7, "name": "dog"}]


class Row(msgspec.Struct):
    id: int
    text: str = ""


def opened(path, document, side="truth", shape="box"):
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    account = Account(path)
    return account, formats.get("coco").open(account, side=side, shape=shape)


def instances(*annotations, images=({"id": 3, "file_name": "a.jpg", "width": 9, "height": 5},)):
    return {"images": list(images), "annotations": list(annotations), "categories": CATEGORIES}


def annotation(**more):
    return {"image_id": 3, "category_id": 7, "bbox": [1, 2, 3, 4], **more}


def test_instances(tmp_path):
    document = instances(annotation(iscrowd=1, area=5.5, ignore=0), annotation())
    account, found = opened(tmp_path / "a.json", document)
    (image,) = found.entries()
    assert (image.key, image.name, image.width, image.height) == ("3", "a.jpg", 9, 5)
    assert found.labels == {"1": "cat", "7": "dog"}
    crowd, plain = found.marks()
    assert crowd.shape == Box(1, 2, 3, 4)
    assert (crowd.key, crowd.label, crowd.place) == ("3", "7", "annotations[0]")
    assert crowd.attributes == {"area": 5.5, "crowd": True, "ignored": False}
    assert (plain.attributes, plain.confidence, plain.predicted) == (None, None, False)
    assert (account.read, account.refused) == (2, {})


def test_results(tmp_path):
    account, found = opened(tmp_path / "a.json", [annotation(score=0.25)], side="predictions")
    assert (list(found.entries()), found.labels) == ([], {})
    (mark,) = found.marks()
    assert (mark.confidence, mark.predicted, mark.place) == (0.25, True, "[0]")
    assert account.read == 1


def test_boxes_that_are_turned(tmp_path):
    said = [
        {"rotation": 30},
        {"rotation": 0.0, "occluded": False},
        {"blurred": True},
        ["odd"],
        None,
    ]
    rows = [annotation(attributes=each) for each in said]
    _, found = opened(tmp_path / "a.json", instances(*rows))
    assert [mark.shape for mark in found.marks()] == [Box(1, 2, 3, 4, 30), *[Box(1, 2, 3, 4)] * 4]


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"bbox": None}, "entry has no bbox"),
        ({"bbox": [1, 2, 3]}, "entry is not what it should be"),
        ({"bbox": [1, 2, -3, 4]}, "bbox has a negative size"),
        ({"bbox": [float("nan"), 2, 3, 4]}, "bbox has a number that is not finite or beyond 1e+09"),
        ({"bbox": [float("inf"), 2, 3, 4]}, "bbox has a number that is not finite or beyond 1e+09"),
        ({"attributes": {"rotation": "left"}}, "rotation is no angle in degrees"),
        ({"attributes": {"rotation": float("nan")}}, "rotation is no angle in degrees"),
        ({"score": 1.5}, "score is not from 0 to 1"),
        ({"score": float("nan")}, "score is not from 0 to 1"),
        ({"score": "high"}, "entry is not what it should be"),
        ({"image_id": None}, "entry is not what it should be"),
    ],
)
def test_a_bad_entry_is_refused_among_good_ones(tmp_path, more, reason):
    rows = [annotation(score=0.5), annotation(score=0.5, **more) if "score" not in more else None]
    rows[1] = rows[1] or annotation(**more)
    account, found = opened(tmp_path / "a.json", [*rows, annotation(score=1)], side="predictions")
    assert [mark.place for mark in found.marks()] == ["[0]", "[2]"]
    assert {name: each.count for name, each in account.refused.items()} == {reason: 1}
    assert account.refused[reason].places[0].startswith("[1]")


def test_an_area_that_is_none_is_refused(tmp_path):
    account, found = opened(tmp_path / "a.json", instances(annotation(area=-1)))
    assert list(found.marks()) == []
    assert account.refused["area is not a size"].count == 1


def test_names_that_come_twice_are_told_apart(tmp_path):
    document = instances() | {"categories": [*CATEGORIES, {"id": 8, "name": "cat"}]}
    _, found = opened(tmp_path / "a.json", document)
    assert found.labels == {"1": "cat (1)", "7": "dog", "8": "cat (8)"}


def test_outlines_and_masks(tmp_path):
    outline = [[0, 0, 4, 0, 4, 4], [5, 5, 6, 5, 6, 6, 5, 6]]
    runs = {"size": [2, 3], "counts": [1, 2, 3]}
    rows = [
        annotation(segmentation=outline),
        annotation(segmentation=runs),
        annotation(segmentation=runs | {"counts": "123"}),
        annotation(segmentation=[[0, 0, 1, 1]]),
        annotation(segmentation=runs | {"counts": [1, 2]}),
        annotation(segmentation=None),
    ]
    account, found = opened(tmp_path / "a.json", instances(*rows), shape="polygon")
    polygon, plain, packed = found.marks()
    assert polygon.shape == Polygon(
        (
            Segment(((0, 0), (4, 0), (4, 4))),
            Segment(((5, 5), (6, 5), (6, 6), (5, 6))),
        )
    )
    assert plain.shape == packed.shape == Mask((2, 3), (1, 2, 3))
    assert set(account.refused) == {
        "segmentation has an outline of fewer than three points",
        "segmentation is no mask",
        "entry has no segmentation",
    }


def test_results_with_outlines_have_the_area_of_their_box(tmp_path):
    row = annotation(segmentation=[[0, 0, 4, 0, 4, 4]], score=0.5)
    bare = {key: value for key, value in row.items() if key != "bbox"}
    _, found = opened(tmp_path / "a.json", [row, bare], side="predictions", shape="polygon")
    assert [mark.attributes for mark in found.marks()] == [{"area": 12}, None]


def test_keypoints_have_the_names_of_their_instances(tmp_path):
    categories = [{"id": 7, "name": "bird", "keypoints": ["beak", "tail"]}]
    rows = [
        annotation(keypoints=[1, 2, 2, 3, 4, 0]),
        annotation(keypoints=[1, 2, 1]),
        annotation(keypoints=[], bbox=None),
        annotation(keypoints=[1, 2]),
        annotation(keypoints=[1, float("nan"), 2]),
    ]
    document = instances(*rows) | {"categories": categories}
    account, truth = opened(tmp_path / "a.json", document, shape="keypoints")
    known, numbered = (mark.shape for mark in truth.marks())
    assert known == Keypoints((Keypoint("beak", 1, 2),), Box(1, 2, 3, 4))
    assert numbered.points == (Keypoint("1", 1, 2, visible=False),)
    assert {name: each.count for name, each in account.refused.items()} == {
        "entry has neither keypoints nor bbox": 1,
        "keypoints are not x, y and v of each point": 1,
        "keypoints have a number that is not finite or beyond 1e+09": 1,
    }
    (tmp_path / "b.json").write_text(json.dumps([annotation(keypoints=[1, 2, 0, 3, 4, 2])]))
    account = Account(tmp_path / "b.json")
    said = formats.get("coco").open(account, side="predictions", shape="keypoints", named_by=truth)
    assert [point.name for mark in said.marks() for point in mark.shape.points] == ["beak", "tail"]


def test_seventeen_points_without_names_are_those_of_persons(tmp_path):
    _, found = opened(
        tmp_path / "a.json", instances(annotation(keypoints=[1, 2, 2] * 17)), shape="keypoints"
    )
    (mark,) = found.marks()
    assert [point.name for point in mark.shape.points] == list(SIGMAS)


@pytest.mark.parametrize("seed", range(30))
def test_packed_runs_are_those_of_pycocotools(seed):
    chance = np.random.default_rng(seed)
    height, width = chance.integers(1, 400, 2)
    pixels = (chance.random((height, width)) < chance.choice([0.001, 0.1, 0.5])).astype(np.uint8)
    packed = masks.encode(np.asfortranarray(pixels))["counts"].decode()
    runs = _coco_shapes.expanded(packed)
    flat = np.repeat(np.arange(len(runs)) % 2, runs)
    np.testing.assert_array_equal(flat.reshape(width, height).T, pixels)


def test_truth_must_be_instances(tmp_path):
    _, found = opened(tmp_path / "a.json", [annotation()])
    with pytest.raises(FormatError, match="an array of results; the truth must be an object"):
        list(found.marks())


def test_both_in_one_file_is_refused(tmp_path):
    with pytest.raises(FormatError, match="two files"):
        opened(tmp_path / "a.json", instances(), side="both")


def long_document(seed):
    """Rows whose texts look like structure, some nested, in an array of objects."""
    chance = random.Random(seed)
    signs = '{}[],:"\\ x\né'
    rows = []
    for at in range(chance.randint(0, 300)):
        row = {"id": at, "text": "".join(chance.choices(signs, k=chance.randint(0, 30)))}
        if chance.random() < 0.3:
            row["more"] = [{"deep": [{}, {"x": []}]} for _ in range(chance.randint(0, 4))]
        if chance.random() < 0.1:
            row["odd"] = float("nan")
        rows.append(row)
    return rows


@pytest.mark.parametrize("seed", range(60))
def test_every_entry_of_a_long_array_is_read(tmp_path, seed, monkeypatch):
    monkeypatch.setattr(_json, "AT_ONCE", (16, 100, 1000)[seed % 3])
    rows = long_document(seed)
    document = {"before": rows[:20], "rows": rows, "word": None, "text": "]}", "after": {"a": rows}}
    indent = (None, 1)[seed % 2]
    path = tmp_path / "a.json"
    path.write_text(json.dumps(document, indent=indent, ensure_ascii=seed % 5 == 0))
    found = [
        (stretch.first, entry)
        for stretch in _json.arrays(path, {"rows": Row})
        for entry in stretch.entries
    ]
    assert [(entry.id, entry.text) for _, entry in found] == [
        (row["id"], row["text"]) for row in rows
    ]
    path.write_text(json.dumps(rows, indent=indent))
    again = [entry for stretch in _json.arrays(path, {"": Row}) for entry in stretch.entries]
    assert again == [entry for _, entry in found]


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "expected a JSON object or array"),
        ('{"a": 1} x', "expected nothing after the end"),
        ("{a: 1}", "expected a key in quotation marks"),
        ('{"a" 1}', "expected : after a key"),
        ('{"a": }', "expected a value"),
        ('{"a": 1 "b": 2}', "expected , or } after a value"),
        ('{"rows": {}}', "expected rows to be an array"),
        ('{"rows": [1]}', "expected entry 0 of rows to be an object"),
        ('{"rows": [{} {}]}', "broken in an entry"),
        ('{"rows": [{"a": ]}', "broken in an entry"),
        ('{"a": "', "a string does not end"),
        ('{"a": {"b": "}"', "ends in the middle of a value"),
    ],
)
def test_broken_documents_say_where(tmp_path, document, message):
    path = tmp_path / "a.json"
    path.write_text(document)
    with pytest.raises(FormatError, match=f"a.json: .*{message}.*, at byte"):
        list(_json.arrays(path, {"rows": Row, "": Row}))


def test_an_entry_without_end_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(_json, "LARGEST_ENTRY", 10_000)
    monkeypatch.setattr(_json, "AT_ONCE", 1000)
    path = tmp_path / "a.json"
    path.write_text('{"rows": [{"id": 1, "text": "' + "x" * 50_000 + '"}]}')
    with pytest.raises(FormatError, match="a part is longer than 10,000 bytes"):
        list(_json.arrays(path, {"rows": Row}))
