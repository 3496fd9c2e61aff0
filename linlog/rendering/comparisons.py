"""A comparison in words: sections of sentences and tables, which HTML and Markdown write alike."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from linlog.rendering import numbers

if TYPE_CHECKING:
    from linlog.wire.comparisons import (
        Compared,
        Comparison,
        LabelDifference,
        ScalarDifference,
        SliceDifference,
        TaskDifference,
    )

MOST_TASKS: Final = 20
"""Tasks of a list that are named."""
_LEAST_P: Final = 0.0001


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """One part of a comparison."""

    title: str
    opens: bool = False
    """Whether the sections up to the next that opens belong to it."""
    text: tuple[str, ...] = ()
    head: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()
    """Cells of the table below `head`."""
    intervals: tuple[ScalarDifference, ...] = ()
    """Numbers to be drawn with their intervals, where there are pictures."""
    note: str = ""


def sections(found: Comparison) -> list[Section]:
    """All of a comparison: what it is about, every pair, how to read it."""
    parts = [_about(found)]
    for at, pair in enumerate((found, *found.others), 1):
        parts += [_verdict(found, at, pair), _numbers(pair)]
        parts += [part for part in (_slices(pair), _labels(pair), _tasks(pair)) if part.rows]
    return [*parts, Section(title="How to read it", text=(found.note,))]


def facts(found: Comparison) -> list[tuple[str, str]]:
    """What is compared, as files say it."""
    words = ["Baseline", *("Compared" for _ in found.compared[1:])][: len(found.compared)]
    return [
        ("Kind", found.kind),
        *((word, _fact(each)) for word, each in zip(words, found.compared, strict=True)),
    ]


def name(found: Comparison, at: int) -> str:
    """What people call one of those that are compared, the baseline being 0."""
    if at >= len(found.compared):
        return "First" if at == 0 else f"Other {at}" if found.others else "Second"
    one = found.compared[at]
    return " ".join(filter(None, (one.model_name, one.model_version_name))) or one.evaluation_id


def title(found: Comparison) -> str:
    """A title for the whole."""
    others = [name(found, at) for at in range(1, len(found.others) + 2)]
    return f"{', '.join(others)} against {name(found, 0)}"


def _fact(one: Compared) -> str:
    version = f"{one.model_name} {one.model_version_name}"
    return f"{version} on {one.dataset_name} ({one.evaluation_id})"


def _about(found: Comparison) -> Section:
    left_out = [
        (found.only_first, "that the first alone was judged on"),
        (found.only_second, "that the first was not judged on"),
        (found.skipped_first, "for which the first has no predictions, but another has"),
        *(
            (
                each.skipped_second,
                f"for which {name(found, at)} has no predictions, but another has",
            )
            for at, each in enumerate((found, *found.others), 1)
        ),
        (found.changed, "whose ground truth has changed between the evaluations"),
    ]
    said = [f"Compared on {_tasks_of(found.tasks)}, which all share."]
    if found.slice_name is not None:
        said.append(f"Only tasks of the slice {found.slice_name}.")
    said += [f"Left out: {_tasks_of(amount)} {why}." for amount, why in left_out if amount]
    return Section(title="What is compared", text=(" ".join(said),))


def won_and_lost(pair: Comparison) -> str:
    """How many tasks are better and worse, and wholly right in both or neither."""
    return (
        f"Of {_tasks_of(pair.tasks)} {pair.won_count:,} are won, {pair.lost_count:,} lost. "
        f"Wholly right in both: {pair.both_right_count:,}; in neither: {pair.both_wrong_count:,}."
    )


def _verdict(found: Comparison, at: int, pair: Comparison) -> Section:
    said = []
    if pair.scalars:
        main = pair.scalars[0]
        shown = "not shown to differ" if main.verdict == "no evidence" else main.verdict
        said.append(
            f"By {main.title} {name(found, at)} is {shown}: {_cell(main.first)} → "
            f"{_cell(main.second)}, a difference of {_signed(main.difference)} with a "
            f"{_percent(pair.level)} interval of {_interval(main)}, p {_p(main.p_value)}."
        )
    said.append(won_and_lost(pair))
    if pair.mcnemar is not None:
        test = pair.mcnemar
        said.append(
            f"Right by one alone: {test.only_first:,} by the first, {test.only_second:,} by the "
            f"second (McNemar, p {_p(test.p_value)})."
        )
    heading = f"{name(found, 0)} → {name(found, at)}"
    return Section(title=heading, opens=True, text=tuple(said))


def _numbers(pair: Comparison) -> Section:
    return Section(
        title="Numbers",
        head=("Number", *_head(pair, "p")),
        rows=tuple((one.title, *_cells(one, one.p_value)) for one in pair.scalars),
        intervals=tuple(one for one in pair.scalars if one.low is not None),
    )


def _slices(pair: Comparison) -> Section:
    return Section(
        title="By slice",
        head=("Slice", "Tasks", "Number", *_head(pair, "p, Holm")),
        rows=tuple(_of_slices(pair.slices)),
        note="p-values and verdicts are corrected for the number of slices.",
    )


def _of_slices(slices: Sequence[SliceDifference]) -> Iterator[tuple[str, ...]]:
    for each in slices:
        for one in each.numbers:
            yield each.name, f"{each.tasks:,}", one.title, *_cells(one, one.p_adjusted)


def _labels(pair: Comparison) -> Section:
    return Section(
        title="By label",
        head=("Label", *_head(pair, "p, Holm")),
        rows=tuple((one.label, *_cells(one, one.p_adjusted)) for one in pair.labels),
        note="p-values and verdicts are corrected for the number of labels, intervals are not.",
    )


def _tasks(pair: Comparison) -> Section:
    lists = (("lost", pair.lost), ("won", pair.won), ("both wrong", pair.both_wrong))
    rows = [_task(word, one) for word, some in lists for one in some[:MOST_TASKS]]
    return Section(
        title="Tasks",
        head=("Task", "First", "Second", "Difference", ""),
        rows=tuple(rows),
        note=f"Of each list the first {MOST_TASKS}, the widest difference first.",
    )


def _task(word: str, one: TaskDifference) -> tuple[str, ...]:
    return one.task_id, _cell(one.first), _cell(one.second), _signed(one.difference), word


def _head(pair: Comparison, p: str) -> tuple[str, ...]:
    return "First", "Second", "Difference", f"{_percent(pair.level)} interval", p, "Verdict"


def _cells(
    one: ScalarDifference | LabelDifference, p_value: float | None
) -> tuple[str, str, str, str, str, str]:
    values = _cell(one.first), _cell(one.second), _signed(one.difference)
    return *values, _interval(one), _p(p_value), one.verdict


def _cell(value: float | None) -> str:
    return numbers.number(value)


def _signed(value: float | None) -> str:
    return numbers.NOTHING if value is None else f"{value:+.4f}" if value else "0"


def _interval(one: ScalarDifference | LabelDifference) -> str:
    if one.low is None or one.high is None:
        return numbers.NOTHING
    return f"{one.low:+.4f} … {one.high:+.4f}"


def _p(value: float | None) -> str:
    if value is None:
        return numbers.NOTHING
    return f"< {_LEAST_P}" if value < _LEAST_P else f"{value:.4f}"


def _percent(share: float) -> str:
    return f"{share * 100:g} %"


def _tasks_of(amount: int) -> str:
    return f"{amount:,} {'task' if amount == 1 else 'tasks'}"
