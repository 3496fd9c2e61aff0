"""Average precision of a federated dataset, where each image is labelled for some labels only.

LVIS (Gupta, Dollár, Girshick 2019, 'LVIS: A Dataset for Large Vocabulary Instance Segmentation')
knows of each image which labels are certainly absent and which were not marked everywhere. A
prediction of a label about which nothing is known on its image is left out; one that takes no
truth is ignored where its label was not marked everywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from linlog.evaluation import average_precision, hits, matching, tallies
from linlog.evaluation.average_precision import COCO, Ranking, Rules, mean
from linlog.evaluation.tallies import Array, Bools, Ints, Tally

Frequency = Literal["rare", "common", "frequent"]
FREQUENCIES: Final[tuple[Frequency, ...]] = ("rare", "common", "frequent")
MOST_ON_AN_IMAGE: Final = 300
"""Predictions of all labels on one image that count."""
LVIS: Final = Rules(
    sizes=COCO.sizes, thresholds=COCO.thresholds, most=MOST_ON_AN_IMAGE, cuts=(MOST_ON_AN_IMAGE,)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Federation:
    """What is known about the labels of a federated dataset."""

    absent: Mapping[str, AbstractSet[str]]
    """By task id the labels that were looked for and are not there (`neg_category_ids`)."""
    partly_marked: Mapping[str, AbstractSet[str]]
    """By task id the labels of which not everything is marked (`not_exhaustive_category_ids`)."""
    frequency: Mapping[str, Frequency]
    """By label how often it is in the training set: on up to 9 images, up to 99, more."""


def numbers(tally: Tally, federation: Federation) -> dict[str, float]:
    """The thirteen numbers of LVIS by their usual names, NaN where undefined.

    `AP`, `AP50`, `AP75`, by size `APs`, `APm`, `APl`, by frequency `APr`, `APc`, `APf`, and
    `AR@300`, `ARs@300`, `ARm@300`, `ARl@300`. The tally must have what `hits.decide` adds. Equals
    `LVISEval` of lvis 0.5.3, which does not see truths and predictions without an area.
    """
    ranking = _ranking(tally, federation)
    shape = (len(LVIS.sizes), len(LVIS.thresholds), len(tally.labels))
    precision = ranking.average_precision().reshape(shape)
    recall = ranking.recall().reshape(shape)
    frequency = np.array([federation.frequency.get(label, "") for label in tally.labels])
    named = {
        "AP": precision[0],
        "AP50": precision[0, 0],
        "AP75": precision[0, 5],
        **{f"AP{name[0]}": precision[at] for at, name in enumerate(LVIS.sizes) if at},
        **{f"AP{name[0]}": precision[0][:, frequency == name] for name in FREQUENCIES},
        f"AR@{MOST_ON_AN_IMAGE}": recall[0],
        **{
            f"AR{name[0]}@{MOST_ON_AN_IMAGE}": recall[at]
            for at, name in enumerate(LVIS.sizes)
            if at
        },
    }
    return {name: mean(values) for name, values in named.items()}


def _ranking(whole: Tally, federation: Federation) -> Ranking:
    """The predictions that count, with those ignored that LVIS ignores besides."""
    rank = matching.ranks(whole.predictions["task"], whole.predictions["confidence"])
    seen = whole.predictions["area"] > 0
    tally = _of_truths_with_area(
        tallies.of_rows(whole, np.ones(len(whole.truths["task"]), dtype=bool), seen)
    )
    rows = tally.predictions
    cell = _cell(tally, rows)
    known = _marked(tally, federation.absent)
    known[_cell(tally, tally.truths)] = True
    every = np.uint16((1 << len(LVIS.thresholds)) - 1)
    partly = _marked(tally, federation.partly_marked)[cell]
    ignored = rows["ignored"] | np.where(partly[:, None], every & ~rows["hits"], np.uint16(0))
    return Ranking(
        replace(tally, predictions={**rows, "ignored": ignored}),
        average_precision.settings(rules=LVIS),
        LVIS,
        kept=(rank[seen] < MOST_ON_AN_IMAGE) & known[cell],
    )


def _of_truths_with_area(tally: Tally) -> Tally:
    """The tally without the other truths; hits are decided anew only if there are such."""
    some = tally.truths["area"] > 0
    if some.all():
        return tally
    every = np.ones(len(tally.predictions["task"]), dtype=bool)
    return hits.decide(tallies.of_rows(tally, some, every), LVIS)


def _cell(tally: Tally, rows: Mapping[str, Array]) -> Ints:
    """A number for the task and the label of each row."""
    return np.asarray(rows["task"].astype(np.int64) * len(tally.labels) + rows["label"])


def _marked(tally: Tally, by_task: Mapping[str, AbstractSet[str]]) -> Bools:
    """By cell whether its task names its label."""
    places = {label: at for at, label in enumerate(tally.labels)}
    found = np.zeros((len(tally.tasks), len(tally.labels)), dtype=bool)
    for row, task in enumerate(tally.tasks):
        for label in by_task.get(task, ()):
            if label in places:
                found[row, places[label]] = True
    return found.reshape(-1)
