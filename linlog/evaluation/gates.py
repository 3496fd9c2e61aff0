"""Whether a candidate may follow a baseline: a number may not drop by more than so much.

A gate asks two questions of the interval of a difference, each at the same share of false
alarms. Does even its best end lie beyond the greatest drop? Then the drop is proven. Does its
worst end not reach it? Then it is ruled out. Between the two the evidence is too thin.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from linlog.wire.comparisons import FEW, Comparison, ScalarDifference

Outcome = Literal["passed", "failed", "too thin"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a gate says, and why."""

    outcome: Outcome
    """`failed`: a drop beyond the greatest is proven; `too thin`: neither that nor the contrary."""
    metric: ScalarDifference
    """The number that was looked at."""
    change: float | None
    """How much better the candidate is; negative for a drop, whichever way the number points."""
    worst: float | None
    """The least that `change` may be at this share of false alarms."""
    best: float | None
    """The most that it may be."""
    max_drop: float
    """The greatest drop that passes."""
    alpha: float
    """The share of false alarms."""
    tasks: int
    """Tasks that both were compared on."""
    reason: str
    """A sentence that says it."""


def level(alpha: float) -> float:
    """The level of an interval whose ends are each wrong with probability `alpha`.

    >>> level(0.05)
    0.9
    """
    return 1 - 2 * alpha


def decide(comparison: Comparison, metric: str, *, max_drop: float, alpha: float) -> Decision:
    """Judge the number `metric` of a comparison made at `level(alpha)`.

    Where fewer than six tasks differ, the interval says little about tasks not seen. Then the
    change may be as large as the share of tasks that may differ: with k of n seen to, the
    Clopper-Pearson limit (1934) at `alpha`. A candidate without predictions for tasks that the
    baseline has some for does not pass: nothing is known of these. Raises ValueError for a number
    that the comparison does not have or that has no better direction, and for bounds that make no
    sense.
    """
    if not 0 < alpha < 0.5:
        raise ValueError(f"alpha must be above 0 and below 0.5, not {alpha:g}")
    if not 0 <= max_drop < 1:
        raise ValueError(f"the greatest drop must be at least 0 and below 1, not {max_drop:g}")
    found = _named(comparison, metric)
    sign = -1.0 if found.better == "lower" else 1.0
    change = None if found.difference is None else sign * found.difference
    worst, best = _ends(found, sign, comparison.tasks, alpha)
    outcome = _outcome(worst, best, max_drop)
    reason = _reason(outcome, found.title, change, (worst, best), max_drop)
    if comparison.skipped_second:
        outcome = "too thin" if outcome == "passed" else outcome
        reason += _skipped(comparison.skipped_second)
    return Decision(
        outcome=outcome,
        metric=found,
        change=change,
        worst=worst,
        best=best,
        max_drop=max_drop,
        alpha=alpha,
        tasks=comparison.tasks,
        reason=reason,
    )


def worst(outcomes: Iterable[Outcome]) -> Outcome:
    """What several gates say together: what the strictest of them says.

    >>> worst(["passed", "too thin", "passed"])
    'too thin'
    """
    return max(outcomes, key=("passed", "too thin", "failed").index)


def _named(comparison: Comparison, metric: str) -> ScalarDifference:
    known = {each.name: each for each in comparison.scalars if each.better != "neither"}
    if metric not in known:
        raise ValueError(f"no number is called {metric!r}; it is one of {', '.join(known)}")
    return known[metric]


def _ends(
    found: ScalarDifference, sign: float, tasks: int, alpha: float
) -> tuple[float | None, float | None]:
    if found.low is None or found.high is None or not tasks:
        return None, None
    worst, best = sorted((sign * found.low, sign * found.high))
    if found.moved >= FEW:
        return worst, best
    unseen = upper_share(found.moved, tasks, alpha)
    return min(worst, -unseen), max(best, unseen)


def upper_share(seen: int, tasks: int, alpha: float) -> float:
    """The largest share of tasks that differ, of which so few are seen with probability `alpha`.

    The p for which `P(X <= seen) = alpha`, with X binomial of `tasks` and p, by halving.

    >>> round(upper_share(0, 100, 0.05), 4)
    0.0295
    """
    low, high = seen / tasks, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _at_most(seen, tasks, middle) > alpha else (low, middle)
    return high


def _at_most(seen: int, tasks: int, share: float) -> float:
    if seen >= tasks:
        return 1.0
    term = (1 - share) ** tasks
    total = term
    for count in range(seen):
        term *= (tasks - count) / (count + 1) * share / (1 - share) if share < 1 else 0.0
        total += term
    return total


def _outcome(worst: float | None, best: float | None, max_drop: float) -> Outcome:
    if worst is None or best is None:
        return "too thin"
    if best < -max_drop:
        return "failed"
    return "passed" if worst >= -max_drop else "too thin"


def _reason(
    outcome: Outcome,
    title: str,
    change: float | None,
    ends: tuple[float | None, float | None],
    max_drop: float,
) -> str:
    worst, best = ends
    if change is None or worst is None or best is None:
        return f"{title} is undefined for one of the two."
    seen = f"{title} changed by {change:+.4f}"
    return {
        "passed": f"{seen}; a drop beyond {max_drop:g} is ruled out: at worst {worst:+.4f}.",
        "failed": f"{seen}; that is beyond the greatest drop, {max_drop:g}: at best {best:+.4f}.",
        "too thin": (
            f"{seen}; between {worst:+.4f} and {best:+.4f}, it may or may not be beyond the "
            f"greatest drop, {max_drop:g}. More tasks would tell."
        ),
    }[outcome]


def _skipped(tasks: int) -> str:
    which = "1 task" if tasks == 1 else f"{tasks:,} tasks"
    return (
        f" Nothing is known of {which} that the candidate has no predictions for and the baseline "
        "has: predict them, or leave such tasks out of both evaluations (missing: left out)."
    )
