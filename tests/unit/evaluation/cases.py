"""Random items for the tests of evaluation, always from a seed."""

from __future__ import annotations

import dataclasses
from collections import Counter

import numpy as np

from linlog.evaluation.kinds import Item, Prediction, Truth
from linlog.shapes import Box, Keypoint, Keypoints, Mask, Polygon, Segment, Span, Whole

JOINTS = (
    "nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_shoulder", "right_shoulder",
    "left_elbow", "right_elbow", "left_wrist", "right_wrist", "left_hip", "right_hip",
    "left_knee", "right_knee", "left_ankle", "right_ankle",
)  # fmt: skip
"""COCO's points of a person, in COCO's order."""
LABELS = ("cat", "dog", "fox", "owl", "yak")


def boxes(seed: int, *, images: int | None = None, crowded: bool = False) -> list[Item]:
    """Images with boxes: empty ones, equal confidences, labels on one side only, flat boxes."""
    random = np.random.default_rng(seed)
    pool = LABELS[: random.choice([1, 1, 2, 2, 5])]
    amount = images or random.integers(5, 21)
    return [_image(random, number, pool, crowded=crowded) for number in range(amount)]


def hard_boxes(seed: int) -> list[Item]:
    """Images with boxes and with everything that makes COCO's numbers differ between programs.

    Crowds, ignored truths, areas that are not the box's, huge and flat boxes, labels without
    truth or predictions, images without either, equal confidences, and in every fifth set more
    than a hundred predictions of a label on an image.
    """
    random = np.random.default_rng(seed)
    items = boxes(seed, images=int(random.integers(1, 5)), crowded=seed % 5 == 0)
    share = random.choice([0.0, 0.15, 0.5])
    found = [
        dataclasses.replace(
            item, truths=tuple(_marked(random, each, share) for each in item.truths)
        )
        for item in items
    ]
    side = random.choice(["truths", "predictions", None], p=[0.05, 0.05, 0.9])
    return [dataclasses.replace(item, **{side: ()}) for item in found] if side else found


def texts(seed: int, amount: int = 12, *, overlapping: bool = False) -> list[Item]:
    """Texts with spans; those of one side do not overlap unless wanted."""
    random = np.random.default_rng(seed)
    return [_text(random, number, overlapping) for number in range(amount)]


def tagged(seed: int, amount: int = 12) -> list[Item]:
    """Texts with spans that do not overlap on one side, and often partly across the sides."""
    random = np.random.default_rng(seed)
    pool = LABELS[: random.choice([1, 2, 5])]
    return [_tagged(random, number, pool) for number in range(amount)]


def wholes(seed: int, amount: int = 40) -> list[Item]:
    """Whole items with a label, and with several, one or no predicted labels."""
    random = np.random.default_rng(seed)
    return [_whole(random, number) for number in range(amount)]


def several(seed: int, amount: int = 40, *, complete: bool = False) -> list[Item]:
    """Whole items with any number of labels, and any number of predicted ones, or all."""
    random = np.random.default_rng(seed)
    return [_several(random, number, complete) for number in range(amount)]


def distributions(seed: int, amount: int = 40) -> list[Item]:
    """Whole items with one label and a confidence for every label, which sum to 1."""
    random = np.random.default_rng(seed)
    return [_distribution(random, number, LABELS[: 2 + seed % 4]) for number in range(amount)]


def regions(seed: int, *, images: int = 6) -> list[Item]:
    """Images with polygons and masks: holes, overlaps, other sizes, specks, none at all."""
    random = np.random.default_rng(seed)
    pool = LABELS[: random.choice([1, 2, 5])]
    return [_regions(random, number, pool) for number in range(images)]


def hard_regions(seed: int) -> list[Item]:
    """Images of known size with regions and with everything that makes COCO's numbers differ.

    Crowds, ignored truths, areas that are not the region's own, regions without a pixel, equal
    confidences, no truth, no prediction, and in every fifth set more than a hundred predictions
    of a label on an image.
    """
    random = np.random.default_rng(seed)
    pool = LABELS[: random.choice([1, 2, 5])]
    share, longest = random.choice([0.0, 0.15, 0.5]), random.choice([40, 300])
    found = [
        _regions(random, number, pool, longest=longest, crowded=seed % 5 == 0 and number == 0)
        for number in range(random.integers(1, 5))
    ]
    return [
        dataclasses.replace(
            item, truths=tuple(_marked(random, each, share) for each in item.truths)
        )
        for item in found
        if item.height
    ]


def poses(
    seed: int, *, images: int = 6, names: tuple[str, ...] = JOINTS, boxed: bool | None = None
) -> list[Item]:
    """Images with keypoints: hidden and missing points, truths without any, many predictions.

    Where `boxed`, predictions have boxes and may lack points, and truths have some point.
    """
    random = np.random.default_rng(seed)
    pool = LABELS[: random.choice([1, 2])]
    boxed = bool(random.random() < 0.5) if boxed is None else boxed
    return [_poses(random, number, pool, names, boxed=boxed) for number in range(images)]


def difficulties(sets: list[list[Item]], *, most: int) -> dict[str, int]:
    """How many of the sets have each thing that makes COCO's numbers differ between programs.

    `most` predictions of a label on an image enter; empty images are counted one by one.
    """
    truths = [[each for item in found for each in item.truths] for found in sets]
    predictions = [[each for item in found for each in item.predictions] for found in sets]
    labels = [
        ({each.label for each in one}, {each.label for each in other})
        for one, other in zip(truths, predictions, strict=True)
    ]
    amounts = [
        max(
            max(Counter(each.label for each in item.predictions).values(), default=0)
            for item in found
        )
        if found
        else 0
        for found in sets
    ]
    return {
        "crowd": sum(any(each.crowd for each in some) for some in truths),
        "ignored": sum(any(each.ignored for each in some) for some in truths),
        "own area": sum(any(each.area is not None for each in some) for some in truths),
        "empty images": sum(not (each.truths or each.predictions) for it in sets for each in it),
        "no truth": sum(not some for some in truths),
        "no predictions": sum(not some for some in predictions),
        "labels without truth": sum(bool(found - known) for known, found in labels),
        "labels without predictions": sum(bool(known - found) for known, found in labels),
        "equal confidences": sum(
            len({each.confidence for each in some}) < len(some) for some in predictions
        ),
        "more than enter": sum(amount > most for amount in amounts),
    }


def items(kind: str, seed: int) -> list[Item]:
    """Items that a kind takes."""
    if kind == "classification" and seed % 2:
        return several(seed)
    makers = {
        "detection": boxes,
        "classification": wholes,
        "ner": texts,
        "segmentation": regions,
        "semantic_segmentation": regions,
        "keypoints": poses,
    }
    return makers[kind](seed)


def perfect(found: list[Item]) -> list[Item]:
    """The same items, each truth predicted as it is."""
    return [
        Item(
            item.task_id,
            item.truths,
            tuple(
                Prediction(f"pr_{truth.annotation_id}", truth.label, truth.shape, 0.9)
                for truth in item.truths
            ),
        )
        for item in found
    ]


def silent(found: list[Item]) -> list[Item]:
    """The same items without a prediction."""
    return [Item(item.task_id, item.truths, (), predicted=False) for item in found]


def _image(random, number, pool, *, crowded):
    truths, predictions = [], []
    few = random.random() < 0.5
    labels = pool[: max(1, len(pool) - 1)] if random.random() < 0.5 else pool
    for place in range(0 if random.random() < 0.2 else random.integers(0, 9)):
        shape = _box(random)
        truths.append(Truth(f"a_{number}_{place}", str(random.choice(labels)), shape))
    for truth in truths:
        for _ in range(random.integers(0, 4)):
            label = truth.label if random.random() < 0.8 else str(random.choice(pool))
            predictions.append((label, _near(random, truth.shape)))
    extra = 260 if crowded and number == 0 else random.integers(0, 6)
    predictions += [(str(random.choice(pool[-2:])), _box(random)) for _ in range(extra)]
    random.shuffle(predictions)
    return Item(
        f"t_{number:03d}",
        tuple(truths),
        tuple(
            Prediction(f"pr_{number}_{place}", label, shape, _confidence(random, few))
            for place, (label, shape) in enumerate(predictions)
        ),
    )


def _poses(random, number, pool, names, *, boxed):
    truths, found = [], []
    few = random.random() < 0.5
    for place in range(random.integers(0, 6)):
        pose = _pose(random, names)
        label = str(random.choice(pool))
        area = random.choice([None, 500.0, 2e3, 2e4]) if random.random() < 0.5 else None
        crowd, ignored = random.random(2) < 0.1
        truths.append(
            Truth(f"a_{number}_{place}", label, _partly(random, pose, bare=not boxed),
                  crowd=bool(crowd), ignored=bool(ignored), area=area)
        )  # fmt: skip
        for _ in range(random.integers(0, 4)):
            said = label if random.random() < 0.8 else str(random.choice(pool))
            found.append((said, _seen(random, pose, boxed=boxed)))
    extra = 25 if random.random() < 0.2 else random.integers(0, 3)
    found += [
        (str(random.choice(pool)), _seen(random, _pose(random, names), boxed=boxed))
        for _ in range(extra)
    ]
    random.shuffle(found)
    return Item(
        f"t_{number:03d}",
        tuple(truths),
        tuple(
            Prediction(f"pr_{number}_{at}", label, shape, _confidence(random, few))
            for at, (label, shape) in enumerate(found)
        ),
        height=480,
        width=640,
    )


def _pose(random, names):
    place, size = random.uniform(50, 400, 2), random.choice([20.0, 60.0, 200.0])
    return [(name, *(place + random.normal(0, size / 4, 2))) for name in names]


def _partly(random, pose, *, bare):
    box = Box(
        *(float(x) for x in (random.uniform(0, 300, 2))), *map(float, random.uniform(5, 200, 2))
    )
    if bare and random.random() < 0.15:
        return Keypoints((), box)
    kept = random.random(len(pose)) < random.choice([0.3, 0.9, 1.0])
    kept[random.integers(len(pose))] = True
    points = tuple(
        Keypoint(name, float(x), float(y), bool(random.random() < 0.8))
        for (name, x, y), some in zip(pose, kept, strict=True)
        if some
    )
    return Keypoints(points, box if random.random() < 0.3 else None)


def _seen(random, pose, *, boxed):
    noise = random.choice([0.0, 1.0, 4.0, 20.0])
    lacking = random.random(len(pose)) < (0.2 if boxed else 0.0)
    lacking[random.integers(len(pose))] = False
    points = tuple(
        Keypoint(name, float(x + random.normal(0, noise)), float(y + random.normal(0, noise)))
        for (name, x, y), gone in zip(pose, lacking, strict=True)
        if not gone
    )
    return Keypoints(
        points, Box(1.0, 2.0, *map(float, random.uniform(5, 200, 2))) if boxed else None
    )


def _marked(random, truth, share):
    crowd, ignored = random.random(2) < share
    area = (
        random.choice([None, 0.0, 32.0**2, 96.0**2, 5e3, 2e10]) if random.random() < 0.2 else None
    )
    shape = truth.shape
    if isinstance(shape, Box) and random.random() < 0.03:
        shape = Box(shape.left - 1e5, shape.top, 2e5, 2e5)
    return dataclasses.replace(
        truth, shape=shape, crowd=bool(crowd), ignored=bool(ignored), area=area
    )


def _box(random):
    size = random.choice([10.0, 40.0, 130.0])
    left, top = random.uniform(0, 300, 2)
    width, height = random.uniform(0.3, 1.6, 2) * size
    if random.random() < 0.1:
        left, top, width, height = np.round([left, top, width, height], -1)
    if random.random() < 0.03:
        width = 0.0
    return Box(float(left), float(top), float(width), float(height))


def _near(random, box):
    if random.random() < 0.2:
        return box
    shift = random.normal(0, 0.12, 4) * (box.width + box.height) / 2
    return Box(
        box.left + shift[0],
        box.top + shift[1],
        float(abs(box.width + shift[2])),
        float(abs(box.height + shift[3])),
    )


def _regions(random, number, pool, *, longest=90, crowded=False):
    height, width = (int(side) for side in random.integers(8, longest, 2))
    few = random.random() < 0.5
    truths = [
        (str(random.choice(pool)), _region(random, height, width))
        for _ in range(0 if random.random() < 0.2 else random.integers(0, 7))
    ]
    found = []
    for label, shape in truths:
        for _ in range(random.integers(0, 3)):
            said = label if random.random() < 0.8 else str(random.choice(pool))
            found.append((said, _moved(random, shape)))
    found += [
        (str(random.choice(pool)), _region(random, height, width))
        for _ in range(260 if crowded else random.integers(0, 4))
    ]
    random.shuffle(found)
    known = random.random() < 0.8
    return Item(
        f"t_{number:03d}",
        tuple(Truth(f"a_{number}_{at}", label, shape) for at, (label, shape) in enumerate(truths)),
        tuple(
            Prediction(f"pr_{number}_{at}", label, shape, _confidence(random, few))
            for at, (label, shape) in enumerate(found)
        ),
        height=height if known else None,
        width=width if known else None,
    )


def _region(random, height, width):
    if random.random() < 0.3:
        return mask(random.random((height, width)) < random.choice([0.1, 0.5, 1.0]))
    segments = []
    for _ in range(random.choice([1, 1, 1, 2])):
        path = _path(random, height, width)
        holes = [_path(random, height, width) for _ in range(random.choice([0, 0, 1, 2]))]
        segments.append(Segment(path, tuple(holes)))
    return Polygon(tuple(segments))


def _path(random, height, width):
    centre = random.uniform(-0.1, 1.1, 2) * [width, height]
    turn = np.sort(random.uniform(0, 2 * np.pi, random.integers(3, 12)))
    reach = random.uniform(0, 0.5) * min(height, width) * random.uniform(0.5, 1.5, (len(turn), 1))
    path = centre + np.c_[np.cos(turn), np.sin(turn)] * reach
    return tuple(map(tuple, (np.round(path) if random.random() < 0.3 else path).tolist()))


def _moved(random, shape):
    if isinstance(shape, Mask) or random.random() < 0.2:
        return shape
    shift = random.normal(0, 1.5, 2)

    def moved(path):
        return tuple((x + float(shift[0]), y + float(shift[1])) for x, y in path)

    return Polygon(
        tuple(
            Segment(moved(part.path), tuple(moved(hole) for hole in part.holes))
            for part in shape.segments
        )
    )


def mask(pixels) -> Mask:
    """A raster of flags as a mask."""
    flat = np.concatenate([[False], np.asarray(pixels).T.ravel(), [False]])
    turns = np.flatnonzero(flat[1:] != flat[:-1])
    counts = np.diff(np.concatenate([[0], turns, [np.size(pixels)]]))
    return Mask(np.shape(pixels), tuple(int(count) for count in counts))


def _confidence(random, few):
    return float(random.choice([0.25, 0.5, 0.75])) if few else float(random.random())


def _text(random, number, overlapping):
    truths = _spans(random, overlapping)
    kept = [span for span in truths if random.random() < 0.7]
    fresh = _spans(random, overlapping)
    free = [
        (label, span)
        for label, span in fresh
        if overlapping or all(span.end <= k.start or k.end <= span.start for _, k in kept)
    ]
    renamed = [
        (label if random.random() < 0.8 else str(random.choice(LABELS)), span)
        for label, span in kept
    ]
    return Item(
        f"t_{number:03d}",
        tuple(Truth(f"a_{number}_{at}", label, span) for at, (label, span) in enumerate(truths)),
        tuple(
            Prediction(f"pr_{number}_{at}", label, span, _confidence(random, few=True))
            for at, (label, span) in enumerate(renamed + free)
        ),
    )


def _spans(random, overlapping):
    found, at = [], 0
    while at < 40:
        begin = at + int(random.integers(0, 6))
        end = begin + int(random.integers(1, 5))
        found.append((str(random.choice(LABELS)), Span(begin, end)))
        at = begin + int(random.integers(0, 3)) if overlapping else end
        if overlapping and random.random() < 0.2:
            found.append(found[-1])
    return found


def _tagged(random, number, pool):
    sides = [
        [(str(random.choice(pool)), span) for _, span in _spans(random, overlapping=False)]
        for _ in range(2)
    ]
    for label, span in sides[0]:
        if random.random() < 0.4:
            kept = label if random.random() < 0.7 else str(random.choice(pool))
            sides[1] = [each for each in sides[1] if _apart(each[1], span)] + [(kept, span)]
    random.shuffle(sides[1])
    truths, predictions = sides
    return Item(
        f"t_{number:03d}",
        tuple(Truth(f"a_{number}_{at}", label, span) for at, (label, span) in enumerate(truths)),
        tuple(
            Prediction(f"pr_{number}_{at}", label, span, _perhaps(random))
            for at, (label, span) in enumerate(predictions)
        ),
        predicted=random.random() < 0.9,
    )


def _apart(one, other):
    return one.end <= other.start or other.end <= one.start


def _whole(random, number):
    labels = random.choice(LABELS, size=random.integers(0, 4), replace=False)
    truth = str(random.choice(LABELS[:4]))
    truths = () if random.random() < 0.1 else (Truth(f"a_{number}", truth, Whole()),)
    return _labelled(number, truths, [(str(label), _perhaps(random)) for label in labels])


def _several(random, number, complete):
    truths = [label for label in LABELS[:4] if random.random() < 0.3]
    given = [label for label in LABELS if complete or random.random() < 0.5]
    random.shuffle(given)
    return _labelled(
        number,
        tuple(Truth(f"a_{number}_{label}", label, Whole()) for label in truths),
        [(label, float(random.random()) if complete else _perhaps(random)) for label in given],
    )


def _distribution(random, number, pool):
    shares = random.dirichlet(np.full(len(pool), 0.5))
    if random.random() < 0.2:
        shares = np.full(len(pool), 1 / len(pool))
    truth = pool[number] if number < len(pool) else str(random.choice(pool, p=shares))
    return _labelled(
        number,
        (Truth(f"a_{number}", truth, Whole()),),
        list(zip(pool, shares.tolist(), strict=True)),
    )


def _labelled(number, truths, given):
    return Item(
        f"t_{number:03d}",
        truths,
        tuple(
            Prediction(f"pr_{number}_{label}", label, Whole(), confidence)
            for label, confidence in given
        ),
        predicted=bool(given),
    )


def _perhaps(random):
    """A confidence, often equal to others, or none."""
    return None if random.random() < 0.1 else _confidence(random, few=True)
