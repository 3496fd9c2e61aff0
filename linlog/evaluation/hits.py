"""The hits that average precision counts, decided once at every size and threshold.

Shared by the kinds that compare shapes in place. Confidence settles who chooses first, so what a
prediction gets does not depend on less confident ones: one decision serves every limit on the
number of predictions.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

import numpy as np

from linlog.evaluation import average_precision, matching, regions, tallies
from linlog.evaluation.average_precision import COCO, Rules
from linlog.evaluation.tallies import Array, Bools, Tally

_LAST_RANK: Final = np.iinfo(np.uint16).max


def decide(tally: Tally, rules: Rules = COCO) -> Tally:
    """Add `rank`, `hits` and `ignored` to the predictions, as COCO decides.

    `rank` is the place among those of its label and task by descending confidence. `hits` and
    `ignored` have a column a size of `rules`; bit t says what holds at threshold t. Truths and
    predictions must have an `area`, truths may have `crowd` and `ignored`. Source:
    `COCOeval.evaluateImg` of pycocotools 2.0.11.
    """
    rows = tally.predictions
    group = rows["task"].astype(np.int64) * max(1, len(tally.labels)) + rows["label"]
    rank = matching.ranks(group, rows["confidence"])
    thresholds = np.tile(rules.thresholds, len(rules.sizes))
    void = average_precision.outside(tally.truths["area"], rules) | ~regions.real(tally)[:, None]
    ignored = np.repeat(void, len(rules.thresholds), axis=1)
    involved, won = matching.greedy(
        pairs := _candidates(tally, rules),
        rows["confidence"],
        thresholds,
        ignored,
        tally.truths.get("crowd"),
    )
    truth = pairs[0][won] if len(pairs[0]) else np.zeros(won.shape, np.int64)
    lost = ignored[truth, np.arange(len(thresholds))] if len(ignored) else won >= 0
    found = np.zeros((len(rank), len(rules.sizes)), dtype=np.uint16)
    found[involved] = _bits((won >= 0) & ~lost, rules)
    every = np.uint16((1 << len(rules.thresholds)) - 1)
    outside = average_precision.outside(rows["area"], rules)
    passed_over = np.where(outside, every, np.uint16(0))
    matched = _bits(won >= 0, rules)
    passed_over[involved] = _bits((won >= 0) & lost, rules) | (passed_over[involved] & ~matched)
    columns = {
        "rank": np.minimum(rank, _LAST_RANK).astype(np.uint16),
        "hits": found,
        "ignored": passed_over,
    }
    return replace(tally, predictions={**rows, **columns})


def relabel(tally: Tally, names: Mapping[str, str | None], rules: Rules = COCO) -> Tally:
    """The tally under other names of labels, its hits decided anew where labels became one."""
    called, joined = tallies.relabelled(tally, names), tallies.joined_labels(tally, names)
    if not joined:
        return called
    touched = np.array([label in joined for label in called.labels], dtype=bool)
    part, rows = tallies.of_labels(_bare(called), touched)
    decided = decide(part, rules).predictions
    again = {name: called.predictions[name].copy() for name in ("rank", "hits", "ignored")}
    for name, values in again.items():
        values[rows] = decided[name]
    changed = replace(called, predictions={**called.predictions, **again})
    return changed.deriving(called.derived)


def _bare(tally: Tally) -> Tally:
    """The tally without what `decide` neither reads nor leaves as it is."""
    left_out = {"id", "rank", "hits", "ignored"}
    predictions = {n: each for n, each in tally.predictions.items() if n not in left_out}
    truths = {name: each for name, each in tally.truths.items() if name != "id"}
    return replace(tally, truths=truths, predictions=predictions, details={})


def _candidates(tally: Tally, rules: Rules) -> matching.Pairs:
    """The pairs that average precision looks at: one label, enough overlap."""
    truth, prediction, iou = (tally.pairs[name] for name in ("truth", "prediction", "iou"))
    wanted = tallies.alike(tally) & (iou >= min(rules.thresholds))
    return truth[wanted], prediction[wanted], iou[wanted]


def _bits(flags: Bools, rules: Rules) -> Array:
    """Flags of shape (n, sizes * thresholds) as bits of shape (n, sizes)."""
    powers = (1 << np.arange(len(rules.thresholds))).astype(np.uint16)
    parted = flags.reshape(len(flags), len(rules.sizes), len(rules.thresholds))
    return np.asarray((parted * powers).sum(axis=2, dtype=np.uint16))
