"""What a kind hands over so that its numbers can be computed again on resampled tasks."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from linlog.evaluation.tallies import Floats
from linlog.wire.blocks import Better


@dataclass(frozen=True, slots=True)
class Name:
    """What one number is called and which direction is an improvement."""

    name: str
    title: str
    better: Better = "higher"


@dataclass(frozen=True, slots=True)
class Numbers:
    """A kind's main numbers as functions of how often each task counts."""

    names: tuple[Name, ...]
    """The numbers, the headline first."""
    labels: tuple[str, ...]
    """Labels of the second part of what `values` returns."""
    values: Callable[[Floats | None], tuple[Floats, Floats]]
    """From weights of shape (tasks,), or None for once each, to the numbers and to the headline
    by label: shapes (names,) and (labels,). NaN where undefined."""
    task_scores: Floats
    """How well the model did on each task alone, from 0 to 1: shape (tasks,), NaN where void."""
