"""Thinning a series: any spike stays, and what fits is what was logged."""

from __future__ import annotations

from random import Random

import numpy as np
import pytest

from linlog.server.services.log_series import Wanted, columns_of, drawn, extremes
from linlog.server.store.log_columns import AXES, Column
from linlog.server.store.log_packs import LogNumbers

COLUMNS = 800


def kept(x: np.ndarray, values: np.ndarray, segments: np.ndarray | None = None) -> set[int]:
    """The places that stay at 800 columns."""
    groups = columns_of(x, x.min(), x.max(), COLUMNS)
    groups += 0 if segments is None else segments * COLUMNS
    return {*extremes(groups, values).tolist()}


@pytest.mark.parametrize("seed", range(40))
def test_any_single_spike_stays_at_800_columns(seed: int) -> None:
    random, numbers = Random(seed), np.random.default_rng(seed)
    size = random.randrange(3_300, 60_000)
    x = np.cumsum(numbers.choice([0, 0, 1, 1, 7, 4000], size)).astype(float)
    if seed % 3 == 0:
        numbers.shuffle(x)
    values = numbers.normal(size=size)
    values[numbers.random(size) < 0.1] = np.nan
    spike = random.randrange(size)
    values[spike] = random.choice([-1e3, 1e3])
    found = kept(x, values)
    assert spike in found
    assert len(found) <= COLUMNS * 4


@pytest.mark.parametrize("seed", range(10))
def test_each_column_keeps_its_first_lowest_highest_and_last(seed: int) -> None:
    numbers = np.random.default_rng(seed)
    x = np.sort(numbers.random(20_000)) * 977 - 40
    values = numbers.normal(size=len(x))
    found = kept(x, values)
    edges = x.min() + (x.max() - x.min()) * np.arange(1, COLUMNS) / COLUMNS
    for column in np.split(np.arange(len(x)), np.searchsorted(x, edges)):
        if len(column):
            lowest, highest = column[values[column].argmin()], column[values[column].argmax()]
            assert {column[0], column[-1], lowest, highest} <= found


def test_a_spike_before_a_resume_is_not_hidden_by_one_after_it() -> None:
    x = np.tile(np.arange(5_000.0), 2)
    values, segments = np.zeros(10_000), np.repeat([0, 1], 5_000)
    values[1234], values[5_000 + 1234] = 5.0, 9.0
    assert {1234, 6234} <= kept(x, values, segments)


@pytest.mark.parametrize("width", [1e308, 5e-324, 0.0])
def test_axes_of_any_width_are_cut_into_columns(width: float) -> None:
    x = np.linspace(-1, 1, 9_000) * width
    values = np.zeros(9_000)
    values[4321] = 1.0
    assert 4321 in kept(x, values)


@pytest.mark.parametrize("seed", range(20))
def test_a_part_that_fits_is_what_was_logged(seed: int) -> None:
    random, numbers = Random(seed), np.random.default_rng(seed)
    values = numbers.normal(size=30_000)
    steps = np.arange(30_000) * 3
    log = LogNumbers(
        {name: steps if name == "step" else np.zeros(30_000, np.int64) for name in AXES},
        None,
        [("loss", Column(np.arange(30_000), values))],
    )
    low = random.randrange(80_000)
    high = low + random.randrange(3, 3 * 3_000)
    wanted = Wanted(COLUMNS * 4, ["loss"], low=low, high=high)
    [line] = drawn(lambda *, bare: [log], ["loss"], wanted)
    inside = (steps >= low) & (steps <= high)
    assert line.steps == tuple(steps[inside].tolist())
    assert line.values == tuple(values[inside].tolist())
    assert line.total == inside.sum()
