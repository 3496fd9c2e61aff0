"""Model runs: one a version and dataset, and how much of the dataset it covers."""

import pytest

from linlog import LinLogClient, errors
from tests.factories import (
    datasets,
    evaluations,
    model_runs,
    model_versions,
    predictions,
    projects,
    tasks,
)


def test_a_run_is_begun_once(client: LinLogClient) -> None:
    made = model_runs.create(client)
    again = client.model_runs.create(made.dataset_id, made.model_version_id)
    assert (again, client.model_runs.get(made.id)) == (made, made)
    assert (made.dataset_name, made.model_name, made.model_version_name) == (
        *("Cells", "counter", "small"),
    )
    assert client.datasets.get(made.dataset_id).model_run_count == 1


def test_both_ends_must_exist(client: LinLogClient) -> None:
    dataset, version = datasets.create(client), model_versions.create(client)
    for pair in ((dataset.id, "mv_nothing"), ("d_nothing", version.id)):
        with pytest.raises(errors.NotFound):
            client.model_runs.create(*pair)
    assert client.model_runs.list().count == 0


def test_coverage_counts_tasks_and_not_predictions(client: LinLogClient) -> None:
    run = model_runs.create(client, dataset_id=datasets.create(client, 3).id)
    first, second, _ = datasets.task_ids(client, run.dataset_id)
    new = [predictions.of(first), predictions.of(first), predictions.of(second)]
    predictions.send(client, run.id, new)
    found = client.model_runs.get(run.id)
    coverage = found.coverage
    assert found.prediction_count == 3
    assert (coverage.tasks, coverage.predicted, coverage.missing) == (3, 2, 1)


def test_coverage_follows_the_dataset(client: LinLogClient) -> None:
    run = model_runs.create(client)
    predictions.on_all(client, run)
    first = datasets.task_ids(client, run.dataset_id)[0]
    client.datasets.remove_tasks(run.dataset_id, [first])
    client.datasets.add_tasks(run.dataset_id, tasks.completed(client, 2))
    coverage = client.model_runs.get(run.id).coverage
    assert (coverage.tasks, coverage.predicted, coverage.missing) == (3, 1, 2)


def test_runs_are_listed_newest_first_by_either_end(client: LinLogClient) -> None:
    first = model_runs.create(client)
    second = model_runs.create(client, dataset_id=first.dataset_id)
    third = model_runs.create(client, version_id=first.model_version_id)

    def ids(**query: object) -> list[str]:
        return [run.id for run in client.model_runs.list(**query)]

    assert ids() == [third.id, second.id, first.id]
    assert ids(dataset_id=first.dataset_id) == [second.id, first.id]
    assert ids(model_version_id=first.model_version_id) == [third.id, first.id]
    assert ids(dataset_id=third.dataset_id, model_version_id=second.model_version_id) == []


def test_the_runs_of_a_task_are_those_that_predicted_on_it(client: LinLogClient) -> None:
    first = model_runs.create(client, dataset_id=datasets.create(client, 2).id)
    second = model_runs.create(client, dataset_id=first.dataset_id)
    one, other = datasets.task_ids(client, first.dataset_id)
    predictions.send(client, first.id, [predictions.of(one), predictions.of(one)])
    predictions.send(client, second.id, [predictions.of(one), predictions.of(other)])

    def ids(task_id: str) -> list[str]:
        return [run.id for run in client.model_runs.list(task_id=task_id)]

    assert (ids(one), ids(other)) == ([second.id, first.id], [second.id])
    assert ids(tasks.create(client).id) == []


def test_deleting_a_run_takes_predictions_and_evaluations(client: LinLogClient) -> None:
    made = evaluations.queued(client)
    assert client.model_runs.delete(made.model_run_id).deleted == 1
    with pytest.raises(errors.NotFound):
        client.evaluations.get(made.id)
    with pytest.raises(errors.NotFound):
        client.predictions.list(made.model_run_id)
    assert client.model_versions.get(made.model_version_id).state == "training"


def test_a_run_on_a_project_is_begun_once_and_covers_its_tasks(client: LinLogClient) -> None:
    project, version = projects.create(client), model_versions.create(client)
    first, _ = (tasks.create(client, project_id=project.id) for _ in range(2))
    made = client.model_runs.create(None, version.id, project_id=project.id)
    assert client.model_runs.create(None, version.id, project_id=project.id).id == made.id
    assert (made.dataset_id, made.dataset_name) == (None, None)
    assert (made.project_id, made.project_title) == (project.id, project.title)
    predictions.send(client, made.id, [predictions.of(first.id), predictions.of(first.id)])
    coverage = client.model_runs.get(made.id).coverage
    assert (coverage.tasks, coverage.predicted, coverage.missing) == (2, 1, 1)

    other = model_runs.create(client, version_id=version.id)
    found = {run.id for run in client.model_runs.list(model_version_id=version.id)}
    assert found == {made.id, other.id}
    assert [run.id for run in client.model_runs.list(project_id=project.id)] == [made.id]
    assert [run.id for run in client.model_runs.list(task_id=first.id)] == [made.id]


def test_a_run_is_on_one_dataset_or_one_project(client: LinLogClient) -> None:
    project, dataset = projects.create(client), datasets.create(client)
    version = model_versions.create(client)
    with pytest.raises(errors.Invalid, match="on one dataset or on one project"):
        client.model_runs.create(dataset.id, version.id, project_id=project.id)
    with pytest.raises(errors.Invalid, match="on one dataset or on one project"):
        client.model_runs.create(None, version.id)
    with pytest.raises(errors.NotFound):
        client.model_runs.create(None, version.id, project_id="p_nothing")


def test_what_is_offered_is_not_evaluated_and_goes_with_its_project(client: LinLogClient) -> None:
    project, version = projects.create(client), model_versions.create(client)
    task = tasks.create(client, project_id=project.id)
    run = client.model_runs.create(None, version.id, project_id=project.id)
    predictions.send(client, run.id, [predictions.of(task.id)])
    with pytest.raises(errors.Invalid, match="judged by no ground truth"):
        client.evaluations.create(run.id, kind="detection")
    client.projects.delete(project.id)
    with pytest.raises(errors.NotFound):
        client.model_runs.get(run.id)
    assert client.model_versions.get(version.id).id == version.id
