"""Predictions on a project's tasks: offered to those who label, replaced by the same version."""

import json
from pathlib import Path

import pytest

from linlog import LinLogClient
from linlog.shapes import Box, Span
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.model_runs import ModelRun, ModelRunUse
from linlog.wire.predictions import PredictionCreate
from linlog.wire.tasks import Task
from tests.factories import datasets, model_runs, model_versions, predictions, projects, tasks
from tests.factories.annotations import box


class World:
    """A project of tasks that nobody labelled yet, and a model version's run on it."""

    def __init__(self, client: LinLogClient, number: int = 3) -> None:
        self.client = client
        self.project = projects.create(client)
        self.tasks: list[Task] = [
            tasks.create(client, project_id=self.project.id, unique_id=f"number {at}")
            for at in range(number)
        ]
        self.version = model_versions.create(client)
        self.run: ModelRun = client.model_runs.create(
            None, self.version.id, project_id=self.project.id
        )

    def labels(self, task: Task) -> list[str]:
        """What the version says of a task now."""
        return [each.label for each in self.client.predictions.list(self.run.id, task_id=task.id)]

    def accepted(self, new: PredictionCreate, *, edited: bool = False) -> AnnotationCreate:
        """The annotation that an editor makes of a prediction."""
        end = ", edited" if edited else ""
        source = f"prediction {new.id} of {self.version.id}{end}"
        assert new.label is not None
        assert new.shape is not None
        return AnnotationCreate(label=new.label, shape=new.shape, source=source)


@pytest.fixture
def world(client: LinLogClient) -> World:
    """A world of three tasks."""
    return World(client)


def test_tasks_need_no_label_to_be_predicted_on(world: World) -> None:
    first, second, third = world.tasks
    outside = tasks.create(world.client)
    sent = [
        predictions.of(first.id, "cat", confidence=0.4),
        predictions.of(second.id, "dog"),
        predictions.of(outside.id),
        predictions.of("t_nothing"),
        predictions.of(third.id, shape=Span(0, 99)),
    ]
    receipt = predictions.send(world.client, world.run.id, sent)
    assert (receipt.accepted, receipt.repeated) == (2, 0)
    assert [(each.prediction_id, each.code) for each in receipt.refused] == [
        (sent[2].id, "invalid"),
        (sent[3].id, "not_found"),
        (sent[4].id, "invalid"),
    ]
    assert f"is not in project {world.project.id}" in receipt.refused[0].detail
    assert world.client.tasks.get(first.id).status == first.status
    assert (world.labels(first), world.labels(third)) == (["cat"], [])


def test_what_a_version_says_again_replaces_what_it_said(world: World) -> None:
    first, second, _ = world.tasks
    old = [predictions.of(first.id, "old"), predictions.of(first.id, "older")]
    predictions.send(world.client, world.run.id, [*old, predictions.of(second.id, "stays")])
    predictions.send(world.client, world.run.id, [predictions.of(first.id, "new")])
    assert (world.labels(first), world.labels(second)) == (["new"], ["stays"])
    late = predictions.send(world.client, world.run.id, old)
    assert (late.accepted, late.repeated) == (0, 2)
    assert world.labels(first) == ["new"]
    found = world.client.model_runs.get(world.run.id)
    assert (found.prediction_count, found.coverage.predicted) == (2, 2)

    other = world.client.model_runs.create(
        None, model_versions.create(world.client).id, project_id=world.project.id
    )
    predictions.send(world.client, other.id, [predictions.of(first.id, "another's")])
    assert world.labels(first) == ["new"]


def test_batches_of_one_sender_do_not_replace_each_other(world: World) -> None:
    first = world.tasks[0]
    for at in range(3):
        new = predictions.of(first.id, f"label {at}", id=f"pr_sender-{at}")
        assert predictions.send(world.client, world.run.id, [new]).accepted == 1
    assert world.labels(first) == ["label 0", "label 1", "label 2"]


def test_that_nothing_was_found_replaces_too(world: World) -> None:
    first = world.tasks[0]
    predictions.send(world.client, world.run.id, [predictions.of(first.id)])
    nothing = PredictionCreate(id="pr_later-1", task_id=first.id)
    assert predictions.send(world.client, world.run.id, [nothing]).accepted == 1
    assert world.labels(first) == []
    assert world.client.model_runs.get(world.run.id).coverage.predicted == 1


def test_predictions_on_a_dataset_are_never_replaced(client: LinLogClient) -> None:
    run = model_runs.create(client)
    first = datasets.task_ids(client, run.dataset_id)[0]
    for label in ("one", "other"):
        predictions.send(client, run.id, [predictions.of(first, label)])
    assert [each.label for each in client.predictions.list(run.id)] == ["one", "other"]


def test_the_loop_predicts_on_a_project(world: World) -> None:
    client, first = world.client, world.tasks[0]
    made = client.create_model_run(
        None, world.version.id, first.id, box("cat"), 0.25, project_id=world.project.id
    )
    client.create_model_run(
        None, world.version.id, world.tasks[1].id, None, project_id=world.project.id
    )
    client.flush()
    assert made.model_run_id == world.run.id
    assert [each.id for each in client.predictions.list(world.run.id)] == [made.id]
    assert client.model_runs.get(world.run.id).coverage.predicted == 2
    with pytest.raises(ValueError, match="of a dataset or of a project"):
        client.create_model_run(None, world.version.id, first.id, box("cat"))


def test_every_row_of_a_file_is_accounted_for(world: World, tmp_path: Path) -> None:
    path = tmp_path / "rows.ndjson"
    mark = {"label": "cat", "shape": {"type": "box", "left": 1, "top": 1, "width": 2, "height": 2}}
    rows = [
        {"unique_id": "number 0", "confidence": 0.5, **mark},
        {"unique_id": "number 9", "confidence": 0.5, **mark},
        {"unique_id": "number 1", "confidence": 7, **mark},
    ]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))
    ends = (None, world.version.id, path)
    report = world.client.predictions.import_file(*ends, project_id=world.project.id)
    assert (report.sent, report.accepted, report.rejected, report.unmatched) == (3, 1, 2, 1)
    assert world.labels(world.tasks[0]) == ["cat"]
    again = world.client.predictions.import_file(*ends, project_id=world.project.id)
    assert (again.accepted, again.present) == (1, 1)
    assert world.labels(world.tasks[0]) == ["cat"]


def test_what_became_of_predictions_is_counted_on_completed_tasks(world: World) -> None:
    client, (first, second, third) = world.client, world.tasks
    sent = [predictions.of(first.id, f"label {at}", Box(at, 0, 9, 9)) for at in range(4)]
    predictions.send(client, world.run.id, [*sent, predictions.of(second.id)])
    held = [
        world.accepted(sent[0]),
        world.accepted(sent[1]),
        world.accepted(sent[2], edited=True),
        box("drawn"),
    ]
    client.annotations.replace(first.id, held)
    client.annotations.create(third.id, [box("on a task without predictions")])
    assert client.model_runs.use(world.run.id) == ModelRunUse(
        tasks=0, predictions=0, accepted=0, edited=0, drawn=0
    )
    client.tasks.complete(first.id)
    client.tasks.complete(third.id)
    assert client.model_runs.use(world.run.id) == ModelRunUse(
        tasks=1, predictions=4, accepted=2, edited=1, drawn=1
    )
    # A later version of the predictions changes nothing about what was accepted.
    predictions.send(client, world.run.id, [predictions.of(first.id, "new")])
    used = client.model_runs.use(world.run.id)
    assert (used.accepted, used.edited, used.drawn) == (2, 1, 1)


def test_what_is_changed_is_no_longer_as_it_was_accepted(world: World) -> None:
    client, first = world.client, world.tasks[0]
    sent = [predictions.of(first.id, f"label {at}") for at in range(3)]
    predictions.send(client, world.run.id, sent)
    client.annotations.replace(first.id, [world.accepted(new) for new in sent])
    one, other, last = client.annotations.list(first.id)
    client.annotations.update(one.id, label="another")
    moved = [
        AnnotationCreate(
            id=other.id, label=other.label, shape=Box(3, 3, 9, 9), source=other.source
        ),
        AnnotationCreate(id=last.id, label=last.label, shape=last.shape, source=last.source),
    ]
    assert str(client.annotations.get(one.id).source).endswith(f"{world.version.id}, edited")
    client.annotations.replace(first.id, moved)
    sources = [str(each.source) for each in client.annotations.list(first.id)]
    assert [source.endswith(", edited") for source in sources] == [True, False]
    client.annotations.update(other.id, shape=Box(4, 4, 9, 9))
    assert client.annotations.get(other.id).source == sources[0]


def test_predictions_on_a_dataset_are_counted_where_they_were_accepted(
    client: LinLogClient,
) -> None:
    run = model_runs.create(client)
    first = datasets.task_ids(client, run.dataset_id)[0]
    new = predictions.of(first)
    predictions.send(client, run.id, [new])
    source = f"prediction {new.id} of {run.model_version_id}"
    client.annotations.create(first, [box(source=source)])
    used = client.model_runs.use(run.id)
    assert used == ModelRunUse(tasks=1, predictions=1, accepted=1, edited=0, drawn=1)
