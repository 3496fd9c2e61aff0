"""Model runs on the same tasks: their differences, and whether these may be chance.

`paired_tasks` says which tasks count and what became of them, `paired_numbers` how the numbers
differ and what chance says of it: over all tasks and labels, label by label, slice by slice.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from linlog import limits
from linlog.evaluation import paired_numbers, paired_tasks, significance, tallies
from linlog.evaluation.kinds import Comparable, Kind
from linlog.evaluation.paired_numbers import Pair, Row
from linlog.evaluation.paired_tasks import Shared
from linlog.evaluation.reports import plural
from linlog.evaluation.resampling import MOST, Numbers
from linlog.evaluation.tallies import Tally
from linlog.wire.comparisons import Comparison, LabelDifference, ScalarDifference, SliceDifference

FEWEST_RUNS: Final = 2
MOST_RUNS: Final = limits.COMPARED


@dataclass(frozen=True, slots=True, kw_only=True)
class Sliced:
    """A slice to be compared beside all tasks."""

    name: str
    tasks: Collection[str]
    """Ids of the tasks that it takes; those that do not count make no difference."""
    slice_id: str | None = None


def compare(kind: Kind, first: Tally, second: Tally, config: Any, **options: Any) -> Comparison:
    """Compare two tallies of `kind`; see `compare_all`."""
    return compare_all(kind, (first, second), config, **options)


def compare_all(
    kind: Kind,
    runs: Sequence[Tally],
    config: Any,
    *,
    resamples: int = MOST,
    seed: int = 0,
    level: float = 0.95,
    changed: Collection[str] = (),
    slices: Sequence[Sliced] = (),
) -> Comparison:
    """Compare two to eight tallies of `kind`, each with the first.

    Only what all share counts: tasks that all hold, with the same ground truth, and that all have
    predictions for. Where missing counts as missed (`config.missing`), tasks that none has any
    for count too. What a run was not asked is no difference between models; `skipped_first` and
    `skipped_second` say how much that is.

    `changed` names tasks whose ground truth is known to differ, beside those where the tallies
    show it. Differences are of a run less the first. At most `resamples` resamples are drawn,
    fewer for numbers that take long; each says how many. `slices` have the same numbers again,
    each drawn from its own tasks, and share among them the resamples that all tasks get. Equal
    arguments give equal results. Raises ValueError for fewer or more runs, for a tally of another
    kind and for a kind that does not offer its numbers.
    """
    _check(kind, runs)
    assert isinstance(kind, Comparable), "checked just now"
    shared = paired_tasks.shared(runs, config.missing, changed)
    numbers = [kind.numbers(run, config) for run in shared.runs]
    drawn = paired_numbers.draw(numbers, len(shared.tasks), resamples=resamples, seed=seed)
    options = {"resamples": resamples, "seed": seed, "sharers": len(slices)}
    beside = [_beside(kind, shared, config, each, level, options) for each in slices]
    found = [
        _comparison(
            shared,
            numbers,
            other,
            pair := Pair(numbers, drawn, other, tasks=len(shared.tasks), level=level),
            kind=kind.name,
            labels=_by_label(drawn.labels, pair),
            slices=_by_slice(slices, beside, other - 1),
            level=level,
            seed=seed,
        )
        for other in range(1, len(runs))
    ]
    return replace(found[0], others=tuple(found[1:]))


def _check(kind: Kind, runs: Sequence[Tally]) -> None:
    if not isinstance(kind, Comparable):
        raise ValueError(f"{kind.name} has no numbers that can be resampled, so none to compare")  # noqa: TRY004 - a fact about the kind's name
    if not FEWEST_RUNS <= len(runs) <= MOST_RUNS:
        raise ValueError(f"{FEWEST_RUNS} to {MOST_RUNS} can be compared, not {len(runs)}")
    for each in runs:
        if each.kind != kind.name:
            raise ValueError(f"the tally is of kind {each.kind}, not {kind.name}")


def _comparison(
    shared: Shared, numbers: Sequence[Numbers], other: int, pair: Pair, **said: Any
) -> Comparison:
    first, second = numbers[0].task_scores, numbers[other].task_scores
    resamples = max((row.resamples for row in pair.scalars), default=0)
    return Comparison(
        headline=pair.headline,
        scalars=tuple(row.wire() for row in pair.scalars),
        mcnemar=pair.mcnemar,
        tasks=len(shared.tasks),
        only_first=shared.apart[0],
        only_second=shared.apart[other],
        skipped_first=shared.skipped[0],
        skipped_second=shared.skipped[other],
        changed=shared.changed,
        resamples=resamples,
        note=_note(shared, other, said["level"], resamples, sliced=bool(said["slices"])),
        **paired_tasks.outcomes(shared.tasks, first, second),
        **said,
    )


def _by_label(labels: Sequence[str], pair: Pair) -> tuple[LabelDifference, ...]:
    """The differences by label, the greatest loss of the headline first."""
    found = []
    for label, numbers in zip(
        labels, zip(*map(_corrected, pair.by_label), strict=True), strict=True
    ):
        headline = numbers[0]
        found.append(
            LabelDifference(
                label=label,
                first=headline.first,
                second=headline.second,
                difference=headline.difference,
                low=headline.low,
                high=headline.high,
                p_value=headline.p_value,
                p_adjusted=headline.p_adjusted,
                verdict=headline.verdict,
                numbers=numbers,
            )
        )
    found.sort(key=lambda each: float("inf") if each.difference is None else each.difference)
    return tuple(found)


def _beside(
    kind: Comparable,
    shared: Shared,
    config: Any,
    wanted: Sliced,
    level: float,
    options: Mapping[str, int],
) -> tuple[int, list[Pair]]:
    """How many of the shared tasks a slice takes, and its numbers by other run."""
    runs = [tallies.select(run, wanted.tasks) for run in shared.runs]
    tasks = len(runs[0])
    numbers = [kind.numbers(run, config) for run in runs]
    drawn = paired_numbers.draw(numbers, tasks, **options)
    return tasks, [
        Pair(numbers, drawn, other, tasks=tasks, level=level) for other in range(1, len(runs))
    ]


def _by_slice(
    slices: Sequence[Sliced], beside: Sequence[tuple[int, list[Pair]]], at: int
) -> tuple[SliceDifference, ...]:
    """The differences of one other run by slice, in the order in which they were asked for."""
    by_number = zip(*(pairs[at].scalars for _, pairs in beside), strict=True)
    numbers = zip(*map(_corrected, by_number), strict=True)
    return tuple(
        SliceDifference(slice_id=each.slice_id, name=each.name, tasks=tasks, numbers=of_slice)
        for each, (tasks, _), of_slice in zip(slices, beside, numbers, strict=True)
    )


def _corrected(rows: Sequence[Row]) -> list[ScalarDifference]:
    """One number of all labels or slices, its verdicts corrected for how many these are."""
    adjusted = significance.holm([row.p_value for row in rows])
    return [row.wire(each, corrected=True) for row, each in zip(rows, adjusted, strict=True)]


def _note(shared: Shared, other: int, level: float, resamples: int, *, sliced: bool) -> str:
    total, none = len(shared.tasks), int((~shared.runs[0].predicted).sum())
    sentences = [f"On the {plural(total - none, 'task')} that all model runs cover."]
    if none:
        missed = f"no model run covers {none:,} of them, and their truths count as missed"
        sentences = [f"On {plural(total, 'task')}; {missed}."]
    apart = shared.apart[0] + shared.apart[other]
    if apart:
        sentences.append(f"Left out: {plural(apart, 'task')} that not all of them share.")
    for which, place in (("first", 0), ("second", other)):
        if shared.skipped[place]:
            sentences.append(
                f"Left out: {plural(shared.skipped[place], 'task')} for which the {which} has no "
                "predictions, but another has."
            )
    if shared.changed:
        sentences.append(
            f"Left out: {plural(shared.changed, 'task')} whose ground truth changed between the "
            "evaluations."
        )
    sentences += [
        (
            f"Differences are second less first. Intervals hold {level * 100:g} % of up to "
            f"{resamples:,} paired bootstrap resamples of the tasks; numbers that take long have "
            "fewer."
        ),
        "Where a confidence threshold was left open, each run has its own, kept for all resamples.",
        (
            "A label's verdict is corrected for the number of labels (Holm). The main numbers are "
            "not corrected: trust the headline first."
        ),
    ]
    if sliced:
        sentences.append(
            "A slice's verdict is corrected for the number of slices (Holm); a task may be in "
            "several, and an open confidence threshold is each slice's own."
        )
    return " ".join(sentences)
