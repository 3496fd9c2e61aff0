"""The founding README's calls, name by name and keyword by keyword."""

import random
from typing import Any

import pytest

from linlog import LinLogClient, ModelTrainer, errors
from linlog.client.pages import Page
from tests.client.conftest import BOX, Scene


def test_results_read_like_objects_and_dictionaries(client: LinLogClient, scene: Scene) -> None:
    project = client.get_project(scene.project.id)
    assert project.id == project["id"] == dict(project)["id"] == scene.project.id
    assert project.id.startswith("p_")
    assert "title" in project
    assert "<table>" in project._repr_html_()


def test_get_projects_is_every_project(client: LinLogClient, monkeypatch: Any) -> None:
    monkeypatch.setattr("linlog.client.flat.ALL", 2)
    made = {client.create_project(f"project {at}").id for at in range(5)}
    assert {project.id for project in client.get_projects()} == made


def test_batches_partition_tasks(client: LinLogClient, scene: Scene) -> None:
    client.create_tasks(scene.project.id, [{"attachment": "a text", "batch_name": "second"}])
    batches = client.get_project_batches(scene.project.id)
    assert sum(batch.task_count for batch in batches) == 6
    assert {batch.name for batch in batches} == {"main (default)", "second"}


def test_a_page_of_tasks(client: LinLogClient, scene: Scene) -> None:
    page = client.get_project_tasks(id=scene.project.id, complete=True, limit=2)
    assert isinstance(page, list)
    assert (len(page), page.count, page.limit, page.offset) == (2, 5, 2, 0)
    assert page.next is not None
    assert page.next_url == page.next
    assert page.previous is None
    assert page.results is page
    assert [task.id for task in page.walk()] == [task.id for task in scene.tasks]
    second = page.next_page()
    assert second is not None
    assert second.offset == 2
    last = client.get_project_tasks(scene.project.id, limit=2, offset=4)
    assert (len(last), last.next) == (1, None)


def test_filters_are_keywords_or_a_dictionary(client: LinLogClient, scene: Scene) -> None:
    project = scene.project.id
    assert client.get_project_tasks(project, {"complete": False}).count == 0
    since = scene.tasks[2].created_date
    assert client.get_project_tasks(project, created_date__gte=since).count >= 1
    assert client.get_project_tasks(project, created_date__lt=since.replace(year=2000)).count == 0
    assert client.get_project_tasks(project, status="completed", rejected=False).count == 5
    assert client.get_project_tasks(project, work_started=True).count == 5


def test_an_unknown_filter_names_the_valid_ones(client: LinLogClient, scene: Scene) -> None:
    with pytest.raises(ValueError, match="'colour'; valid are limit, offset, status"):
        client.get_project_tasks(scene.project.id, colour="red")
    with pytest.raises(ValueError, match="valid are"):
        client.get_dataset_tasks(scene.dataset.id, complete=True)


def test_datasets(client: LinLogClient, scene: Scene) -> None:
    assert [dataset.id for dataset in client.get_datasets()] == [scene.dataset.id]
    assert client.get_dataset(scene.dataset.id).task_count == 5
    tasks = client.get_dataset_tasks(scene.dataset.id, limit=3)
    assert isinstance(tasks, Page)
    assert tasks.count == 5
    assert tasks[0].annotations[0].label == "cell"


def test_the_training_loop(client: LinLogClient, scene: Scene) -> None:
    trainer = ModelTrainer(client)
    trainer.init(
        model_id=scene.model.id,
        version_name="first",
        labels=["cell"],
        config={"learning_rate": 0.02, "epochs": 10},
    )
    offset = random.random() / 5
    for epoch in range(1, 10):
        accuracy = 1 - 2**-epoch - random.random() / epoch - offset
        trainer.log({"acc": accuracy, "loss": 2**-epoch + offset})
    version = trainer.version
    for task in client.get_dataset_tasks(scene.dataset.id).walk():
        client.create_model_run(
            dataset_id=scene.dataset.id,
            model_version_id=version.id,
            task_id=task.id,
            annotation={**BOX, "left": 5.0},
            confidence_score=0.75,
        )
    (evaluation,) = trainer.finish(wait=True)
    assert evaluation.state == "finished"
    assert [entry.step for entry in client.get_log(version.id)] == list(range(9))
    assert client.get_model_version(version.id).state == "finished"
    report = client.get_report(evaluation.id)
    assert report.scalar("ap50") == pytest.approx(1.0)
    (run,) = client.get_model_runs(dataset_id=scene.dataset.id)
    assert run.coverage.predicted == 5
    shown = client.get_dataset_tasks(scene.dataset.id, predictions=True)
    assert shown[0].predictions[0].confidence == 0.75


def test_another_version_can_be_compared(client: LinLogClient, scene: Scene) -> None:
    made = []
    for name, shift in (("near", 0.5), ("far", 9.0)):
        version = client.model_versions.create(scene.model.id, name)
        for task in scene.tasks:
            client.create_model_run(
                scene.dataset.id, version.id, task.id, {**BOX, "left": 4.0 + shift}, 1
            )
        made.append(client.evaluate(dataset_id=scene.dataset.id, model_version_id=version.id))
    comparison = client.compare(made[0].id, made[1].id)
    assert comparison.tasks == 5
    assert comparison.scalars[0].difference is not None
    assert comparison.scalars[0].difference < 0


@pytest.mark.parametrize("confidence", [0, 1, 0.5, None, True and 1.0])
def test_confidence_within_bounds(client: LinLogClient, scene: Scene, confidence: Any) -> None:
    version = client.model_versions.create(scene.model.id, "v")
    made = client.create_model_run(scene.dataset.id, version.id, scene.tasks[0].id, BOX, confidence)
    assert made.id.startswith("pr_")
    client.flush()
    (stored,) = client.predictions.list(made.model_run_id)
    assert (stored.id, stored.confidence, stored.shape) == (made.id, confidence, made.shape)


@pytest.mark.parametrize("confidence", [1.2, -0.1, float("nan"), float("inf"), "high", True])
def test_confidence_out_of_bounds(client: LinLogClient, scene: Scene, confidence: Any) -> None:
    version = client.model_versions.create(scene.model.id, "v")
    with pytest.raises(ValueError, match="confidence"):
        client.create_model_run(scene.dataset.id, version.id, scene.tasks[0].id, BOX, confidence)


@pytest.mark.parametrize("number", [float("nan"), float("inf")])
def test_attributes_without_end_are_refused_at_once(
    client: LinLogClient, scene: Scene, number: float
) -> None:
    version = client.model_versions.create(scene.model.id, "v")
    for annotation in (
        {**BOX, "attributes": {"a": number}},
        {"label": "x", "type": "odd", "a": number},
    ):
        with pytest.raises(ValueError, match="must hold finite numbers"):
            client.create_model_run(scene.dataset.id, version.id, scene.tasks[0].id, annotation)
    client.flush()
    assert client.model_runs.list(dataset_id=scene.dataset.id).count == 0


def test_a_prediction_on_something_else_is_refused_at_once(
    client: LinLogClient, scene: Scene
) -> None:
    version = client.model_versions.create(scene.model.id, "v")
    with pytest.raises(ValueError, match="is the id of a project; expected the id of a dataset"):
        client.create_model_run(scene.project.id, version.id, scene.tasks[0].id, BOX)
    with pytest.raises(ValueError, match="task_id"):
        client.create_model_run(scene.dataset.id, version.id, "nonsense", BOX)
    with pytest.raises(errors.NotFound):
        client.create_model_run("d_doesNotExist", version.id, scene.tasks[0].id, BOX)


def test_what_the_server_refuses_is_reported_one_by_one(client: LinLogClient, scene: Scene) -> None:
    version = client.model_versions.create(scene.model.id, "v")
    good = client.create_model_run(scene.dataset.id, version.id, scene.tasks[0].id, BOX)
    bad = [
        client.create_model_run(scene.dataset.id, version.id, f"t_missing{at}", BOX)
        for at in range(3)
    ]
    with pytest.raises(errors.PredictionsRefused, match="and 2 more") as caught:
        client.flush()
    refused = {entry.prediction_id: entry for entry in caught.value.refusals}  # type: ignore[attr-defined]
    assert refused.keys() == {prediction.id for prediction in bad}
    assert all(entry.code == "not_found" for entry in refused.values())
    assert [entry.id for entry in client.predictions.list(good.model_run_id)] == [good.id]
    client.flush()


def test_a_foreign_dataset_does_not_exist(client: LinLogClient) -> None:
    with pytest.raises(errors.NotFound):
        client.get_dataset("d_0000000000000000000000")
