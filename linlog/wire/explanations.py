"""Explanations: why a number changed from one evaluation to another, split among its causes."""

from __future__ import annotations

from dataclasses import dataclass

from linlog.wire.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedNumber(Record):
    """One number, its change, and what each cause has to do with it.

    The three parts add up to the difference. They are null where the number is undefined in one of
    the ways to combine labels and model.
    """

    name: str
    """Key of the number, as in the report."""
    title: str
    """What people call it."""
    earlier: float | None
    """Its value in the earlier evaluation."""
    later: float | None
    """Its value in the later evaluation."""
    difference: float | None
    """Later less earlier."""
    from_labels: float | None
    """What comes from annotations that changed."""
    from_model: float | None
    """What comes from other predictions."""
    from_tasks: float | None
    """What comes from tasks that came to the dataset or left it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedTask(Record):
    """A task that has to do with the change."""

    task_id: str
    """The task."""
    effect: float | None
    """What the headline number gains from this task's change alone."""
    earlier_score: float | None
    """How well the model did on the task before its change, from 0 to 1."""
    later_score: float | None
    """How well it does after it."""
    added: int = 0
    """Annotations that are new."""
    removed: int = 0
    """Annotations that are gone."""
    changed: int = 0
    """Annotations that are otherwise than before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation(Record):
    """Why the numbers of two evaluations differ."""

    earlier_id: str
    """The earlier evaluation."""
    later_id: str
    """The later evaluation."""
    headline: str
    """Name of the number that ranks model runs."""
    numbers: tuple[ExplainedNumber, ...]
    """Every number of the summary, the headline first."""
    common: int
    """Tasks that both evaluations judged."""
    added: int
    """Tasks that only the later one judged."""
    removed: int
    """Tasks that only the earlier one judged."""
    relabelled: int
    """Tasks of both whose annotations changed."""
    label_tasks: tuple[ExplainedTask, ...]
    """Tasks whose annotations changed, those with the largest effect first."""
    model_tasks: tuple[ExplainedTask, ...]
    """Tasks on which the model does otherwise, those with the largest effect first."""
    note: str
    """How the parts were found, in words."""
