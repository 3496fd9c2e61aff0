"""The numbers of kinds that compare shapes in place, for many resamples of their tasks."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Final

import numpy as np

from linlog.evaluation import average_precision, confusion, label_numbers, resampling
from linlog.evaluation.average_precision import Ranking, Rules
from linlog.evaluation.confusion import Counted
from linlog.evaluation.outcomes import Outcomes
from linlog.evaluation.resampled_precision import ResampledPrecision, late
from linlog.evaluation.resampling import Marks, Name, Numbers, Part, Values
from linlog.evaluation.tallies import Array, Bools, Floats, Ints, Tally
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
        Name("map", "mAP", optimistic=True),
        Name("ap50", "AP50", optimistic=True),
        Name("ap75", "AP75", optimistic=True),
        Name(f"ar{rules.most}", f"AR{rules.most}"),
    )
    yield _of_ranking(tally, ranking, names, _LABEL_PRECISIONS, _precisions)
    yield label_numbers.part(_AT_THRESHOLD, _counted(tally, outcomes, real), len(tally.labels))
    if len(rules.cuts) > 1:
        yield _cut_recalls(ranking)
    for size in range(1, len(rules.sizes)):
        yield _of_size(tally, size, rules)


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

    return Part(
        names,
        label_names,
        (main[:, 0], by_label[..., 0]),
        again,
        lambda: _marks(tally, ranking),
        effort=len(ranking.place) + ranking.to_count // resampling.COUNTED_AT_ONCE,
        owners=lambda: _owners(tally, ranking),
    )


def _precisions(precision: Floats, recall: Floats) -> Values:
    """COCO's means: over IoU thresholds and labels, at 0.50, at 0.75, and the average recall."""
    by_label = precision.mean(axis=0)
    means = by_label, precision[_AT_50], precision[_AT_75], recall.mean(axis=0)
    return np.stack([confusion.mean(values) for values in means]), np.stack(
        [by_label, precision[_AT_50]]
    )


def _of_size(tally: Tally, size: int, rules: Rules) -> Part:
    """The numbers of truths of one size."""
    ranking = Ranking(tally, average_precision.settings([size], rules), rules)
    name = list(rules.sizes)[size]

    def formula(precision: Floats, recall: Floats) -> Values:
        found = [confusion.mean(values.mean(axis=0)) for values in (precision, recall)]
        return np.stack(found), np.zeros((0, *precision.shape[1:]))

    names = (
        Name(f"map_{name}", f"mAP {name}", optimistic=True),
        Name(f"ar_{name}", f"AR {name}"),
    )
    part = _of_ranking(tally, ranking, names, (), formula)
    # The sizes share what one part may take.
    return replace(part, effort=part.effort * (len(rules.sizes) - 1))


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


def _marks(tally: Tally, ranking: Ranking) -> Marks:
    """Predictions by their confidence and by where they are hits or ignored, of a size.

    Only of labels on tasks that have such truths: a precision rests on few tasks if few have
    truths, on however many others there are false positives.
    """
    rows, (size, _) = tally.predictions, ranking.settings[0]
    task, label = ranking.owners[0]
    tasks = max(1, len(tally))
    owned = np.isin(_key(rows["label"], rows["task"], tasks), _key(label, task, tasks))
    value = 1.0 + rows["confidence"]
    for name, weight in (("hits", 2e-3), ("ignored", 3e-3)):
        value += np.sqrt(weight) * rows[name][:, size]
    return Marks(rows["label"][owned], rows["task"][owned], value[owned])


def _owners(tally: Tally, ranking: Ranking) -> Ints:
    """By label the tasks that have truths of the size."""
    tasks = max(1, len(tally))
    task, label = ranking.owners[0]
    return np.bincount(np.unique(_key(label, task, tasks)) // tasks, minlength=ranking.labels)


def _key(label: Array, task: Array, tasks: int) -> Array:
    return label.astype(np.int64) * tasks + task
