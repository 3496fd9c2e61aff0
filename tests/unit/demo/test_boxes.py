"""Boxes: IoU by hand, and what non-maximum suppression promises."""

import numpy as np
import pytest

from linlog.demo import boxes
from linlog.shapes import Box


def some_boxes(seed: int) -> list[Box]:
    chance = np.random.default_rng(seed)
    return [
        Box(*chance.uniform(0, 40, 2), *chance.uniform(5, 30, 2))
        for _ in range(chance.integers(40))
    ]


def test_iou_of_hand_made_boxes() -> None:
    found = boxes.iou([Box(0, 0, 10, 10)], [Box(0, 0, 10, 10), Box(5, 0, 10, 10), Box(20, 0, 5, 5)])
    assert found[0] == pytest.approx([1.0, 1 / 3, 0.0])


def test_iou_of_none_is_empty() -> None:
    assert boxes.iou([], [Box(0, 0, 1, 1)]).shape == (0, 1)


@pytest.mark.parametrize("seed", range(20))
def test_suppression_keeps_what_nothing_better_covers(seed: int) -> None:
    given = some_boxes(seed)
    confidences = np.random.default_rng(seed + 100).random(len(given))
    kept = boxes.suppressed(given, confidences, 0.4)
    shared = boxes.iou(given, given)

    assert sorted(kept, key=lambda place: -confidences[place]) == kept
    assert all(shared[one, two] <= 0.4 for one in kept for two in kept if one != two)
    for dropped in set(range(len(given))) - set(kept):
        assert any(
            shared[dropped, place] > 0.4 and confidences[place] >= confidences[dropped]
            for place in kept
        )


def test_widened_keeps_the_middle() -> None:
    assert boxes.widened(Box(10, 20, 10, 40), 0.5) == Box(7.5, 10, 15, 60)
