"""Named entities: labelled spans of text, judged by exact start, end and label.

Takes the shape `span`; spans may overlap and may come more than once. The headline is `f1`.

| setting | default | meaning |
| --- | --- | --- |
| `confidence_threshold` | 0 | confidence from which a prediction counts |
| `missing` | `missed` | see below |

| number | meaning |
| --- | --- |
| `precision`, `recall`, `f1` | of spans with equal start, end and label, over all labels |
| `precision_macro`, `recall_macro`, `f1_macro` | mean over labels, undefined values as 0 |
| `truths`, `predictions`, `hits` | counts behind them |
| `type` | predictions on an equal span with another label |
| `boundary` | predictions that overlap a missed truth of their label |
| `boundary_and_type` | predictions that overlap a missed truth of another label only |
| `duplicate` | predictions equal to a truth that was found already |
| `spurious` | predictions that overlap no missed truth |
| `missed` | truths whose span no prediction has exactly |
| `untouched` | truths that no prediction overlaps |

The numbers equal seqeval's in its default mode wherever spans can be written as BIO tags.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar, Final

import numpy as np

from linlog.evaluation import (
    confusion,
    coverage,
    curves,
    examples,
    matching,
    outcomes,
    reports,
    tallies,
)
from linlog.evaluation.items import Item
from linlog.evaluation.resampling import Name, Numbers
from linlog.evaluation.tallies import Floats, Ints, Tally
from linlog.shapes import Shape, Span
from linlog.wire.blocks import (
    Column,
    Curve,
    Histogram,
    Marker,
    Matrix,
    PerLabel,
    Report,
    Scalars,
    Text,
)

EXACT: Final = 1.0
"""The IoU of equal spans."""
NOTHING: Final = "(no span)"
"""The row of predictions without a truth and the column of truths without a prediction."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NerConfig:
    """Settings of an evaluation of named entities."""

    confidence_threshold: float = 0.0
    """Confidence from which a prediction counts, from 0 to 1; 0 counts all."""
    missing: coverage.Missing = "missed"
    """Tasks without any prediction submitted: their truths are `missed`, or they are `left out`."""

    def __post_init__(self) -> None:
        coverage.check(self.missing)
        coverage.check_share("confidence_threshold", self.confidence_threshold)


class Ner:
    """The kind `ner`: spans of characters, which may overlap and may come more than once."""

    __slots__ = ()
    name: ClassVar[str] = "ner"
    version: ClassVar[int] = 1
    shapes: ClassVar[tuple[str, ...]] = ("span",)
    Config: ClassVar[type[NerConfig]] = NerConfig

    def match(self, items: Iterable[Item], config: NerConfig) -> Tally:  # noqa: ARG002 - one matching serves every config
        """Pair the spans that share a character. Raises ValueError for another shape."""
        ordered = tallies.ordered(items)
        tally = tallies.tally(self.name, ordered)
        truths, predictions = (_spans(shapes) for shapes in tallies.shapes(ordered))
        owners = tally.truths["task"].astype(np.int64), tally.predictions["task"].astype(np.int64)
        pairs = matching.span_pairs(truths, predictions, owners)
        return replace(tally, pairs=tallies.pair_rows(*pairs))

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), NerConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str]) -> Tally:
        """The tally under other names of labels; those of one name become one."""
        return tallies.relabelled(tally, names)

    def summarize(self, tally: Tally, config: NerConfig) -> Report:
        """Exact precision, recall and F1, what went wrong otherwise, and the worst texts."""
        found = _Findings(tally, config)
        blocks = (
            _headline(found),
            _about(tally, found),
            _errors(found),
            _confidence_curve(found),
            _confusion(found),
            _histogram(found),
            _per_label(found),
            examples.examples(
                found.tally,
                found.outcomes,
                "Texts by their own F1, the worst first. The IoU of a missed span or a false "
                "positive is that of its best partial overlap.",
            ),
        )
        return Report(kind=self.name, headline="f1", blocks=blocks)

    def numbers(self, tally: Tally, config: NerConfig) -> Numbers:
        """The main numbers, to be computed again on resampled texts."""
        found = _Findings(tally, config)
        scores = examples.task_scores(found.tally, found.outcomes)
        return Numbers(_NAMES, found.tally.labels, found.values, scores)


NER: Final = Ner()

_NAMES: Final = (
    Name("f1", "F1"),
    Name("precision", "Precision"),
    Name("recall", "Recall"),
    Name("f1_macro", "F1, macro"),
)


def _spans(shapes: list[Shape]) -> Ints:
    """Start and end of each span: shape (n, 2)."""
    spans = [shape for shape in shapes if isinstance(shape, Span)]
    if len(spans) < len(shapes):
        others = sorted({shape.name for shape in shapes} - {"span"})
        raise ValueError(f"ner takes spans, but some shapes are {', '.join(others)}")
    found = np.array([(span.start, span.end) for span in spans], dtype=np.int64).reshape(-1, 2)
    if (found[:, 1] <= found[:, 0]).any():
        raise ValueError("a span must hold at least one character, but one ends where it starts")
    return found


class _Findings:
    """Everything that the blocks of one report share, each computed once."""

    def __init__(self, tally: Tally, config: NerConfig) -> None:
        self.config = config
        self.tally = coverage.covered(tally, config.missing)

    @cached_property
    def outcomes(self) -> outcomes.Outcomes:
        same = outcomes.same_label(self.tally, EXACT)
        return outcomes.settle(self.tally, same, EXACT, self.config.confidence_threshold)

    @cached_property
    def matrix(self) -> Ints:
        return confusion.of_outcomes(self.tally, self.outcomes)

    @cached_property
    def scores(self) -> confusion.Scores:
        return confusion.scores(self.matrix)

    @cached_property
    def curve(self) -> curves.ConfidenceCurve:
        confidence = self.tally.predictions["confidence"]
        hit = self.outcomes.same >= 0
        return curves.against_confidence(confidence, hit, len(self.tally.truths["task"]))

    @cached_property
    def errors(self) -> dict[str, int]:
        """How many of the predictions that are no hit went wrong in which way."""
        boundary, both = self._overlapping(alike=True), self._overlapping(alike=False)
        settled = self.outcomes
        alone = settled.counted & (settled.same < 0) & (settled.confused < 0) & ~settled.duplicate
        missed = settled.truth_pair < 0
        return {
            "type": int((settled.confused >= 0).sum()),
            "boundary": int((alone & boundary).sum()),
            "boundary_and_type": int((alone & ~boundary & both).sum()),
            "duplicate": int(settled.duplicate.sum()),
            "spurious": int((alone & ~boundary & ~both).sum()),
            "missed": int(missed.sum()),
            "untouched": int((missed & (settled.truth_best == 0)).sum()),
        }

    def _overlapping(self, *, alike: bool) -> tallies.Bools:
        """By prediction: whether it overlaps a missed truth of its label, or of another."""
        pairs, rows = self.tally.pairs, self.tally.predictions
        same = rows["label"][pairs["prediction"]] == self.tally.truths["label"][pairs["truth"]]
        wanted = (same == alike) & (self.outcomes.truth_pair[pairs["truth"]] < 0)
        found = np.zeros(len(rows["task"]), dtype=bool)
        found[pairs["prediction"][wanted]] = True
        return found

    @cached_property
    def _counted(self) -> tuple[confusion.Counted, ...]:
        truths, rows = self.tally.truths, self.tally.predictions
        hit, counted = self.outcomes.hit, self.outcomes.counted
        return (
            confusion.Counted(rows["label"][hit], rows["task"][hit]),
            confusion.Counted(truths["label"], truths["task"]),
            confusion.Counted(rows["label"][counted], rows["task"][counted]),
        )

    def values(self, weights: Floats | None) -> tuple[Floats, Floats]:
        """The main numbers and the F1 of each label, with weighted tasks."""
        size = len(self.tally.labels)
        hits, truths, predictions = (each.by_label(size, weights) for each in self._counted)
        f1 = confusion.ratio(2 * hits, truths + predictions)
        total = confusion.ratio(
            np.array([2 * hits.sum(), hits.sum(), hits.sum()]),
            np.array([(truths + predictions).sum(), predictions.sum(), truths.sum()]),
        )
        return np.append(total, confusion.macro(f1, truths + predictions)), f1


def _headline(found: _Findings) -> Scalars:
    scores, total = found.scores, found.scores.total
    used = scores.truths + scores.predictions
    named = {"precision": scores.precision, "recall": scores.recall, "f1": scores.f1}
    titles = {"precision": "Precision", "recall": "Recall", "f1": "F1"}
    return Scalars(
        name="summary",
        title="Summary",
        scalars=(
            reports.scalar("f1", "F1", total.f1, "Harmonic mean of precision and recall."),
            reports.scalar("precision", "Precision", total.precision, "Hits / predictions."),
            reports.scalar("recall", "Recall", total.recall, "Hits / truths."),
            *(
                reports.scalar(
                    f"{name}_macro",
                    f"{titles[name]}, macro",
                    confusion.macro(values, used),
                    "Mean over labels, undefined values as 0.",
                )
                for name, values in named.items()
            ),
            reports.count("truths", "Truths", int(total.truths[0]), "Spans taken as right."),
            reports.count(
                "predictions",
                "Predictions",
                int(total.predictions[0]),
                "At or above the threshold.",
            ),
            reports.count("hits", "Hits", int(total.hits[0]), "Right start, end and label."),
        ),
    )


def _about(whole: Tally, found: _Findings) -> Text:
    threshold = found.config.confidence_threshold
    sentences = [
        coverage.sentence(whole, found.config.missing),
        (
            "A prediction is a hit if start, end and label equal those of a truth that no other "
            "prediction has taken; a span given twice must be predicted twice."
        ),
        f"Predictions count from confidence {threshold:g}; one without confidence counts as 1.",
        "Macro averages are over labels with a truth or a prediction.",
    ]
    return Text(name="about", title="What was counted", text=" ".join(sentences))


def _errors(found: _Findings) -> Scalars:
    described = {
        "type": ("Wrong label", "Equal span, other label."),
        "boundary": ("Wrong boundary", "Overlaps a missed truth of its label."),
        "boundary_and_type": ("Both wrong", "Overlaps a missed truth of another label only."),
        "duplicate": ("Duplicate", "Equals a truth that was found already."),
        "spurious": ("Spurious", "Overlaps no missed truth."),
        "missed": ("Missed", "Truths whose span no prediction has exactly."),
        "untouched": ("Missed altogether", "Truths that no prediction overlaps."),
    }
    return Scalars(
        name="errors",
        title="What went wrong",
        scalars=tuple(
            reports.count(name, title, found.errors[name], text, better="lower")
            for name, (title, text) in described.items()
        ),
        note="The first five part the predictions that are no hit.",
    )


def _confidence_curve(found: _Findings) -> Curve:
    curve, best = found.curve, found.curve.best()
    shown = curves.thin(curve.threshold, keep=() if best is None else (best,))
    named = {"precision": curve.precision, "recall": curve.recall, "F1": curve.f1}
    markers: tuple[Marker, ...] = ()
    if best is not None:
        place, value = float(curve.threshold[best]), float(curve.f1[best])
        markers = (Marker(title="best F1", x=place, y=value),)
    return Curve(
        name="confidence_curve",
        title="Precision, recall and F1 by confidence",
        x_title="Confidence threshold",
        y_title="Value",
        series=tuple(
            reports.series(name, curve.threshold[shown], values[shown])
            for name, values in named.items()
        ),
        markers=markers,
        note=f"Over all labels. Thinned to at most {curves.MOST_POINTS} of "
        f"{reports.plural(len(curve.threshold), 'threshold')}.",
    )


def _confusion(found: _Findings) -> Matrix:
    return reports.matrix(
        "confusion_matrix",
        "Confusion of labels",
        found.matrix,
        found.tally.labels,
        NOTHING,
        f"Of exactly equal spans. Row {NOTHING}: predictions without such a truth; column "
        f"{NOTHING}: truths without such a prediction.",
    )


def _histogram(found: _Findings) -> Histogram:
    confidence, hit = found.tally.predictions["confidence"], found.outcomes.same >= 0
    return reports.histogram(
        "confidence_histogram",
        "Confidence of predictions",
        "Confidence",
        [("hits", confidence[hit]), ("others", confidence[~hit])],
        "Of all predictions, whatever the confidence threshold.",
    )


def _per_label(found: _Findings) -> PerLabel:
    scores, size = found.scores, len(found.tally.labels)
    columns = [
        (Column(name="truths", title="Truths", count=True), scores.truths),
        (Column(name="predictions", title="Predictions", count=True), scores.predictions),
        (Column(name="precision", title="Precision"), scores.precision),
        (Column(name="recall", title="Recall"), scores.recall),
        (Column(name="f1", title="F1"), scores.f1),
        (Column(name="hits", title="Hits", count=True), scores.hits),
        (Column(name="missed", title="Missed", count=True), found.matrix[:size, -1]),
    ]
    return reports.table("per_label", "By label", found.tally.labels, columns)
