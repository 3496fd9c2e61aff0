"""The intervals of a report's own numbers: where they may lie for other tasks like these.

How far a number varies is told by the jackknife (Tukey 1958): it is computed again with every
hundredth task left out, a hundred times over. The interval is Wilson's (1927) for so many
independent answers as vary as much: it never leaves 0 to 1, is lopsided near the ends, and is
Wilson's own where the number is a share of tasks, such as accuracy.

Some numbers are too high on few tasks: of the curve behind an average precision only the best
counts. How much, halves of the tasks tell (Quenouille 1949), and the interval is moved by it. Where
labels are on so few tasks that halves cannot tell, there is no interval.
"""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import Final

import numpy as np

from linlog.evaluation.kinds import Comparable, Kind
from linlog.evaluation.resampling import Name, Numbers, Part
from linlog.evaluation.significance import student_quantile
from linlog.evaluation.tallies import Floats, Tally
from linlog.evaluation.weighted_sums import Weights
from linlog.wire.blocks import Report, Scalars

GROUPS: Final = 100
"""How often a number is computed again, at most: once for each task where there are fewer."""
LEVEL: Final = 0.95
"""Share of intervals that hold the number of all tasks there are, in the long run."""
FEWEST: Final = 2
HALVES: Final = 8
"""How often the tasks are halved."""
OPTIMISM: Final = 2.0
"""How many times what halves of the tasks are higher than the whole an optimistic number is too
high: on n tasks by some n^-(7/12), between n^-(1/2), where a curve is flat, and n^-(2/3)."""
FEWEST_OF_A_LABEL: Final = 8
"""Tasks that a label's truths must be on, in the harmonic mean over labels, for such a number."""

_PARITY: Final = np.array([number.bit_count() % 2 for number in range(HALVES)])
_DIGITS: Final = 6
"""Decimals of an end: a machine's own sine must not show."""

Interval = tuple[float, float]


def attach(report: Report, kind: Kind, tally: Tally, config: object) -> Report:
    """The report with intervals on its headline numbers, where the kind can tell."""
    if not isinstance(kind, Comparable):
        return report
    numbers = kind.numbers(tally, config)
    found = of_numbers(numbers)
    blocks = list(report.blocks)
    at = next((at for at, block in enumerate(blocks) if isinstance(block, Scalars)), None)
    if at is None:
        return report
    block = blocks[at]
    assert isinstance(block, Scalars), "found as such"
    scalars = []
    for each in block.scalars:
        low, high = found.get(each.name, (None, None))
        scalars.append(replace(each, low=low, high=high) if each.share else each)
    note = " ".join([block.note, *_why_none(numbers)]).strip()
    blocks[at] = replace(block, scalars=tuple(scalars), note=note)
    return replace(report, blocks=tuple(blocks))


def _why_none(numbers: Numbers) -> list[str]:
    """The sentence on numbers whose evidence is too thin, if there are any."""
    thin = too_thin(numbers) if len(numbers.task_scores) >= FEWEST else []
    if not thin:
        return []
    named = ", ".join(name.title for name in thin)
    return [
        (
            f"No interval for {named}: average precision is too high where a label is on few "
            "tasks, and here they are too few to say how much."
        )
    ]


def of_numbers(numbers: Numbers) -> dict[str, Interval]:
    """The interval of each number over all labels; without those that are undefined.

    Of fewer than two tasks nothing can be said, and there is none; nor for what is `too_thin`.
    """
    tasks = len(numbers.task_scores)
    if tasks < FEWEST:
        return {}
    without, half = left_out(tasks), halves(tasks)
    groups = without.shape[1]
    weights = np.concatenate([without, half], axis=1)
    found = {}
    for part in numbers.parts:
        again, _ = part.again(weights)
        thin = _too_thin(part)
        for name, value, values in zip(part.names, part.plain[0].tolist(), again, strict=True):
            jackknife, of_halves = values[:groups], values[groups:]
            error = standard_error(jackknife)
            if np.isnan(value) or error is None or (name.optimistic and thin):
                continue
            above = bias(value, of_halves) * (OPTIMISM if name.optimistic else 1.0)
            degrees = answers_behind(jackknife) if name.optimistic else groups - 1
            centre = min(1.0, max(0.0, value - above))
            low, high = wilson(centre, error, tasks, degrees)
            found[name.name] = min(low, value), max(high, value)
    return found


def too_thin(numbers: Numbers) -> list[Name]:
    """The numbers that have no interval because their labels are on too few tasks."""
    thin = [part for part in numbers.parts if _too_thin(part)]
    return [
        name
        for part in thin
        for name, value in zip(part.names, part.plain[0].tolist(), strict=True)
        if name.optimistic and not np.isnan(value)
    ]


def _too_thin(part: Part) -> bool:
    if part.owners is None:
        return False
    tasks = part.owners()
    some = tasks[tasks > 0]
    return len(some) == 0 or len(some) / float((1 / some).sum()) < FEWEST_OF_A_LABEL


def left_out(tasks: int) -> Weights:
    """Weights of the tasks with each group left out once: shape (tasks, groups)."""
    groups = min(tasks, GROUPS)
    own = np.arange(tasks) % groups
    return np.asarray(own[:, None] != np.arange(groups), dtype=np.uint16)


def halves(tasks: int) -> Weights:
    """Weights of halves of the tasks, then of the other halves: shape (tasks, 2 `HALVES`).

    Of neighbours one is in each half; which one, rows of a Hadamard matrix say (McCarthy 1969).
    """
    task = np.arange(tasks)[:, None]
    first = _PARITY[(task >> 1) & np.arange(HALVES)] ^ (task & 1)
    return np.concatenate([first, 1 - first], axis=1).astype(np.uint16)


def bias(value: float, of_halves: Floats) -> float:
    """How much too high a number is on so many tasks: the mean over their halves, less itself.

    That is the whole of it where it shrinks in step with the tasks. 0 where most of the halves
    leave the number undefined.
    """
    defined = of_halves[~np.isnan(of_halves)]
    return float(defined.mean()) - value if 2 * len(defined) > len(of_halves) else 0.0


def standard_error(values: Floats) -> float | None:
    """The jackknife's: `√((g - 1) / g · Σ (value - mean)²)` over g groups that were left out.

    None where most of the values are undefined.
    """
    defined = values[~np.isnan(values)]
    groups = len(defined)
    if 2 * groups <= len(values):
        return None
    return sqrt((groups - 1) / groups * float(((defined - defined.mean()) ** 2).sum()))


def answers_behind(values: Floats) -> int:
    """The degrees of freedom of that error: fewer where few groups make most of it.

    Satterthwaite's (1946) by the fourth moment, `2 S² / (Q - S² / g)` with S the sum of squares and
    Q that of fourth powers about the mean: of a normal distribution as many as there are groups.
    """
    defined = values[~np.isnan(values)]
    squares = (defined - defined.mean()) ** 2
    groups, total = len(defined), float(squares.sum())
    spread = float((squares**2).sum()) - total**2 / groups
    if spread <= 0:
        return groups - 1
    return max(1, min(groups - 1, int(2 * total**2 / spread)))


def wilson(value: float, error: float, tasks: int, degrees: int) -> Interval:
    """Wilson's interval for as many answers n as would have that error: `value (1 - value) / n`.

    Where nothing varies, at 0, at 1 and elsewhere, n is the number of tasks. With Student's
    quantile t for the normal one: `(v + t²/2n ± t √(v (1 - v) / n + t²/4n²)) / (1 + t²/n)`.

    >>> low, high = wilson(1.0, 0.0, 10, 9)
    >>> round(low, 3), high
    (0.661, 1.0)
    """
    spread = max(0.0, value * (1 - value))
    answers = spread / error**2 if error > 0 and spread > 0 else float(tasks)
    squared = student_quantile((1 - LEVEL) / 2, degrees) ** 2 / answers
    middle = (value + squared / 2) / (1 + squared)
    half = sqrt(squared * spread + squared**2 / 4) / (1 + squared)
    low, high = max(0.0, middle - half), min(1.0, middle + half)
    return round(low, _DIGITS), round(high, _DIGITS)
