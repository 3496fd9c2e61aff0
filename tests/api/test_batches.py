"""Batches: named parts of a project."""

import pytest

from linlog import LinLogClient, errors
from linlog.wire.batches import MAIN
from tests.factories import batches, projects, tasks


def test_a_batch_is_given_back_as_it_was_made(client: LinLogClient) -> None:
    made = batches.create(client, " monday ")
    assert made == client.batches.get(made.id)
    assert (made.name, made.task_count, made.completed_count) == ("monday", 0, 0)


def test_tasks_enter_the_batch_they_name_and_else_the_main_one(client: LinLogClient) -> None:
    project = projects.create(client)
    new = [tasks.text(batch="monday"), tasks.text(), tasks.text(batch=" monday ")]
    made = client.tasks.create_all(project.id, new)
    assert [task.batch for task in made] == ["monday", MAIN, "monday"]
    assert [batch.name for batch in client.batches.list(project.id)] == [MAIN, "monday"]


def test_counts_follow_the_tasks(client: LinLogClient) -> None:
    project = projects.create(client)
    first, _ = tasks.several(client, project.id, 2, batch="monday")
    tasks.create(client, project.id)
    client.tasks.complete(first.id)
    counts = {
        batch.name: (batch.task_count, batch.completed_count)
        for batch in client.batches.list(project.id)
    }
    assert counts == {MAIN: (1, 0), "monday": (2, 1)}
    assert client.batches.get(client.tasks.get(first.id).batch_id).completed_count == 1


def test_a_name_is_unique_within_its_project(client: LinLogClient) -> None:
    project = projects.create(client)
    batches.create(client, "monday", project.id)
    with pytest.raises(errors.Conflict) as caught:
        batches.create(client, "monday ", project.id)
    assert caught.value.field == "name"
    assert batches.create(client, "monday").name == "monday"


def test_a_task_moves_to_another_batch(client: LinLogClient) -> None:
    task = tasks.create(client)
    moved = client.tasks.update(task.id, batch="tuesday")
    assert moved.batch == "tuesday"
    assert client.batches.get(moved.batch_id).task_count == 1
    assert client.batches.get(task.batch_id).task_count == 0
