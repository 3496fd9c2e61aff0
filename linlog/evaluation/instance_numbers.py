"""The numbers of kinds that compare shapes in place, for many resamples of their tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

import numpy as np

from linlog.evaluation import average_precision, confusion, label_numbers, resampling
from linlog.evaluation.average_precision import Ranking, Rules
from linlog.evaluation.confusion import Counted
from linlog.evaluation.outcomes import Outcomes
from linlog.evaluation.resampled_precision import ResampledPrecision, late
from linlog.evaluation.resampling import Marks, Name, Numbers, Part, Values
from linlog.evaluation.tallies import Array, Bools, Floats, Tally
from linlog.evaluation.weighted_sums import Weights

_AT_50: Final = 0
_AT_75: Final = 5
_LABEL_PRECISIONS: Final = (Name("ap", "AP"), Name("ap50", "AP50"))
_AT_THRESHOLD: Final = (
    Name("precision", "Precision"),
    Name("recall", "Recall"),
    Name("f1", "F1"),
)


def numbers(
    tally: Tally, outcomes: Outcomes, real: Bools, task_scores: Floats, rules: Rules
) -> Numbers:
    """The main numbers of a tally, to be computed again on resampled tasks.

    `real` says by truth whether it is asked to be found.
    """
    return Numbers(tally.labels, task_scores, lambda: tuple(_parts(tally, outcomes, real, rules)))


def _parts(tally: Tally, outcomes: Outcomes, real: Bools, rules: Rules) -> Iterator[Part]:
    ranking = Ranking(tally, average_precision.settings([0], rules), rules)
    names = (
        Name("map", "mAP"),
        Name("ap50", "AP50"),
        Name("ap75", "AP75"),
        Name(f"ar{rules.most}", f"AR{rules.most}"),
    )
    yield _of_ranking(tally, ranking, names, _LABEL_PRECISIONS, _precisions)
    yield label_numbers.part(_AT_THRESHOLD, _counted(tally, outcomes, real), len(tally.labels))
    if len(rules.cuts) > 1:
        yield _cut_recalls(ranking)
    yield _by_size(tally, rules)


def _of_ranking(
    tally: Tally,
    ranking: Ranking,
    names: tuple[Name, ...],
    label_names: tuple[Name, ...],
    formula: Callable[[Floats, Floats], Values],
) -> Part:
    """The part of numbers that follow from average precision and recall by setting and label."""
    main, by_label = formula(ranking.average_precision()[..., None], ranking.recall()[..., None])

    @cache
    def engine() -> tuple[ResampledPrecision, Floats]:
        return ResampledPrecision(ranking), late(ranking)[..., None]

    def again(weights: Weights) -> Values:
        resampled, lost = engine()
        precision, recall = resampled(weights)
        precision += lost
        return formula(precision, recall)

    sizes = sorted({size for size, _ in ranking.settings})
    return Part(
        names,
        label_names,
        (main[:, 0], by_label[..., 0]),
        again,
        lambda: _marks(tally, sizes),
        effort=len(ranking.place) + ranking.to_count // resampling.COUNTED_AT_ONCE,
    )


def _precisions(precision: Floats, recall: Floats) -> Values:
    """COCO's means: over IoU thresholds and labels, at .50, at .75, and the average recall."""
    by_label = precision.mean(axis=0)
    means = by_label, precision[_AT_50], precision[_AT_75], recall.mean(axis=0)
    return np.stack([confusion.mean(values) for values in means]), np.stack(
        [by_label, precision[_AT_50]]
    )


def _by_size(tally: Tally, rules: Rules) -> Part:
    """The numbers by size of the truths."""
    sizes, thresholds = list(rules.sizes)[1:], len(rules.thresholds)
    ranking = Ranking(tally, average_precision.settings(range(1, len(rules.sizes)), rules), rules)

    def formula(precision: Floats, recall: Floats) -> Values:
        shape = (len(sizes), thresholds, *precision.shape[1:])
        found = [
            confusion.mean(each.mean(axis=0))
            for values in (precision, recall)
            for each in values.reshape(shape)
        ]
        return np.stack(found), np.zeros((0, *precision.shape[1:]))

    names = [Name(f"map_{size}", f"mAP {size}") for size in sizes]
    names += [Name(f"ar_{size}", f"AR {size}") for size in sizes]
    return _of_ranking(tally, ranking, tuple(names), (), formula)


def _cut_recalls(ranking: Ranking) -> Part:
    """Average recall with fewer predictions of a label on an image."""
    label = ranking.strand % max(1, ranking.labels)
    task, rank = ranking.task[ranking.place], ranking.rank[ranking.place]
    cuts, thresholds = ranking.rules.cuts[:-1], len(ranking.rules.thresholds)
    found = [Counted(label[rank < cut], task[rank < cut]) for cut in cuts]
    owner_task, owner_label = ranking.owners[0]

    def formula(counts: Floats) -> Values:
        truths = counts[-1] * thresholds
        recalls = [confusion.mean(confusion.ratio(hits, truths)) for hits in counts[:-1]]
        return np.stack(recalls), np.zeros((0, *counts.shape[1:]))

    names = tuple(Name(f"ar{cut}", f"AR{cut}") for cut in cuts)
    counted = (*found, Counted(owner_label, owner_task))
    return resampling.of_counts(names, (), counted, formula, labels=ranking.labels)


def _counted(tally: Tally, outcomes: Outcomes, real: Bools) -> tuple[Counted, ...]:
    """Hits, truths and predictions at the confidence threshold."""
    rows, truths = tally.predictions, tally.truths
    return (
        Counted(rows["label"][outcomes.hit], rows["task"][outcomes.hit]),
        Counted(truths["label"][real], truths["task"][real]),
        Counted(rows["label"][outcomes.counted], rows["task"][outcomes.counted]),
    )


def _marks(tally: Tally, sizes: list[int]) -> Marks:
    """Every prediction by its confidence and by where it is a hit or ignored."""
    rows = tally.predictions

    def bits(name: str, weight: float) -> Array:
        factors = weight * np.sqrt(np.arange(2.0, 2.0 + len(sizes)))
        return np.asarray((rows[name][:, sizes] * factors).sum(axis=1))

    value = 1.0 + rows["confidence"] + bits("hits", 1e-3) + bits("ignored", 3e-4)
    return Marks(rows["label"], rows["task"], value)
