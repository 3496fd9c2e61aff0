"""Intervals and p-values against scipy and against what must hold whatever the data."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from linlog.evaluation import significance


@pytest.mark.parametrize("degrees", [1, 2, 3, 4, 5, 12, 99, 100, 1999, 2000])
@pytest.mark.parametrize("value", [-40.0, -3.1, -0.4, 0.0, 0.7, 2.5])
def test_students_distribution_equals_scipy(value, degrees):
    assert significance.student(value, degrees) == pytest.approx(
        stats.t.cdf(value, degrees), abs=1e-13
    )


def test_beyond_two_thousand_degrees_it_is_the_normal_one():
    for value in (-4.0, -1.96, 1.0):
        found = significance.student(value, 2001)
        assert found == pytest.approx(stats.t.cdf(value, 2001), abs=1e-4)


@pytest.mark.parametrize("degrees", [1, 2, 5, 30, 500])
@pytest.mark.parametrize("share", [0.4, 0.05, 0.025, 0.0005])
def test_its_quantile_equals_scipy(share, degrees):
    found = significance.student_quantile(share, degrees)
    assert found == pytest.approx(stats.t.ppf(share, degrees), rel=1e-9)


@pytest.mark.parametrize(("won", "lost"), [(0, 0), (4, 0), (0, 6), (12, 12), (20, 4), (3, 1)])
def test_mcnemar_is_exact_for_few(won, lost):
    p_value, exact = significance.mcnemar(won, lost)
    assert exact
    expected = stats.binomtest(won, won + lost).pvalue if won + lost else 1.0
    assert p_value == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize(("won", "lost"), [(20, 10), (300, 260), (13, 12), (0, 25)])
def test_mcnemar_is_chi_square_with_correction_for_many(won, lost):
    p_value, exact = significance.mcnemar(won, lost)
    assert not exact
    square = max(0, abs(won - lost) - 1) ** 2 / (won + lost)
    assert p_value == pytest.approx(stats.chi2.sf(square, 1), abs=1e-9)


def test_holm_equals_the_definition():
    """Rejected at a level exactly where the step-down procedure rejects."""
    random = np.random.default_rng(2)
    for _ in range(50):
        p_values = (random.random(7) ** 3).tolist()
        adjusted = significance.holm(p_values)
        for alpha in (0.01, 0.05, 0.2, 0.7):
            rejected = set()
            for rank, at in enumerate(np.argsort(p_values)):
                if p_values[at] > alpha / (7 - rank):
                    break
                rejected.add(int(at))
            assert {at for at, each in enumerate(adjusted) if each <= alpha} == rejected


def judged(resampled, moved, **options):
    found = significance.judge(np.atleast_2d(resampled), np.array([moved]), **options)
    return float(found.low[0]), float(found.high[0]), float(found.p_value[0])


def test_of_many_tasks_it_is_the_percentile_interval():
    resampled = np.random.default_rng(0).normal(0.2, 0.1, 9999)
    low, high, p_value = judged(resampled, 10**6)
    expected = np.percentile(resampled, [2.5, 97.5])
    assert (low, high) == pytest.approx(tuple(expected), abs=1e-3)
    crossed = (resampled <= 0).sum()
    assert p_value == pytest.approx(2 * (1 + crossed) / 10_000, rel=1e-5)


def test_of_few_tasks_it_is_as_wide_as_students():
    resampled = np.random.default_rng(0).normal(0, 1, 200_000)
    for moved in (6, 10, 30):
        low, high, _ = judged(resampled, moved)
        wanted = stats.t.ppf(0.975, moved - 1) * np.sqrt(moved / (moved - 1))
        assert (low, high) == pytest.approx((-wanted, wanted), rel=0.03)


def test_beyond_the_resamples_the_normal_tail_says_how_far():
    resampled = np.random.default_rng(0).normal(8, 1, 1000)
    _, _, p_value = judged(resampled, 10**6)
    assert p_value < 1e-9
    _, _, nearer = judged(resampled - 4, 10**6)
    assert nearer == pytest.approx(2 * stats.norm.sf(4), rel=0.6)


@pytest.mark.parametrize("moved", range(1, 6))
def test_below_six_tasks_nothing_is_evidence(moved):
    """Not even all on one side: fair coins fall so in 2 of 2**moved cases."""
    low, high, p_value = judged(np.full(5000, 0.3), moved)
    assert low == 0
    assert high == pytest.approx(0.3)
    assert p_value >= min(1, 2 / 2**moved)


def test_nothing_differs():
    assert judged(np.zeros(100), 0) == (0, 0, 1)
    assert judged(np.full(100, 1e-15), 50)[2] == 1


def test_what_is_mostly_undefined_is_void():
    half = np.where(np.arange(100) < 50, np.nan, 0.1)
    assert np.isnan(judged(half, 20)).all()
    assert np.isnan(judged(np.full(10, np.nan), 20)).all()
    less = np.where(np.arange(100) < 49, np.nan, 0.1)
    assert not np.isnan(judged(less, 20)).any()
