"""Made-up boxes on images, from a seed: 80 labels of unlike frequency, predictions near and far."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from linlog.evaluation.items import Item

LABELS: Final = 80
Dict = dict[str, Any]


def coco(chance: np.random.Generator, images: int, predictions: int) -> Dict:
    """Truths and results as COCO has them, on images numbered from 1."""
    shares = 1 / np.arange(1, LABELS + 1)
    shares /= shares.sum()
    owner = np.sort(chance.integers(1, images + 1, round(7.2 * images)))
    boxes, labels = _boxes(chance, len(owner)), chance.choice(LABELS, len(owner), p=shares) + 1
    annotations = [
        {"id": at, "image_id": image, "category_id": label, "bbox": box, "iscrowd": 0,
         "area": box[2] * box[3]}
        for at, (image, label, box) in enumerate(
            zip(owner.tolist(), labels.tolist(), boxes.tolist(), strict=True), 1
        )
    ]  # fmt: skip
    seen = chance.random(predictions) < 0.4
    which = chance.integers(0, len(owner), predictions)
    near = boxes[which] + chance.normal(0, 0.12, (predictions, 4)) * np.tile(boxes[which, 2:], 2)
    near[:, 2:] = np.abs(near[:, 2:]) + 1
    found = np.where(seen[:, None], near, _boxes(chance, predictions))
    image = np.where(seen, owner[which], chance.integers(1, images + 1, predictions))
    right = seen & (chance.random(predictions) < 0.85)
    label = np.where(right, labels[which], chance.choice(LABELS, predictions, p=shares) + 1)
    score = np.where(seen, chance.beta(3, 2, predictions), chance.beta(1, 4, predictions))
    order = np.argsort(image, kind="stable")
    columns = (each[order].tolist() for each in (image, label, found, score))
    said = [
        {"image_id": one, "category_id": name, "bbox": box, "score": sure}
        for one, name, box, sure in zip(*columns, strict=True)
    ]
    truth = {
        "images": [{"id": at, "width": 640, "height": 640} for at in range(1, images + 1)],
        "categories": categories(),
        "annotations": annotations,
    }
    return {"truth": truth, "said": said}


def _boxes(chance: np.random.Generator, amount: int) -> Any:
    sides = np.exp(chance.uniform(np.log(10), np.log(150), (amount, 2)))
    return np.concatenate([chance.uniform(0, 500, (amount, 2)), sides], axis=1)


def categories() -> list[Dict]:
    """The labels, as COCO has them."""
    return [{"id": at, "name": f"label {at:02d}"} for at in range(1, LABELS + 1)]


def by_image(data: Dict) -> list[tuple[list[Dict], list[Dict], list[Dict]]]:
    """Each image with its annotations and results."""
    found: dict[int, tuple[list[Dict], list[Dict], list[Dict]]] = {
        image["id"]: ([image], [], []) for image in data["truth"]["images"]
    }
    for each in data["truth"]["annotations"]:
        found[each["image_id"]][1].append(each)
    for each in data["said"]:
        found[each["image_id"]][2].append(each)
    return list(found.values())


def items(data: Dict) -> list[Item]:
    """The same as linlog takes it."""
    from linlog.evaluation.items import Item, Prediction, Truth
    from linlog.shapes import Box

    return [
        Item(
            f"t_{image['id']:06d}",
            tuple(Truth(f"a_{e['id']}", str(e["category_id"]), Box(*e["bbox"])) for e in truths),
            tuple(
                Prediction(f"pr_{image['id']}_{at}", str(e["category_id"]), Box(*e["bbox"]),
                           e["score"])
                for at, e in enumerate(said)
            ),
        )
        for (image,), truths, said in by_image(data)
    ]  # fmt: skip
