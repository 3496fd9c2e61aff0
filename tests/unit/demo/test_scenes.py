"""Scenes: boxes are tight, the seed decides everything, and no digit is in both splits."""

from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from sklearn.datasets import load_digits

from linlog.demo import raster, scenes
from linlog.shapes import Box

SEED = 11


@pytest.fixture(scope="module")
def composed() -> list[scenes.Scene]:
    return scenes.compose("train", 6, SEED)


def test_a_scene_is_a_grey_png_with_one_to_eight_digits(composed: list[scenes.Scene]) -> None:
    for scene in composed:
        with Image.open(BytesIO(scene.png)) as image:
            assert (image.format, image.mode) == ("PNG", "L")
            assert image.size == (scenes.WIDTH, scenes.HEIGHT)
        assert 1 <= len(scene.boxes) <= 8
        assert len(scene.boxes) == len(scene.labels) == len(scene.sources)
        assert set(scene.labels) <= set(scenes.LABELS)


def test_boxes_lie_inside_the_scene(composed: list[scenes.Scene]) -> None:
    for box in (box for scene in composed for box in scene.boxes):
        left, top, right, bottom = box.bounds
        assert 0 <= left < right <= scenes.WIDTH
        assert 0 <= top < bottom <= scenes.HEIGHT


def test_boxes_are_the_bounds_of_the_ink_that_was_laid(monkeypatch: pytest.MonkeyPatch) -> None:
    laid: list[Box] = []
    blend = scenes._Sheet.blend

    def recorded(
        sheet: scenes._Sheet, opacity: raster.Floats, left: int, top: int, contrast: float
    ) -> None:
        rows, columns = np.nonzero(opacity)
        height, width = int(np.ptp(rows)) + 1, int(np.ptp(columns)) + 1
        laid.append(Box(left + int(columns.min()), top + int(rows.min()), width, height))
        blend(sheet, opacity, left, top, contrast)

    monkeypatch.setattr(scenes._Sheet, "blend", recorded)
    (scene,) = scenes.compose("test", 1, SEED)
    assert list(scene.boxes) == laid[: len(scene.boxes)]


def test_ink_stands_out_inside_a_box(composed: list[scenes.Scene]) -> None:
    for scene in composed:
        picture = raster.blurred(raster.from_png(scene.png), 1.0)
        paper = np.median(picture)
        for box in scene.boxes:
            left, top, right, bottom = (int(edge) for edge in box.bounds)
            assert np.abs(picture[top:bottom, left:right] - paper).max() > 20


def test_labels_are_those_of_the_digits_drawn(composed: list[scenes.Scene]) -> None:
    truth = load_digits().target
    for scene in composed:
        assert [str(truth[place]) for place in scene.sources] == list(scene.labels)


def test_the_seed_decides_everything(composed: list[scenes.Scene]) -> None:
    assert scenes.compose("train", 6, SEED) == composed
    assert scenes.compose("train", 2, SEED) == composed[:2]
    assert scenes.compose("train", 1, SEED + 1)[0].png != composed[0].png


def test_the_splits_share_no_digit(composed: list[scenes.Scene]) -> None:
    pools = scenes.pools(SEED)
    train, test = (set(pools[split].places.tolist()) for split in ("train", "test"))
    assert not train & test
    assert len(train | test) == 1797
    assert {place for scene in composed for place in scene.sources} <= train
    assert {digit.source for digit in scenes.single("test", 5, SEED)} <= test


def test_single_digits_are_each_another_one() -> None:
    digits = scenes.single("train", 20, SEED)
    assert len({digit.source for digit in digits}) == 20
    assert digits == scenes.single("train", 20, SEED)
