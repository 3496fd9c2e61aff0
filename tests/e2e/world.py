"""A small world for the browser: pictures, texts and pages, two measured versions, one in training.

The numbers follow from a seed, so that a story finds the same mistakes every time.
"""

from __future__ import annotations

import io
import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, ImageDraw

from linlog import LinLogClient, ModelTrainer
from linlog.wire.blocks import Examples
from linlog.wire.comparisons import Comparison
from linlog.wire.evaluations import Evaluation
from linlog.wire.tasks import Task

LABELS = ("circle", "square", "triangle")
SIDE = 320
TEXTS = (
    (
        "Ada Lovelace met Charles Babbage in London.",
        ((0, 12, "person"), (17, 32, "person"), (36, 42, "place")),
    ),
    (
        "The University of York 🎓 hired Grace Hopper.",
        ((4, 22, "organisation"), (18, 22, "place"), (31, 43, "person")),
    ),
    ("Nothing is named here, not even a place.", ()),
    ("أحمد زار باريس مع Marie Curie.", ((0, 4, "person"), (9, 14, "place"), (18, 29, "person"))),
)


@dataclass(frozen=True)
class Corrected:
    """A dataset whose labels were corrected between two evaluations of one model run."""

    dataset_id: str
    earlier: Evaluation
    later: Evaluation
    task_ids: tuple[str, ...]
    """Tasks whose labels were corrected."""


@dataclass(frozen=True)
class World:
    """What the stories open; lists hold one id of each sort that looks different."""

    url: str
    project_ids: tuple[str, ...]
    tasks: tuple[Task, ...]
    dataset_id: str
    slice_ids: tuple[str, ...]
    """Of the dataset: of what its tasks are, then of what a model did with them."""
    model_id: str
    version_ids: tuple[str, ...]
    """The two that are measured, then the one in training."""
    first: Evaluation
    """Of the version that makes more mistakes."""
    second: Evaluation
    third: Evaluation
    """Of a third version on the same dataset, the worst of them."""
    comparison: Comparison
    """The second against the first."""
    block: str
    """Name of the first report's first block of examples."""
    examples: tuple[str, ...]
    """Its tasks, in their order."""
    corrected: Corrected
    judged: tuple[Task, ...]
    """A task that was rejected, and one that waits for a reviewer, each with comments."""
    poses: Evaluation
    """Of keypoints, which are compared by OKS."""


def seed(client: LinLogClient, url: str) -> World:
    """Fill an empty server."""
    chance = random.Random(7)
    project = client.create_project("Shapes on paper", "image", list(LABELS))
    tasks = client.create_tasks(project.id, [picture(chance, place) for place in range(24)])
    shapes = work_in_progress(client, project.id)
    judged = under_review(client, project.id)
    dataset = client.create_dataset("Shapes, spring", project_id=project.id)
    client.datasets.split(dataset.id, train=0.5, validation=0.0, test=0.5, seed=1)
    model = client.create_model("Shape finder")
    first = train(client, model.id, "coarse", dataset.id, tasks, wrong=0.4)
    second = train(client, model.id, "fine", dataset.id, tasks, wrong=0.12)
    third = train(client, model.id, "rough", dataset.id, tasks, wrong=0.6)
    training = begin(client, model.id)
    others = (*texts(client), *pages(client))
    block = next(each for each in client.get_report(first.id).blocks if isinstance(each, Examples))
    return World(
        url=url,
        project_ids=(project.id, *dict.fromkeys(task.project_id for task in others)),
        tasks=(shapes, *others),
        dataset_id=dataset.id,
        slice_ids=slices(client, dataset.id),
        model_id=model.id,
        version_ids=(first.model_version_id, second.model_version_id, training),
        first=first,
        second=second,
        third=third,
        comparison=client.compare(first.id, second.id),
        block=block.name,
        examples=tuple(example.task_id for example in block.examples),
        corrected=correct(client, chance),
        judged=judged,
        poses=measure_poses(client),
    )


def slices(client: LinLogClient, dataset_id: str) -> tuple[str, ...]:
    """Queries that people save."""
    wall = {"field": "metadata.camera", "op": "is", "value": "wall"}
    dim = {"field": "metadata.lux", "op": "lt", "value": 300}
    queries = {
        "At the wall, in dim light": {"all": [wall, dim]},
        "Something was missed": {"field": "outcome", "op": "is", "value": "missed"},
    }
    create = client.slices.create
    return tuple(create(dataset_id, name, query).id for name, query in queries.items())


def correct(client: LinLogClient, chance: random.Random) -> Corrected:
    """Measure a version, correct some labels, add a task, and measure it again."""
    project = client.create_project("Shapes to correct", "image", list(LABELS))
    tasks = client.create_tasks(project.id, [picture(chance, place) for place in range(9)])
    dataset = client.create_dataset("Shapes, corrected", project_id=project.id)
    model = client.create_model("Shape checker")
    earlier = train(client, model.id, "steady", dataset.id, tasks, wrong=0.2)
    client.dataset_versions.create(dataset.id, "as it came")
    first, second, third = tasks[:3]
    client.annotations.update(first.annotations[0].id, label="edge")
    client.annotations.delete(second.annotations[0].id)
    client.annotations.create(third.id, [box("circle", 4, 4, 30, 30)])
    [another] = client.create_tasks(project.id, [picture(chance, 9)])
    client.add_dataset_tasks(dataset.id, [another.id])
    again = client.evaluations.create(earlier.model_run_id)
    return Corrected(
        dataset_id=dataset.id,
        earlier=client.evaluations.get(earlier.id),
        later=client.evaluations.wait(again.id),
        task_ids=(first.id, second.id, third.id),
    )


def measure_poses(client: LinLogClient) -> Evaluation:
    """A version that finds the corners of kites, some of them a little off."""
    chance = random.Random(5)
    project = client.create_project("Kites", "image", ["kite"])
    blank = png(Image.new("RGB", (SIDE, SIDE), (190, 214, 234)))
    tasks = client.create_tasks(
        project.id,
        [
            {"attachment": blank, "annotations": [kite(60 + 20 * place)], "complete": True}
            for place in range(6)
        ],
    )
    dataset = client.create_dataset("Kites, summer", project_id=project.id)
    trainer = ModelTrainer(client)
    version = trainer.init(client.create_model("Kite finder").id, "first", ["kite"], {"seed": 5})
    for place, task in enumerate(tasks):
        guess = kite(60 + 20 * place + chance.gauss(0, 4))
        client.create_model_run(dataset.id, version.id, task.id, guess, chance.uniform(0.6, 0.95))
    return trainer.finish(wait=True)[0]


def kite(left: float) -> dict[str, Any]:
    """Four named points."""
    corners = (("head", 40, 0), ("wing", 0, 50), ("tail", 40, 150), ("tip", 80, 50))
    points = [{"name": name, "x": left + x, "y": 80 + y} for name, x, y in corners]
    return {"label": "kite", "shape": {"type": "keypoints", "points": points}}


def picture(chance: random.Random, place: int) -> dict[str, Any]:
    """A complete task: some shapes on paper, each with its box."""
    image = Image.new("RGB", (SIDE, SIDE), (236, 231, 220))
    draw = ImageDraw.Draw(image)
    annotations = []
    for cell in chance.sample(range(9), chance.randint(2, 5)):
        label = chance.choice(LABELS)
        size = chance.randint(44, 84)
        left, top = cell % 3 * 104 + chance.randint(4, 16), cell // 3 * 104 + chance.randint(4, 16)
        draw_shape(draw, label, (left, top, left + size, top + size), chance)
        annotations.append(box(label, left, top, size, size))
    return {
        "attachment": png(image),
        "filename": f"paper-{place:03}.png",
        "annotations": annotations,
        "complete": True,
        "batch_name": "first" if place < 12 else "second",
        "metadata": {"camera": chance.choice(("desk", "wall")), "lux": chance.randint(80, 600)},
    }


def draw_shape(
    draw: ImageDraw.ImageDraw, label: str, edges: tuple[int, int, int, int], chance: random.Random
) -> None:
    """One filled shape within its edges."""
    left, top, right, bottom = edges
    colour = tuple(chance.randint(40, 150) for _ in range(3))
    if label == "circle":
        draw.ellipse(edges, fill=colour)
    elif label == "square":
        draw.rectangle(edges, fill=colour)
    else:
        draw.polygon([((left + right) / 2, top), (right, bottom), (left, bottom)], fill=colour)


def work_in_progress(client: LinLogClient, project_id: str) -> Task:
    """Tasks in every state; the one with every shape that can be drawn."""
    blank = png(Image.new("RGB", (SIDE, SIDE), (214, 220, 226)))
    for place in range(3):
        client.create_image_task(project_id, blank, "third", unique_id=f"blank-{place}")
    shapes = client.create_image_task(
        project_id, blank, "third", every_shape(), unique_id="every shape"
    )
    back = client.create_image_task(project_id, blank, "third", unique_id="sent back")
    client.reject_task(back.id, "the circle at the right is missing")
    return shapes


def under_review(client: LinLogClient, project_id: str) -> tuple[Task, ...]:
    """What a reviewer rejected, and what was submitted again after that."""
    blank = png(Image.new("RGB", (SIDE, SIDE), (214, 220, 226)))
    tasks = []
    for place in range(2):
        task = client.create_image_task(
            project_id, blank, "third", [box("circle", 40, 40, 90, 90)], unique_id=f"judged-{place}"
        )
        said = client.comments.create(
            task.id, "This circle is too small.", annotation_id=task.annotations[0].id
        )
        client.comments.create(task.id, "It is larger now.", reply_to=said.id)
        client.comments.create(
            task.id, "One is missing", place={"type": "point", "x": 90, "y": 200}
        )
        client.comments.resolve(said.id)
        client.reviews.reject(task.id, "Wrong position")
        tasks.append(task)
    client.annotations.replace(tasks[1].id, [box("circle", 40, 40, 120, 120)])
    return client.tasks.get(tasks[0].id), client.tasks.submit(tasks[1].id)


def every_shape() -> list[dict[str, Any]]:
    """One annotation of each shape."""
    ring = [(160 + 60 * math.cos(turn), 90 + 60 * math.sin(turn)) for turn in steps(24)]
    hole = [(160 + 26 * math.cos(turn), 90 + 26 * math.sin(turn)) for turn in steps(12)]
    inside = [
        1 if 190 <= x < 290 and 190 <= y < 190 + (x - 190) else 0
        for x in range(SIDE)
        for y in range(SIDE)
    ]
    return [
        {
            "label": "square",
            "shape": {
                "type": "box",
                "left": 20,
                "top": 190,
                "width": 110,
                "height": 70,
                "rotation": 20,
            },
        },
        {
            "label": "circle",
            "shape": {"type": "polygon", "segments": [{"path": ring, "holes": [hole]}]},
        },
        {
            "label": "triangle",
            "shape": {"type": "mask", "size": [SIDE, SIDE], "counts": runs(inside)},
        },
        {"label": "edge", "shape": {"type": "polyline", "points": [(12, 12), (60, 60), (60, 150)]}},
        {"label": "corner", "shape": {"type": "point", "x": 280, "y": 40}},
    ]


def steps(count: int) -> list[float]:
    """Angles around a circle."""
    return [2 * math.pi * place / count for place in range(count)]


def runs(inside: Sequence[int]) -> list[int]:
    """Run lengths, the first of what is outside."""
    counts, now = [0], 0
    for value in inside:
        if value != now:
            counts.append(0)
            now = value
        counts[-1] += 1
    return counts


def train(
    client: LinLogClient,
    model_id: str,
    name: str,
    dataset_id: str,
    tasks: Sequence[Task],
    *,
    wrong: float,
) -> Evaluation:
    """A version that logs a run, predicts with mistakes, and is measured."""
    chance = random.Random(name)
    trainer = ModelTrainer(client)
    config = {"optimizer": {"name": "adam", "learning_rate": wrong / 100}, "epochs": 60, "seed": 3}
    version = trainer.init(model_id, name, LABELS, config)
    for epoch in range(60):
        trainer.log(progress(chance, epoch, wrong))
    for task in tasks:
        for annotation in task.annotations:
            for label, left, top, width, height in guesses(chance, annotation, wrong):
                guess = box(label, left, top, width, height)
                client.create_model_run(
                    dataset_id, version.id, task.id, guess, chance.uniform(0.55, 0.99)
                )
    return trainer.finish(wait=True)[0]


def progress(chance: random.Random, epoch: int, wrong: float) -> dict[str, Any]:
    """What an epoch logs."""
    loss = 1.6 * math.exp(-epoch / 14) + wrong / 3
    return {
        "train": {"loss": loss + chance.gauss(0, 0.02)},
        "validation": {"loss": loss * 1.12 + 0.05 + chance.gauss(0, 0.04)},
        "accuracy": 1 - loss / 2.2 + chance.gauss(0, 0.01),
        "learning_rate": 0.01 * 0.94**epoch,
    }


def guesses(
    chance: random.Random, annotation: Any, wrong: float
) -> list[tuple[str, float, float, float, float]]:
    """What a model says of one truth: nothing, the same, another label, twice, or elsewhere."""
    shape, label = annotation.shape, annotation.label
    if chance.random() < wrong / 2:
        return []
    if chance.random() < wrong / 2:
        label = chance.choice(LABELS)
    shift = [chance.gauss(0, 14 * wrong) for _ in range(4)]
    near = (
        label,
        shape.left + shift[0],
        shape.top + shift[1],
        max(4, shape.width + shift[2]),
        max(4, shape.height + shift[3]),
    )
    more = [near] if chance.random() < wrong / 4 else []
    if chance.random() < wrong / 2:
        more.append(
            (chance.choice(LABELS), *(chance.uniform(0, 220) for _ in range(2)), 50.0, 50.0)
        )
    return [near, *more]


def texts(client: LinLogClient) -> list[Task]:
    """Texts with spans that cover each other, run from right to left and hold an emoji."""
    project = client.create_project("Names in notes", "ner", ["person", "place", "organisation"])
    return [
        client.create_ner_task(project.id, text, annotations=spans_of(spans), complete=True)
        for text, spans in TEXTS
    ]


def spans_of(spans: Sequence[tuple[int, int, str]]) -> list[dict[str, Any]]:
    """Spans as the SDK takes them."""
    return [
        {"label": label, "type": "span", "start": start, "end": end} for start, end, label in spans
    ]


def pages(client: LinLogClient) -> list[Task]:
    """A page, a text with a category, and an image that lives elsewhere."""
    project = client.create_project("Letters to sort", "categorisation", ["complaint", "praise"])
    html = "<h1>Dear all</h1><p>The tea was <b>cold</b>.</p><script>document.title = 'run'</script>"
    create = client.create_categorisation_task
    return [
        create(project.id, html, "html", annotations=[{"label": "complaint"}], complete=True),
        create(project.id, "The tea was hot.", annotations=[{"label": "praise"}]),
        create(project.id, "https://example.com/letter.png", "image", external_data=True),
    ]


def begin(client: LinLogClient, model_id: str) -> str:
    """A version whose training goes on, and went back once."""
    chance = random.Random(1)
    trainer = ModelTrainer(client)
    version = trainer.init(
        model_id, "finer", LABELS, {"epochs": 200, "seed": 4, "note": float("nan")}
    )
    for epoch in [*range(30), *range(20, 45)]:
        trainer.log(progress(chance, epoch, 0.1), step=epoch)
    client.flush()
    return version.id


def box(label: str, left: float, top: float, width: float, height: float) -> dict[str, Any]:
    """A box as the SDK takes it."""
    return {
        "label": label,
        "type": "bounding-box",
        "left": left,
        "top": top,
        "width": width,
        "height": height,
    }


def png(image: Image.Image) -> bytes:
    """The bytes of an image."""
    written = io.BytesIO()
    image.save(written, "PNG")
    return written.getvalue()
