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
                truth["ignore"] = truth["ignore"] or truth["ignored"]


def box(shape, _item):
    """What COCO says of a box."""
    return {"bbox": [shape.left, shape.top, shape.width, shape.height], "area": shape.area}


def files(items, told=box, result=("bbox",)):
    """The items as COCO data: images, categories, annotations, results.

    `told(shape, item)` is what COCO says of a shape's place on an item, its area included;
    `result` are the keys of it that a file of results has.
    """
    items = sorted(items, key=lambda item: item.task_id)
    labels = sorted({each.label for item in items for each in (*item.truths, *item.predictions)})
    code = {label: number for number, label in enumerate(labels, 1)}
    truths = [
        {"image_id": image, "category_id": code[truth.label], **told(truth.shape, item),
         **({} if truth.area is None else {"area": truth.area}),
         "iscrowd": int(truth.crowd), "ignored": int(truth.ignored)}
        for image, item in enumerate(items, 1)
        for truth in item.truths
    ]  # fmt: skip
    results = [
        {"image_id": image, "category_id": code[each.label], "score": each.confidence,
         **{key: value for key, value in told(each.shape, item).items() if key in result}}
        for image, item in enumerate(items, 1)
        for each in item.predictions
    ]  # fmt: skip
    return {
        "images": [
            {"id": image, "height": item.height, "width": item.width}
            for image, item in enumerate(items, 1)
        ],
        "categories": [{"id": number} for number in code.values()],
        "annotations": [{"id": at, **truth} for at, truth in enumerate(truths, 1)],
    }, results


def evaluation(items, told=box, kind="bbox", result=("bbox",), sigmas=None):
    """The finished evaluation of pycocotools, which reads results as `COCO.loadRes` does."""
    return evaluated(*files(items, told, result), kind=kind, sigmas=sigmas)


def evaluated(data, results, *, kind="bbox", sigmas=None, first_id=1):
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
        made = Honouring(truth, found, kind)
        if sigmas is not None:
            made.params.kpt_oks_sigmas = np.array(sigmas)
        made.evaluate()
        made.accumulate()
        made.summarize()
    return made


def assert_same(kind, items, expected=None, stats=STATS, rules=average_precision.COCO):
    """All numbers and the precision, recall and score arrays are those of pycocotools."""
    config = kind.Config()
    expected = expected or evaluation(items)
    tally = kind.match(items, config)
    report = kind.summarize(tally, config)
    for name, number in zip(stats, expected.stats, strict=True):
        value = report.scalar(name)
        assert (value is None) == (number == -1), name
        assert value is None or value == pytest.approx(number, abs=1e-12), name
    if tally.labels:
        assert_same_arrays(tally, expected, rules)


def assert_same_arrays(tally, expected, whole_rules):
    every = average_precision.settings(rules=whole_rules)
    for at, cut in enumerate(whole_rules.cuts):
        rules = dataclasses.replace(whole_rules, most=cut)
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
        whole = average_precision.Ranking(tally, every, whole_rules)
        np.testing.assert_array_equal(filled(whole.recall(cut)), recall)


def filled(values):
    """The values with -1 for what is undefined, as in pycocotools."""
    return np.nan_to_num(values, nan=-1)
