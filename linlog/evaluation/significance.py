"""Whether a difference may be chance: intervals, p-values, and corrections for many questions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import atan, comb, cos, erfc, exp, lgamma, pi, sin, sqrt
from statistics import NormalDist
from typing import Final

import numpy as np

from linlog.evaluation.tallies import Floats, Ints
from linlog.wire.comparisons import FEW

ALPHA: Final = 0.05
"""The share of false alarms that a verdict accepts."""
EXACT_BELOW: Final = 25
"""Discordant tasks up to which McNemar's test is computed exactly."""
SAME: Final = 1e-12
"""Differences up to this come from rounding."""
_NORMAL: Final = NormalDist()
_NEARLY_NORMAL: Final = 2000
"""Degrees of freedom from which Student's distribution counts as the normal one."""
_STEPS: Final = 100
_DIGITS: Final = 9
"""Decimals of a p-value: a machine's own erfc or sin must not show."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What resampling says of differences; every field has shape (numbers,), NaN where void."""

    low: Floats
    """Lower end of the interval."""
    high: Floats
    """Upper end of the interval."""
    p_value: Floats
    """How often chance alone would bring a difference this far from 0, two-sided."""


def judge(resampled: Floats, moved: Ints, *, level: float = 0.95) -> Judged:
    """Intervals and p-values from resampled differences of shape (numbers, resamples).

    `moved` says by number on how many tasks the two runs differ at all. The interval is the
    percentile interval, widened as Student's distribution is wider than the normal one for so
    many tasks ("expanded percentiles", Hesterberg 2015, section 5.3). The p-value is
    `2 (1 + min(#d <= 0, #d >= 0)) / (resamples + 1)`, widened likewise; where no resample lies
    on the other side of 0, the tail of the normal distribution says how far that is. Where
    fewer than `FEW` tasks differ, the interval is extended to 0, and the p-value is at least
    that of all of them falling on one side, `2 / 2**moved`.

    Undefined resamples (NaN) are left out; where fewer than half are defined, all is void.
    """
    ordered = np.sort(resampled, axis=1)
    defined = (~np.isnan(ordered)).sum(axis=1)
    void = (2 * defined <= ordered.shape[1]) | (defined == 0)
    degrees = np.maximum(moved, 2) - 1
    tail = _by_degrees(degrees, lambda found: widened((1 - level) / 2, found))
    low = _quantile(ordered, defined, tail)
    high = _quantile(ordered, defined, 1 - tail)
    few = moved < FEW
    low, high = np.where(few, np.minimum(low, 0), low), np.where(few, np.maximum(high, 0), high)
    p_value = _p_values(ordered, defined, degrees)
    p_value = np.maximum(p_value, np.where(few, 2.0 ** (1 - moved), 0))
    p_value = np.minimum(np.round(p_value, _DIGITS), 1.0)
    return Judged(*(np.where(void, np.nan, each) for each in (low, high, p_value)))


def widened(tail: float, degrees: int) -> float:
    """The tail of a percentile interval that is as wide as Student's with so many degrees.

    `Φ(√((d + 1) / d) · t)` with t the quantile of Student's distribution at `tail`: the first
    factor because a resample's spread divides by n and not by n - 1.

    >>> round(widened(0.025, 19), 4)
    0.0159
    """
    return _NORMAL.cdf(student_quantile(tail, degrees) * sqrt((degrees + 1) / degrees))


def holm(p_values: Sequence[float | None]) -> list[float | None]:
    """Holm's step-down correction (1979): each p-value as if it had been the only one asked for.

    >>> holm([0.01, 0.04, None, 0.03])
    [0.03, 0.06, None, 0.06]
    """
    asked = sorted((p, at) for at, p in enumerate(p_values) if p is not None)
    found: list[float | None] = [None] * len(p_values)
    highest = 0.0
    for rank, (p, at) in enumerate(asked):
        highest = max(highest, min(1.0, (len(asked) - rank) * p))
        found[at] = highest
    return found


def mcnemar(won: int, lost: int) -> tuple[float, bool]:
    """McNemar's test (1947): the p-value of tasks that one of two gets right alone, and if exact.

    Up to `EXACT_BELOW` such tasks the exact binomial one, `2 P(X <= min(won, lost))` with X of
    won + lost fair coins; beyond, chi-square with Edwards' correction (1948),
    `(|won - lost| - 1)² / (won + lost)` with one degree of freedom.

    >>> mcnemar(4, 0)
    (0.125, True)
    """
    total = won + lost
    if total < EXACT_BELOW:
        fewer = sum(comb(total, count) for count in range(min(won, lost) + 1))
        return min(1.0, 2 * fewer / 2**total), True
    square = max(0, abs(won - lost) - 1) ** 2 / total
    return round(erfc(sqrt(square / 2)), _DIGITS), False


def student(value: float, degrees: int) -> float:
    """Student's distribution function for whole degrees of freedom.

    The finite sums of Abramowitz & Stegun 1964, 26.7.3 and 26.7.4; beyond 2,000 degrees the
    normal distribution, which differs by less than 1e-4.
    """
    if degrees > _NEARLY_NORMAL:
        return _NORMAL.cdf(value)
    angle = atan(value / sqrt(degrees))
    square, odd = cos(angle) ** 2, degrees % 2 == 1
    term = cos(angle) if odd else 1.0
    total = term if degrees > 1 else 0.0
    for step in range(3 if odd else 2, degrees - 1, 2):
        term *= square * (step - 1) / step
        total += term
    between = 2 / pi * (angle + sin(angle) * total) if odd else sin(angle) * total
    return (1 + between) / 2


def student_quantile(share: float, degrees: int) -> float:
    """Where `student` reaches a share below one half.

    By Newton's method from the normal distribution's quantile, which lies nearer to 0: from
    there the distribution function is convex, so that no step goes too far.

    >>> round(student_quantile(0.025, 5), 3)
    -2.571
    """
    value = _NORMAL.inv_cdf(share)
    if degrees > _NEARLY_NORMAL:
        return value
    most = exp(lgamma((degrees + 1) / 2) - lgamma(degrees / 2)) / sqrt(degrees * pi)
    for _ in range(_STEPS):
        density = most * (1 + value**2 / degrees) ** (-(degrees + 1) / 2)
        step = (student(value, degrees) - share) / density
        value -= step
        if abs(step) <= SAME * abs(value):
            break
    return value


def _quantile(ordered: Floats, defined: Ints, share: Floats) -> Floats:
    """By row the quantile of its defined values, which stand first, between neighbours linearly."""
    last = np.maximum(defined - 1, 0)
    place = share * last
    under = np.floor(place).astype(np.int64)
    rows = np.arange(len(ordered))
    below = ordered[rows, under]
    above = ordered[rows, np.minimum(under + 1, last)]
    return np.asarray(below + (above - below) * (place - under))


def _p_values(ordered: Floats, defined: Ints, degrees: Ints) -> Floats:
    under, over = (ordered <= SAME).sum(axis=1), (ordered >= -SAME).sum(axis=1)
    fewer = np.minimum(under, over)
    found = np.empty(len(ordered))
    for row, (count, total) in enumerate(zip(fewer.tolist(), defined.tolist(), strict=True)):
        tail = (1 + count) / (total + 1)
        if not count and total > 1:
            values = ordered[row, :total]
            spread = float(values.std())
            tail = min(tail, _NORMAL.cdf(-abs(float(values.mean())) / spread)) if spread else tail
        found[row] = _widened_p(min(tail, 0.5), int(degrees[row]))
    return found


def _widened_p(tail: float, degrees: int) -> float:
    distance = _NORMAL.inv_cdf(max(tail, 1e-300))
    return 2 * student(distance * sqrt(degrees / (degrees + 1)), degrees)


def _by_degrees(degrees: Ints, function: Callable[[int], float]) -> Floats:
    """The function of each number of degrees, each computed once."""
    found, place = np.unique(degrees, return_inverse=True)
    return np.asarray(np.array([function(int(each)) for each in found])[place])
