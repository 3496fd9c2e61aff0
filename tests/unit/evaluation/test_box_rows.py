"""Boxes read by column: the same bytes, the same order and the same tally as one by one."""

import pickle
from typing import Any

import numpy as np
import pytest

from linlog.evaluation import box_rows, frozen, kinds, tallies
from linlog.evaluation.box_rows import BoxRows
from linlog.evaluation.items import Item
from linlog.shapes import Box, Span

Row = tuple[str, Box, float | None, dict[str, Any], str]
SIDES = ("left", "top", "width", "height", "rotation")
LABELS = ("cat", "dög", 'two\n"lines"', "")
MARKS: tuple[dict[str, Any], ...] = ({}, {"b": 1, "a": [2.5]}, {"crowd": True}, {"area": 12})


def rows(random: np.random.Generator, number: int, *, plain: bool = False) -> list[Row]:
    """Rows of a task, with many equals among them."""
    sides = random.choice([0.0, 1.5, 10.0, 1e-7, 123456.789], (number, 5))
    return [
        (
            str(random.choice(LABELS)),
            Box(*map(float, sides[at])),
            [None, 0.25, 1.0][random.integers(3)],
            {} if plain else MARKS[random.integers(len(MARKS))],
            f"p_{random.integers(10**6)}-{at}",
        )
        for at in range(number)
    ]


def by_column(some: list[Row]) -> BoxRows:
    return BoxRows(
        [row[0] for row in some],
        [row[2] for row in some],
        [row[3] for row in some],
        [row[4] for row in some],
        *([getattr(row[1], side) for row in some] for side in SIDES),
    )


@pytest.mark.parametrize("seed", range(30))
def test_predictions_are_those_of_rows_one_by_one(seed: int) -> None:
    random = np.random.default_rng(seed)
    some = rows(random, int(random.integers(0, 12)), plain=seed % 2 == 0)
    for counting in (None, frozenset(row[-1] for row in some[::2])):
        data, found = frozen.predicted(some, ("box",), counting)
        quick_data, quick = frozen.predicted(by_column(some), ("box",), counting)
        assert quick_data == data
        assert [*quick] == [*found]
        assert [*quick[1:3]] == [*found[1:3]]


def test_other_kinds_see_no_boxes() -> None:
    some = rows(np.random.default_rng(0), 3)
    assert frozen.predicted(by_column(some), ("span",)) == (b"[]", ())
    held = frozen.truth([(*row[:2], row[3], None, row[4]) for row in some], (6, 8))
    item = frozen.item("t_1", held, (), predicted=True, shapes_of_kind=("span",))
    assert (item.height, item.width, len(item.truths)) == (6, 8, 0)


@pytest.mark.parametrize("seed", range(10))
def test_a_tally_of_columns_is_that_of_objects(seed: int) -> None:
    random = np.random.default_rng(seed)
    detection, items, quick = kinds.get("detection"), [], []
    for at in range(6):
        truths, said = rows(random, int(random.integers(0, 6))), rows(random, 8, plain=True)
        marks: list[Any] = [(*row[:2], row[3], None, row[4]) for row in truths]
        held = frozen.truth(marks, None)
        assert isinstance(box_rows.read_truth(held), box_rows.Held)
        columns = frozen.predicted(by_column(said), ("box",))[1]
        item = frozen.item(f"t_{at}", held, columns, predicted=True, shapes_of_kind=("box",))
        # Beside a shape that is no box, the same boxes are read one by one.
        held = frozen.truth([*marks, ("name", Span(0, 1), {}, None, "a_1")], None)
        assert box_rows.read_truth(held) is None
        objects = frozen.predicted(said, ("box",))[1]
        plain = frozen.item(f"t_{at}", held, objects, predicted=True, shapes_of_kind=("box",))
        assert [*item.truths] == [*plain.truths]
        # An item goes to another process as it is.
        quick.append(pickle.loads(pickle.dumps(item)))
        items.append(Item(f"t_{at}", tuple(plain.truths), tuple(plain.predictions)))
    told = [tallies.encode(detection.match(some, detection.Config())) for some in (items, quick)]
    assert told[0] == told[1]
    mixed = tallies.encode(detection.match([*items[:3], *quick[3:]], detection.Config()))
    assert mixed == told[0]
