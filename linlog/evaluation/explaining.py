"""Why a number changed: how much comes from other labels, how much from another model.

Two things changed at once, the truths T and the predictions P. With `f` for the number, the part of
the labels is the mean of what they give in either order (Shapley 1953, for two players):

    labels = ½ [(f(T₁,P₀) - f(T₀,P₀)) + (f(T₁,P₁) - f(T₀,P₁))]
    model  = ½ [(f(T₀,P₁) - f(T₀,P₀)) + (f(T₁,P₁) - f(T₁,P₀))]

on the tasks that both evaluations judged; what tasks that came or went give is a part of its own,
`tasks = (f(T₀,P₀) - f₀) + (f₁ - f(T₁,P₁))`. The three add up to `f₁ - f₀`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from linlog.evaluation import coverage, tallies
from linlog.evaluation.kinds import Comparable, Kind, Telling
from linlog.evaluation.reports import number
from linlog.evaluation.tallies import Floats, Tally
from linlog.wire.blocks import Report, Scalar, Scalars
from linlog.wire.explanations import ExplainedNumber, ExplainedTask

MOST: Final = 100
"""Tasks that are listed for each cause."""
MOST_TRIED: Final = 300
"""Tasks of a cause whose effect is computed: those whose own score changes most."""
AT_ONCE: Final = 64
"""Tasks whose effects are computed together."""
_OTHER: Final = "\N{PRIME}"
"""What marks a task's other state, so that both can stand in one tally."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """The tallies of the common tasks, by truth and predictions, and those of all tasks."""

    earlier: Tally
    """All that the earlier evaluation judged."""
    later: Tally
    """All that the later evaluation judged."""
    old_old: Tally
    """Earlier truths, earlier predictions."""
    new_old: Tally
    """Later truths, earlier predictions."""
    old_new: Tally
    """Earlier truths, later predictions."""
    new_new: Tally
    """Later truths, later predictions."""


def numbers(kind: Kind, cells: Cells, config: Any) -> tuple[ExplainedNumber, ...]:
    """Every number of the summary, and the parts of its change."""
    found = {
        name: _scalars(kind.summarize(getattr(cells, name), config))
        for name in ("earlier", "later", "old_old", "new_old", "old_new", "new_new")
    }
    return tuple(
        _explained(first, {name: values.get(first.name) for name, values in found.items()})
        for first in found["earlier"].values()
    )


def tasks(
    kind: Kind, cells: Cells, config: Any, *, by_labels: Sequence[str], by_model: Sequence[str]
) -> tuple[list[ExplainedTask], list[ExplainedTask]]:
    """The tasks with the largest effect on the headline, through their labels and the model.

    Raises ValueError for a kind that does not offer its numbers.
    """
    labels = _ranked(
        kind,
        config,
        by_labels,
        (cells.old_old, cells.new_old),
        (cells.old_new, cells.new_new),
    )
    model = _ranked(
        kind,
        config,
        by_model,
        (cells.old_old, cells.old_new),
        (cells.new_old, cells.new_new),
    )
    return labels, [each for each in model if each.effect or _moved(each)]


def _scalars(report: Report) -> dict[str, Scalar]:
    for block in report.blocks:
        if isinstance(block, Scalars):
            return {scalar.name: scalar for scalar in block.scalars}
    return {}


def _explained(first: Scalar, cells: dict[str, Scalar | None]) -> ExplainedNumber:
    value = {name: None if each is None else each.value for name, each in cells.items()}
    labels = _mean_gain(value, ("old_old", "new_old"), ("old_new", "new_new"))
    model = _mean_gain(value, ("old_old", "old_new"), ("new_old", "new_new"))
    before, after = _gain(value, "earlier", "old_old"), _gain(value, "new_new", "later")
    return ExplainedNumber(
        name=first.name,
        title=first.title,
        earlier=value["earlier"],
        later=value["later"],
        difference=_gain(value, "earlier", "later"),
        from_labels=labels,
        from_model=model,
        from_tasks=None if before is None or after is None else before + after,
    )


def _gain(value: dict[str, float | None], first: str, second: str) -> float | None:
    before, after = value[first], value[second]
    return None if before is None or after is None else after - before


def _mean_gain(
    value: dict[str, float | None], one: tuple[str, str], other: tuple[str, str]
) -> float | None:
    first, second = _gain(value, *one), _gain(value, *other)
    return None if first is None or second is None else (first + second) / 2


Step = tuple[Tally, Tally]
"""The tally before a change and after it."""


def _ranked(
    kind: Kind, config: Any, wanted: Sequence[str], one: Step, other: Step
) -> list[ExplainedTask]:
    """The wanted tasks by the mean of their effects in two steps, the largest first."""
    if not isinstance(kind, Comparable):
        raise ValueError(f"{kind.name} has no numbers by task, so no task can be named")  # noqa: TRY004 - a fact about the kind's name
    if not wanted:
        return []
    scores = [[_scores(kind, tally, config) for tally in step] for step in (one, other)]
    before, after = (
        {task: _mean(scores[0][at].get(task), scores[1][at].get(task)) for task in wanted}
        for at in (0, 1)
    )
    by_score = sorted(wanted, key=lambda task: (-abs(_less(after[task], before[task])), task))
    tried = by_score[:MOST_TRIED]
    effects = _effects(kind, config, one, tried) + _effects(kind, config, other, tried)
    found = [
        ExplainedTask(
            task_id=task,
            effect=number(effect / 2),
            earlier_score=before[task],
            later_score=after[task],
        )
        for task, effect in zip(tried, effects.tolist(), strict=True)
    ]
    found.sort(key=lambda each: (-abs(each.effect or 0.0), each.task_id))
    return found[:MOST]


def _moved(each: ExplainedTask) -> bool:
    return abs(_less(each.later_score, each.earlier_score)) > 0


def _less(first: float | None, second: float | None) -> float:
    return (first or 0.0) - (second or 0.0)


def _mean(first: float | None, second: float | None) -> float | None:
    return None if first is None or second is None else (first + second) / 2


def _scores(kind: Kind, tally: Tally, config: Any) -> dict[str, float | None]:
    """How well the model did on each task that counts."""
    counted = coverage.covered(tally, config.missing)
    if isinstance(kind, Telling):
        scores = kind.tell(tally, config).scores
    else:
        assert isinstance(kind, Comparable), "asked for only where it is"
        scores = kind.numbers(tally, config).task_scores
    return {task: number(score) for task, score in zip(counted.tasks, scores.tolist(), strict=True)}


def _effects(kind: Any, config: Any, step: Step, wanted: Sequence[str]) -> Floats:
    """What the headline gains if one task at a time is as after the step: shape (wanted,).

    Both states of the tasks stand in one tally, and weights of 0 and 1 choose between them, so
    that nothing is matched or merged again for any of them.
    """
    if not wanted:
        return np.zeros(0)
    before, after = step
    swapped = tallies.select(after, wanted)
    other = replace(swapped, tasks=tuple(f"{task}{_OTHER}" for task in swapped.tasks))
    both = kind.merge([before, other])
    names = coverage.covered(both, config.missing).tasks
    place = {name: at for at, name in enumerate(names)}
    found = kind.numbers(both, config)
    plain = np.array([not name.endswith(_OTHER) for name in names], dtype=np.float64)
    (base,) = _headline(found, plain[:, None])
    gains = np.zeros(len(wanted))
    for start in range(0, len(wanted), AT_ONCE):
        some = wanted[start : start + AT_ONCE]
        weights = np.repeat(plain[:, None], len(some), axis=1)
        for column, task in enumerate(some):
            for name, weight in ((task, 0.0), (f"{task}{_OTHER}", 1.0)):
                if name in place:
                    weights[place[name], column] = weight
        gains[start : start + len(some)] = _headline(found, weights) - base
    return gains


def _headline(found: Any, weights: Floats) -> Floats:
    """The headline for each column of weights."""
    if found.parts:
        main, _ = found.parts[0].again(weights.astype(np.uint16))
        return np.asarray(main[0], dtype=np.float64)
    return np.array([found.values(column)[0][0] for column in weights.T])
