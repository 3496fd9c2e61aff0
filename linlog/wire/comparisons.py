"""Comparisons: model runs on the same tasks, and whether their differences may be chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, Literal

from linlog.wire.blocks import Better
from linlog.wire.record import Record

Verdict = Literal["better", "worse", "no evidence"]
Test = Literal["bootstrap", "McNemar"]
FEW: Final = 6
"""Tasks that must differ before chance is ruled out: of five, 1 in 16 has all on one side."""


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
    """Lower end of the difference's interval."""
    high: float | None
    """Upper end of the difference's interval."""
    p_value: float | None
    """How often chance alone would bring a difference this far from 0, two-sided."""
    p_adjusted: float | None = None
    """Of a label's or a slice's number: the p-value after Holm's correction over all of them."""
    better: Better
    """Which direction is an improvement."""
    verdict: Verdict
    """Whether the second is better or worse; `no evidence` if the interval holds 0 or the
    p-value, adjusted where it is a label's or a slice's, is above 0.05."""
    test: Test = "bootstrap"
    """Where the p-value comes from: the resamples, or McNemar's test of paired right and wrong."""
    resamples: int = 0
    """How often the tasks were drawn anew for this number."""
    moved: int = 0
    """On how many tasks the runs differ in what the number is made of; below 6 nothing is
    evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelDifference(Record):
    """The numbers of two model runs for one label: the headline, and below `numbers` the others."""

    label: str
    """The label."""
    first: float | None
    """The value for the first model run; null where it is undefined."""
    second: float | None
    """The value for the second model run."""
    difference: float | None
    """Second less first."""
    low: float | None
    """Lower end of the difference's interval."""
    high: float | None
    """Upper end of the difference's interval."""
    p_value: float | None = None
    """How often chance alone would bring a difference this far from 0, two-sided."""
    p_adjusted: float | None = None
    """The p-value after Holm's correction over all labels."""
    verdict: Verdict = "no evidence"
    """Whether the second is better or worse for this label."""
    numbers: tuple[ScalarDifference, ...] = ()
    """All numbers of the label, the headline first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SliceDifference(Record):
    """The numbers of two model runs on the tasks of one slice."""

    slice_id: str | None
    """The slice; null where it is not saved."""
    name: str
    """Its name."""
    tasks: int
    """How many of the tasks that count it takes; the numbers are of these alone."""
    numbers: tuple[ScalarDifference, ...]
    """All numbers over all labels, the headline first."""


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
class McNemar(Record):
    """McNemar's test: tasks that one of two model runs alone gets right."""

    only_first: int
    """Tasks that the first alone gets right."""
    only_second: int
    """Tasks that the second alone gets right."""
    p_value: float
    """How often fair coins would part them as unevenly, two-sided."""
    exact: bool
    """Whether it is the binomial test (fewer than 25 such tasks) or chi-square, corrected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared(Record):
    """One of the evaluations that were compared."""

    evaluation_id: str
    """The evaluation."""
    model_version_id: str
    """The model version whose predictions it judged."""
    model_name: str
    """The name of the model."""
    model_version_name: str
    """The name of the version."""
    dataset_id: str
    """The dataset it was made on."""
    dataset_name: str
    """The name of the dataset."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison(Record):
    """Two model runs on the same tasks; of more than two, each with the first."""

    kind: str
    """The kind of evaluation."""
    headline: str
    """Name of the one number that ranks model runs."""
    scalars: tuple[ScalarDifference, ...]
    """The main numbers, the headline first."""
    labels: tuple[LabelDifference, ...]
    """By label, those that the second is worst at by comparison first."""
    slices: tuple[SliceDifference, ...] = ()
    """By slice, as they were asked for."""
    won: tuple[TaskDifference, ...]
    """Tasks that the second did better on, the widest difference first; at most 100."""
    lost: tuple[TaskDifference, ...]
    """Tasks that the second did worse on, the widest difference first; at most 100."""
    both_wrong: tuple[TaskDifference, ...] = ()
    """Tasks that neither got wholly right, the worst first; at most 100."""
    won_count: int
    """How many tasks the second did better on."""
    lost_count: int
    """How many tasks the second did worse on."""
    both_right_count: int = 0
    """How many tasks both got wholly right: nothing missed, nothing wrong."""
    both_wrong_count: int = 0
    """How many tasks neither got wholly right; one may still have done better on it."""
    mcnemar: McNemar | None = None
    """Of tasks that are right or wrong as a whole, as in classification."""
    tasks: int
    """Tasks that count for all; everything here is about these."""
    only_first: int
    """Tasks left out because they count for the first model run and not for all."""
    only_second: int
    """Tasks left out because they count for the second model run and not for all."""
    skipped_first: int = 0
    """Tasks left out because the first model run has no predictions for them, but another has."""
    skipped_second: int = 0
    """Tasks left out because the second model run has no predictions for them, but another has."""
    changed: int = 0
    """Tasks left out because their ground truth is not the same in all evaluations."""
    slice_id: str | None = None
    """The slice whose tasks alone count; null for all tasks."""
    slice_name: str | None = None
    """The name of the slice."""
    level: float = 0.95
    """Share of intervals that hold the true difference in the long run."""
    resamples: int
    """How often the tasks were drawn anew for the intervals, at most."""
    seed: int
    """What the draws follow from: the same seed gives the same intervals."""
    note: str
    """How to read the numbers."""
    compared: tuple[Compared, ...] = ()
    """The evaluations: the baseline, which is the first, then all others in the given order."""
    others: tuple[Comparison, ...] = ()
    """The comparisons of the third and further ones with the baseline, on the same tasks."""

    def to_pandas(self) -> dict[str, Any]:
        """Pandas DataFrames `scalars`, `labels`, `slices` and `tasks`, of every pair.

        Raises ModuleNotFoundError that says what to type where pandas is not installed.
        """
        from linlog.rendering import frames

        return frames.of_comparison(self)

    def to_markdown(self, title: str | None = None) -> str:
        """The comparison as a Markdown document."""
        from linlog.rendering import comparisons, markdown

        return markdown.comparison_document(
            self, title=title or comparisons.title(self), facts=comparisons.facts(self)
        )

    def to_html(self, title: str | None = None) -> str:
        """The comparison as one HTML document, which opens from a file and fetches nothing."""
        from linlog.rendering import comparisons, html

        return html.comparison_page(
            self, title=title or comparisons.title(self), facts=comparisons.facts(self)
        )

    def __str__(self) -> str:
        return self.to_markdown()

    def _repr_html_(self) -> str:
        from linlog.rendering import html

        return html.comparison_fragment(self)
