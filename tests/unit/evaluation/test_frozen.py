"""Frozen content: equal content has equal bytes, and what is cut in pieces comes back whole."""

import json
from dataclasses import replace

import numpy as np
import pytest

from linlog.evaluation import frozen
from linlog.evaluation.frozen import Entry, Manifest
from linlog.shapes import Box, Other, Polygon, Segment, Span, Whole

SHAPES = (
    Box(1.0, 2.5, 3.0, 4.0, 30.0),
    Span(1, 4),
    Whole(),
    Polygon((Segment(((0.0, 0.0), (1.0, 0.0), (0.0, 1.0))),)),
    Other({"type": "box", "left": 1}),
)


def entries(number: int, seed: int = 0) -> tuple[Entry, ...]:
    random = np.random.default_rng(seed)
    names = sorted(f"t_{each}" for each in random.integers(0, 2**60, number))
    return tuple(Entry(name, f"i{name}", f"a{name}", "test") for name in names)


def test_canonical_json_has_sorted_keys_and_no_blanks() -> None:
    assert frozen.encode({"b": 1.0, "a": [1e20, 0.1], "é": None}) == (
        b'{"a":[1e20,0.1],"b":1.0,"\xc3\xa9":null}'
    )
    assert frozen.digest(b"") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.name)
def test_a_shape_comes_back(shape: object) -> None:
    assert frozen.read_shape(frozen.encode(shape)) == shape


@pytest.mark.parametrize("seed", range(20))
def test_marks_have_one_order_whatever_the_order_of_arrival(seed: int) -> None:
    random = np.random.default_rng(seed)
    rows = [
        (str(random.choice(["cat", "dog"])), SHAPES[random.integers(0, 5)], {}, None, f"a_{each}")
        for each in range(12)
    ]
    data, ordered = frozen.marked(rows)
    shuffled = [rows[place] for place in random.permutation(len(rows))]
    assert frozen.marked(shuffled) == (data, ordered)
    assert [row[-1] for row in json.loads(data)] == [row[-1] for row in ordered]


def test_ids_decide_only_between_equals() -> None:
    one, two = (
        [("cat", Box(place, 0, 1, 1), 0.5, {}, name) for place, name in enumerate(names)]
        for names in (("pr_a", "pr_b"), ("pr_b", "pr_a"))
    )
    assert [row[1] for row in frozen.marked(one)[1]] == [row[1] for row in frozen.marked(two)[1]]


def test_truths_are_those_of_the_wanted_shapes() -> None:
    rows = [("cat", shape, {}, None, f"a_{shape.name}") for shape in SHAPES]
    data = frozen.truth(rows, (6, 8))
    found = frozen.item("t_1", data, (), predicted=True, shapes_of_kind=("box", "span"))
    assert (found.height, found.width) == (6, 8)
    assert {truth.annotation_id: truth.shape for truth in found.truths} == {
        "a_box": SHAPES[0],
        "a_span": SHAPES[1],
    }
    assert frozen.annotations_by_id(data)["a_span"]["shape"]["end"] == 4


@pytest.mark.parametrize(
    ("held", "size"),
    [
        ({"height": 6, "width": 8}, (6, 8)),
        ({"height": None, "width": None}, None),
        ({"details": {"media_specs": {"height": 6, "width": 8}}}, (6, 8)),
        ({"details": {"media_specs": {"height": 6.5, "width": 8}}}, None),
        ({"details": {"media_specs": {"height": True, "width": 8}}}, None),
        ({"details": {"media_specs": "6x8"}}, None),
        ({"height": 6, "width": 8, "details": {"media_specs": {"height": 1, "width": 1}}}, (6, 8)),
    ],
)
def test_the_size_of_an_image_is_the_files_or_what_was_told(
    held: dict, size: tuple[int, int] | None
) -> None:
    assert frozen.image_size({"details": {}, **held}) == size


@pytest.mark.parametrize("number", [0, 1, 127, 1000])
def test_a_manifest_comes_back_from_its_pieces(number: int) -> None:
    manifest = Manifest(entries(number), "labels")
    name, pieces = frozen.pieces(manifest)
    taxonomy, chunks = frozen.piece_hashes(pieces[name])
    assert frozen.manifest_of(taxonomy, (pieces[chunk] for chunk in chunks)) == manifest
    assert all(frozen.digest(data) == key for key, data in pieces.items())


def test_manifests_that_differ_in_a_task_share_all_but_two_pieces() -> None:
    before = Manifest(entries(5000), "labels")
    place = 2500
    changed = replace(before.entries[place], annotations="other")
    for after in (
        (*before.entries[:place], changed, *before.entries[place + 1 :]),
        (*before.entries[:place], *before.entries[place + 1 :]),
    ):
        one, two = (frozen.pieces(each)[1] for each in (before, Manifest(after, "labels")))
        assert len(one) > 20
        assert len(two.keys() - one.keys()) <= 3


def test_each_hash_is_of_its_part_alone() -> None:
    manifest = Manifest(entries(3), "labels")
    first, *rest = manifest.entries
    changes = {
        "tasks": Manifest((replace(first, item="other"), *rest), "labels"),
        "annotations": Manifest((replace(first, annotations="other"), *rest), "labels"),
        "taxonomy": replace(manifest, taxonomy="other"),
    }
    for name, changed in changes.items():
        assert {key for key, value in changed.hashes.items() if value != manifest.hashes[key]} == {
            name
        }
    split = Manifest((replace(first, split=None), *rest), "labels")
    assert split.hashes["tasks"] != manifest.hashes["tasks"]


def test_annotators_are_frozen_where_somebody_knows_them() -> None:
    """What was frozen before they were noted has the bytes that it had."""
    rows = [("cat", Box(0, 0, 1, 1), {}, None, "a_1"), ("dog", Box(0, 0, 1, 1), {}, None, "a_2")]
    plain = frozen.truth(rows, (6, 8))
    assert frozen.truth([(*row, None) for row in rows], (6, 8)) == plain
    assert b"annotators" not in plain
    told = frozen.truth([(*rows[1], "u_1"), (*rows[0], None)], (6, 8))
    assert told != plain
    assert [(each.label, each.annotator) for each in frozen.marks(told)] == [
        ("cat", None),
        ("dog", "u_1"),
    ]
    held = frozen.annotations_by_id(told)
    assert [held[name].get("annotator_id") for name in ("a_1", "a_2")] == [None, "u_1"]
    shapes = (Box.name,)
    items = [
        frozen.item("t", data, (), predicted=True, shapes_of_kind=shapes) for data in (plain, told)
    ]
    assert [*items[0].truths] == [*items[1].truths]
