"""The story of the demo, told through the public SDK: label, train, predict, evaluate, compare.

It is told twice: of detectors that find digits in scenes, and of classifiers of single digits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, Generic, Protocol, TypeVar

from linlog import LinLogClient, ModelTrainer
from linlog.demo import classifiers, detectors, scenes, verdicts
from linlog.demo.learning import Log
from linlog.demo.predictions import Predictor
from linlog.demo.scenes import LABELS, Digit, Scene
from linlog.demo.size import Size
from linlog.demo.talk import Advance, Talk
from linlog.demo.verdicts import Verdict
from linlog.shapes import Whole
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.datasets import Dataset
from linlog.wire.evaluations import Evaluation
from linlog.wire.models import Model
from linlog.wire.tasks import Task

COLOURS: Final = (
    *("#e6194b", "#3cb44b", "#d9a400", "#4363d8", "#f58231"),
    *("#911eb4", "#1fa8b8", "#d024c4", "#6f8f00", "#9a6324"),
)


class Settings(Protocol):
    """How a model is made."""

    @property
    def name(self) -> str:
        """The name of the version."""
        ...

    @property
    def epochs(self) -> int:
        """How often it goes through what it learns from."""
        ...

    def config(self) -> dict[str, Any]:
        """The settings as plain data."""
        ...


Picture = TypeVar("Picture", Scene, Digit)
Setting = TypeVar("Setting", bound=Settings)


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter(Generic[Picture, Setting]):
    """One telling: pictures with their truth, and the two versions that are compared."""

    title: str
    """The project's name."""
    type: str
    """The project's type."""
    shape: str
    """The shape that its labels are drawn with."""
    model_name: str
    """The model that both versions are of."""
    pictures: Sequence[Picture]
    """Everything that is labelled, for training and for testing."""
    as_task: Callable[[Picture], dict[str, Any]]
    """A picture as the completed task that it becomes."""
    train: Callable[[Setting, Sequence[Picture], Log], Predictor]
    """Trains a version."""
    settings: tuple[Setting, Setting]
    """The settings of both versions, the simple one first."""

    def of(self, client: LinLogClient, dataset: Dataset) -> Iterator[tuple[Task, Picture]]:
        """The tasks of a dataset, each with its picture."""
        pictures = {picture.name: picture for picture in self.pictures}
        for task in client.get_dataset_tasks(dataset.id, annotations=False).walk():
            assert task.unique_id is not None, "every task of the demo was given one"
            yield task, pictures[task.unique_id]


def tell(client: LinLogClient, size: Size, talk: Talk) -> tuple[Verdict, ...]:
    """Do everything, and say what came out."""
    return (
        _tell(client, _scenes(size, talk), talk),
        _tell(client, _digits(size, talk), talk),
    )


# ------------------------------------------------------------------ what is told of


def _scenes(size: Size, talk: Talk) -> Chapter[Scene, detectors.Settings]:
    """Scenes of several digits, and two detectors."""
    with talk.step("composing scenes of handwritten digits", 2) as advance:
        train = scenes.compose("train", size.train_scenes, size.seed)
        advance()
        test = scenes.compose("test", size.test_scenes, size.seed)
        advance()
    return Chapter(
        title="Digits in scenes",
        type="image",
        shape="box",
        model_name="digit detector",
        pictures=[*train, *test],
        as_task=scene_task,
        train=detectors.train,
        settings=(
            detectors.pixel_settings(size.seed, size.pixel_epochs),
            detectors.edge_settings(size.seed, size.edge_epochs),
        ),
    )


def _digits(size: Size, talk: Talk) -> Chapter[Digit, classifiers.Settings]:
    """Single digits, and two classifiers."""
    with talk.step("drawing single digits", 2) as advance:
        train = scenes.single("train", size.train_digits, size.seed)
        advance()
        test = scenes.single("test", size.test_digits, size.seed)
        advance()
    return Chapter(
        title="Single digits",
        type="categorisation",
        shape="whole",
        model_name="digit classifier",
        pictures=[*train, *test],
        as_task=digit_task,
        train=classifiers.train,
        settings=(
            classifiers.pixel_settings(size.seed, size.pixel_epochs),
            classifiers.edge_settings(size.seed, size.edge_epochs),
        ),
    )


def scene_task(scene: Scene) -> dict[str, Any]:
    """A scene as a completed task: a box with a label for every digit."""
    truths = zip(scene.labels, scene.boxes, strict=True)
    return {
        **_task(scene),
        "annotations": [AnnotationCreate(label=label, shape=box) for label, box in truths],
        "tags": [f"{scene.paper} paper"],
        "metadata": {"digits": len(scene.labels), "noise": scene.noise, "paper": scene.paper},
    }


def digit_task(digit: Digit) -> dict[str, Any]:
    """A single digit as a completed task: one label for the whole picture."""
    return {**_task(digit), "annotations": [AnnotationCreate(label=digit.label, shape=Whole())]}


def _task(picture: Scene | Digit) -> dict[str, Any]:
    """What the tasks of all pictures have in common."""
    return {
        "attachment": picture.png,
        "attachment_type": "image",
        "filename": f"{picture.name}.png",
        "unique_id": picture.name,
        "batch": picture.split,
        "complete": True,
    }


# ------------------------------------------------------------------ how it is told


def _tell(client: LinLogClient, chapter: Chapter[Picture, Setting], talk: Talk) -> Verdict:
    """Label, train both versions, predict, evaluate and compare."""
    train, test = _label(client, chapter, talk)
    model = client.create_model(chapter.model_name)
    first, second = (
        _version(client, chapter, Lesson(model, settings, train, test), talk)
        for settings in chapter.settings
    )
    return verdicts.of(chapter.title, first, second, client.compare(first.id, second.id))


def _label(
    client: LinLogClient, chapter: Chapter[Picture, Setting], talk: Talk
) -> tuple[Dataset, Dataset]:
    """Make the project with its labels and completed tasks, and a dataset of each split."""
    project = client.create_project(chapter.title, type=chapter.type)
    for label, colour in zip(LABELS, COLOURS, strict=True):
        client.create_project_label(project.id, label, shape=chapter.shape, colour=colour)
    title = f"project “{chapter.title}”: {len(chapter.pictures)} labelled tasks"
    with talk.step(title, len(chapter.pictures)) as advance:
        tasks = client.create_tasks(project.id, _counted(chapter, advance))
    train, test = (
        client.create_dataset(
            f"{chapter.title}, {split}", task_ids=[task.id for task in tasks if task.batch == split]
        )
        for split in ("train", "test")
    )
    return train, test


def _counted(chapter: Chapter[Picture, Setting], advance: Advance) -> Iterator[dict[str, Any]]:
    """The tasks to create, one by one."""
    for picture in chapter.pictures:
        yield chapter.as_task(picture)
        advance()


@dataclass(frozen=True, slots=True)
class Lesson(Generic[Setting]):
    """What one version is, learns from and is judged by."""

    model: Model
    settings: Setting
    train: Dataset
    test: Dataset

    @property
    def name(self) -> str:
        """The version's name with its model's."""
        return f"{self.model.name} “{self.settings.name}”"

    @property
    def config(self) -> dict[str, Any]:
        """What is logged as the version's config."""
        return {"trained_on": self.train.name, **self.settings.config()}


def _version(
    client: LinLogClient,
    chapter: Chapter[Picture, Setting],
    lesson: Lesson[Setting],
    talk: Talk,
) -> Evaluation:
    """Train a version, upload what it predicts, finish it and wait for its metrics."""
    trainer = ModelTrainer(client)
    trainer.init(lesson.model.id, lesson.settings.name, labels=LABELS, config=lesson.config)
    predictor = _train(client, chapter, lesson, trainer, talk)
    _predict(client, chapter, lesson, trainer, predictor, talk)
    (evaluation,) = trainer.finish(wait=True)
    return evaluation


def _train(
    client: LinLogClient,
    chapter: Chapter[Picture, Setting],
    lesson: Lesson[Setting],
    trainer: ModelTrainer,
    talk: Talk,
) -> Predictor:
    """Train on the pictures of the training dataset, and log each epoch."""
    pictures = [picture for _, picture in chapter.of(client, lesson.train)]
    with talk.step(f"training {lesson.name}", lesson.settings.epochs) as advance:

        def log(numbers: dict[str, float]) -> None:
            trainer.log(numbers)
            accuracy = numbers["validation_accuracy"]
            advance(f"loss {numbers['loss']:.3f}  validation accuracy {accuracy:.3f}")

        return chapter.train(lesson.settings, pictures, log)


def _predict(
    client: LinLogClient,
    chapter: Chapter[Picture, Setting],
    lesson: Lesson[Setting],
    trainer: ModelTrainer,
    predictor: Predictor,
    talk: Talk,
) -> None:
    """Upload what a version says of every picture of the test dataset."""
    dataset, version = lesson.test, trainer.version
    with talk.step(f"predictions of {lesson.name}", dataset.task_count) as advance:
        for task, picture in chapter.of(client, dataset):
            for found in predictor.predict(picture.png):
                client.create_model_run(
                    dataset_id=dataset.id,
                    model_version_id=version.id,
                    task_id=task.id,
                    annotation=found.shape,
                    label=found.label,
                    confidence_score=found.confidence,
                )
            advance()
