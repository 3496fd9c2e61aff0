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
| `partial_precision`, `partial_recall`, `partial_f1` | any label; overlapping spans count half |
| `truths`, `predictions`, `hits` | counts behind them |
| `type` | predictions on an equal span with another label |
| `boundary` | predictions that overlap a missed truth of their label |
| `boundary_and_type` | predictions that overlap a missed truth of another label only |
| `duplicate` | predictions equal to a truth that was found already |
| `spurious` | predictions that overlap no missed truth |
| `missed` | truths whose span no prediction has exactly |
| `untouched` | truths that no prediction overlaps |

The exact numbers equal seqeval's in its default mode wherever spans can be written as BIO tags.

The table `schemes` counts the same predictions in the four ways of MUC: `strict` (equal span and
label), `exact` (equal span), `partial` (equal span, or half for an overlapping one) and `type` (an
overlapping span of equal label). What is equal is matched first; the predictions left over choose
from left to right, each the leftmost free truth that it overlaps; for `type`, the nearest of its
label first. Precision is credit / predictions, recall is credit / truths. Where the spans of a side
do not overlap one another, all this equals nervaluate. By label, partial numbers are of the spans
of that label alone.

`missing` says what becomes of tasks for which the model run has no predictions at all: `missed`
counts their truths as missed, `left out` leaves the tasks out of every number; the report says
which, and how many. A prediction without confidence counts as 1. An undefined number is null.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import ClassVar, Final

import numpy as np

from linlog.evaluation import (
    coverage,
    examples,
    matching,
    outcome_rows,
    outcomes,
    priorities,
    span_blocks,
    tallies,
)
from linlog.evaluation.items import Item
from linlog.evaluation.outcome_rows import OutcomeRows
from linlog.evaluation.outcomes import Told
from linlog.evaluation.resampling import Numbers
from linlog.evaluation.span_findings import SpanFindings
from linlog.evaluation.tallies import Ints, Rows, Tally
from linlog.shapes import Shape, Span
from linlog.wire.blocks import Report

LONGEST: Final = 2**31 - 1
"""Characters of the longest text."""


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
        return replace(
            tally,
            truths={**tally.truths, **_ends(truths)},
            predictions={**tally.predictions, **_ends(predictions)},
            pairs=tallies.pair_rows(*pairs),
        )

    def merge(self, parts: Iterable[Tally]) -> Tally:
        """One tally of all tasks; of none, the empty tally."""
        return tallies.merge([self.match((), NerConfig()), *parts])

    def relabel(self, tally: Tally, names: Mapping[str, str | None]) -> Tally:
        """The tally under other names of labels; those of one name become one."""
        return tallies.relabelled(tally, names)

    def summarize(self, tally: Tally, config: NerConfig) -> Report:
        """Exact precision, recall and F1, what went wrong otherwise, and the worst texts."""
        found = _findings(tally, config)
        blocks = (
            span_blocks.headline(found),
            span_blocks.about(found, coverage.sentence(tally, config.missing)),
            span_blocks.schemes(found),
            span_blocks.errors(found),
            span_blocks.boundary_and_label(found),
            span_blocks.errors_by_label(found),
            span_blocks.confidence_curve(found),
            span_blocks.confusion_matrix(found),
            span_blocks.histogram(found),
            span_blocks.per_label(found),
            examples.examples(
                found.tally,
                found.outcomes,
                found.task_scores,
                "Texts by their own F1, the worst first. The IoU of a missed span or a false "
                "positive is that of its best partial overlap.",
            ),
        )
        return Report(kind=self.name, headline="f1", blocks=priorities.told(blocks))

    def tell(self, tally: Tally, config: NerConfig) -> Told:
        """What became of each text."""
        found = _findings(tally, config)
        return outcomes.told(found.tally, found.outcomes, found.task_scores)

    def list_outcomes(self, tally: Tally, config: NerConfig) -> OutcomeRows:
        """What became of every truth and prediction."""
        return outcome_rows.of_spans(_findings(tally, config))

    def numbers(self, tally: Tally, config: NerConfig) -> Numbers:
        """The main numbers, to be computed again on resampled texts."""
        return _findings(tally, config).numbers()


NER: Final = Ner()


def _findings(tally: Tally, config: NerConfig) -> SpanFindings:
    return SpanFindings(coverage.covered(tally, config.missing), config.confidence_threshold)


def _spans(shapes: list[Shape]) -> Ints:
    """Start and end of each span: shape (n, 2)."""
    spans = [shape for shape in shapes if isinstance(shape, Span)]
    if len(spans) < len(shapes):
        others = sorted({shape.name for shape in shapes} - {"span"})
        raise ValueError(f"ner takes spans, but some shapes are {', '.join(others)}")
    ends = [(span.start, span.end) for span in spans]
    wrong = next((pair for pair in ends if pair[0] < 0 or max(pair) > LONGEST), None)
    if wrong is not None:
        raise ValueError(
            f"a span must lie from 0 to {LONGEST}, but one is {wrong[0]} to {wrong[1]}"
        )
    found = np.array(ends, dtype=np.int64).reshape(-1, 2)
    if (found[:, 1] <= found[:, 0]).any():
        raise ValueError("a span must hold at least one character, but one ends where it starts")
    return found


def _ends(spans: Ints) -> Rows:
    return {"start": spans[:, 0].astype(np.int32), "end": spans[:, 1].astype(np.int32)}
