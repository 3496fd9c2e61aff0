"""Evaluations by pycocotools, with images in the order of their task ids."""

from __future__ import annotations

import contextlib
import dataclasses
import io

import numpy as np
import pytest
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from linlog.evaluation import average_precision

STATS = (
    "map", "ap50", "ap75", "map_small", "map_medium", "map_large",
    "ar1", "ar10", "ar100", "ar_small", "ar_medium", "ar_large",
)  # fmt: skip


class Honouring(COCOeval):
    """COCOeval that heeds `ignore`, which pycocotools overwrites by `iscrowd` (cocoeval.py:112)."""

    def _prepare(self):
        super()._prepare()
        for truths in self._gts.values():
            for truth in truths:
                truth["ignore"] = truth["iscrowd"] or truth["ignored"]


def files(items):
    """The items as COCO data: images, categories, annotations, results."""
    items = sorted(items, key=lambda item: item.task_id)
    labels = sorted({each.label for item in items for each in (*item.truths, *item.predictions)})
    code = {label: number for number, label in enumerate(labels, 1)}
    truths = [
        {"image_id": image, "category_id": code[truth.label], "bbox": _place(truth.shape),
         "area": truth.shape.area if truth.area is None else truth.area,
         "iscrowd": int(truth.crowd), "ignored": int(truth.ignored)}
        for image, item in enumerate(items, 1)
        for truth in item.truths
    ]  # fmt: skip
    results = [
        {"image_id": image, "category_id": code[each.label], "bbox": _place(each.shape),
         "score": each.confidence}
        for image, item in enumerate(items, 1)
        for each in item.predictions
    ]  # fmt: skip
    return {
        "images": [{"id": image} for image in range(1, len(items) + 1)],
        "categories": [{"id": number} for number in code.values()],
        "annotations": [{"id": at, **truth} for at, truth in enumerate(truths, 1)],
    }, results


def evaluation(items):
    """The finished evaluation of pycocotools, which reads results as `COCO.loadRes` does."""
    return evaluated(*files(items))


def evaluated(data, results, *, first_id=1):
    """The same from COCO data. Annotations are numbered from 1 unless the test is about that."""
    numbered = [{**each, "id": at} for at, each in enumerate(data["annotations"], first_id)]
    data = {**data, "annotations": numbered}
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO()
        truth.dataset = data
        truth.createIndex()
        if results:
            found = truth.loadRes(results)
        else:
            found = COCO()
            found.dataset = {**data, "annotations": []}
            found.createIndex()
        made = Honouring(truth, found, "bbox")
        made.evaluate()
        made.accumulate()
        made.summarize()
    return made


def assert_same(kind, items):
    """All twelve numbers and the precision, recall and score arrays are those of pycocotools."""
    config, expected = kind.Config(), evaluation(items)
    tally = kind.match(items, config)
    report = kind.summarize(tally, config)
    for name, number in zip(STATS, expected.stats, strict=True):
        value = report.scalar(name)
        assert (value is None) == (number == -1), name
        assert value is None or value == pytest.approx(number, abs=1e-12), name
    if tally.labels:
        assert_same_arrays(tally, expected)


def assert_same_arrays(tally, expected):
    every = average_precision.settings()
    for at, cut in enumerate(average_precision.COCO.cuts):
        rules = dataclasses.replace(average_precision.COCO, most=cut)
        ranking = average_precision.Ranking(tally, every, rules)
        for number, (area, threshold) in enumerate(every):
            place = (threshold, slice(None), slice(None), area, at)
            for name, ours in (
                ("precision", ranking.precision_at_recalls(number)),
                ("scores", ranking.confidence_at_recalls(number)),
            ):
                np.testing.assert_array_equal(filled(ours), expected.eval[name][place].T)
        recall = expected.eval["recall"][..., at].transpose(2, 0, 1).reshape(len(every), -1)
        np.testing.assert_array_equal(filled(ranking.recall()), recall)
        whole = average_precision.Ranking(tally, every)
        np.testing.assert_array_equal(filled(whole.recall(cut)), recall)


def filled(values):
    """The values with -1 for what is undefined, as in pycocotools."""
    return np.nan_to_num(values, nan=-1)


def _place(box):
    return [box.left, box.top, box.width, box.height]
