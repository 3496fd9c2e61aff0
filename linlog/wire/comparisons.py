"""Comparisons: two model runs on the same tasks, and whether their difference may be chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from linlog.wire.blocks import Better
from linlog.wire.record import Record

Verdict = Literal["better", "worse", "no evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalarDifference(Record):
    """One number of two model runs."""

    name: str
    """Key of the number, as in the report."""
    title: str
    """The number's name as people write it."""
    first: float | None
    """Its value for the first model run; null where it is undefined."""
    second: float | None
    """Its value for the second model run."""
    difference: float | None
    """Second less first."""
    low: float | None
    """Lower end of the difference's 95 % interval."""
    high: float | None
    """Upper end of the difference's 95 % interval."""
    p_value: float | None
    """How often chance alone would bring a difference this far from 0, two-sided."""
    better: Better
    """Which direction is an improvement."""
    verdict: Verdict
    """Whether the second is better or worse; `no evidence` if the interval holds 0."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDifference(Record):
    """The headline number of two model runs for one label."""

    label: str
    """The label."""
    first: float | None
    """The value for the first model run; null where it is undefined."""
    second: float | None
    """The value for the second model run."""
    difference: float | None
    """Second less first."""
    low: float | None
    """Lower end of the difference's 95 % interval."""
    high: float | None
    """Upper end of the difference's 95 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDifference(Record):
    """How two model runs did on one task."""

    task_id: str
    """The task."""
    first: float
    """How well the first did on it, from 0 to 1."""
    second: float
    """How well the second did on it."""
    difference: float
    """Second less first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Record):
    """Two model runs on the same tasks."""

    kind: str
    """The kind of evaluation."""
    headline: str
    """Name of the one number that ranks model runs."""
    scalars: tuple[ScalarDifference, ...]
    """The main numbers, the headline first."""
    labels: tuple[LabelDifference, ...]
    """By label, those that the second is worst at by comparison first."""
    won: tuple[TaskDifference, ...]
    """Tasks that the second did better on, the widest difference first; at most 100."""
    lost: tuple[TaskDifference, ...]
    """Tasks that the second did worse on, the widest difference first; at most 100."""
    won_count: int
    """How many tasks the second did better on."""
    lost_count: int
    """How many tasks the second did worse on."""
    tasks: int
    """Tasks that count for both; everything here is about these."""
    only_first: int
    """Tasks left out because they count for the first model run alone."""
    only_second: int
    """Tasks left out because they count for the second model run alone."""
    resamples: int
    """How often the tasks were drawn anew for the intervals."""
    seed: int
    """What the draws follow from: the same seed gives the same intervals."""
    note: str
    """How to read the numbers."""
