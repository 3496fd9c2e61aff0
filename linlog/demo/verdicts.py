"""Verdicts: what a comparison of two model versions says, in words, and where to look at it."""

from __future__ import annotations

from dataclasses import dataclass

from linlog.wire.comparisons import Comparison, ScalarDifference
from linlog.wire.evaluations import Evaluation


@dataclass(frozen=True, slots=True)
class Verdict:
    """Which of two versions is better, by how much, and the pages that show it."""

    title: str
    """What was judged."""
    words: str
    """The verdict in a sentence or two."""
    comparison: str
    """Path of the page that sets both versions side by side."""
    reports: dict[str, str]
    """Path of each version's report, by the version's name."""


def of(title: str, first: Evaluation, second: Evaluation, comparison: Comparison) -> Verdict:
    """The verdict on the second of two evaluations, compared with the first."""
    return Verdict(
        title=title,
        words=in_words(first.model_version_name, second.model_version_name, comparison),
        comparison=f"/compare?first={first.id}&second={second.id}",
        reports={one.model_version_name: f"/evaluations/{one.id}" for one in (first, second)},
    )


def in_words(first: str, second: str, comparison: Comparison) -> str:
    """Whether the second version is better than the first, by how much, and how sure that is."""
    headline = next(one for one in comparison.scalars if one.name == comparison.headline)
    tasks = (
        f"On {comparison.tasks} pictures it does better on {comparison.won_count} "
        f"and worse on {comparison.lost_count}."
    )
    return f"{_claim(first, second, headline)} {tasks}"


def _claim(first: str, second: str, number: ScalarDifference) -> str:
    """The main sentence."""
    against = (
        f"{number.title} {_plain(number.second)} against {_plain(number.first)}, "
        f"a difference of {_signed(number.difference)} "
        f"(95 % interval {_signed(number.low)} to {_signed(number.high)})"
    )
    if number.verdict == "no evidence":
        return (
            f"There is no evidence that “{second}” and “{first}” differ: {against}; "
            "chance alone may bring that."
        )
    return f"“{second}” is {number.verdict} than “{first}”: {against}."


def _plain(value: float | None) -> str:
    """A number with three decimals."""
    return "undefined" if value is None else f"{value:.3f}"


def _signed(value: float | None) -> str:
    """A number with its sign."""
    return "undefined" if value is None else f"{value:+.3f}".replace("-", "−")
