"""Projects: titles, taxonomies, counts, and what goes with them."""

import pytest

from linlog import LinLogClient, errors
from linlog.wire.labels import LabelCreate
from tests.factories import annotations, batches, datasets, labels, projects, tasks


def test_a_project_is_given_back_as_it_was_made(client: LinLogClient) -> None:
    made = client.projects.create(
        "  Cells ", type="ner", labels=["cat", LabelCreate(name="dog", shape="span")]
    )
    assert made == client.projects.get(made.id)
    assert (made.title, made.type) == ("Cells", "ner")
    assert [(label.name, label.shape) for label in made.labels] == [
        ("cat", "span"),
        ("dog", "span"),
    ]
    assert (made.task_count, made.completed_count, made.rejected_count) == (0, 0, 0)


def test_a_new_project_has_its_main_batch(client: LinLogClient) -> None:
    made = projects.create(client)
    assert [batch.name for batch in client.batches.list(made.id)] == ["main (default)"]


def test_projects_are_listed_either_way_and_found_by_title(client: LinLogClient) -> None:
    made = [projects.create(client, title) for title in ("a", "b", "a")]
    assert [project.id for project in client.projects.list()] == [one.id for one in made]
    back = client.projects.list(newest_first=True, limit=2).walk()
    assert [project.id for project in back] == [one.id for one in reversed(made)]
    found = client.projects.list(title="a")
    assert ([project.id for project in found], found.count) == ([made[0].id, made[2].id], 2)
    assert client.projects.list(title="A") == []


def test_counts_follow_the_tasks(client: LinLogClient) -> None:
    made = projects.create(client)
    first, second, _ = tasks.several(client, made.id, 3)
    client.tasks.complete(first.id)
    client.tasks.reject(second.id)
    found = client.projects.get(made.id)
    assert (found.task_count, found.completed_count, found.rejected_count) == (3, 1, 1)


def test_what_is_absent_from_a_change_stays(client: LinLogClient) -> None:
    made = projects.create(client, attributes=[{"key": "blurred"}])
    assert client.projects.update(made.id, title="New").attributes == ({"key": "blurred"},)
    changed = client.projects.update(made.id, attributes=[])
    assert (changed.title, changed.attributes, changed.type) == ("New", (), made.type)


@pytest.mark.parametrize(
    ("definition", "said"),
    [
        ({"name": "blurred"}, "unknown field 'name'; expected key, attribute_type, options"),
        ({"key": "stage", "choices": ["old"]}, "unknown field 'choices'; expected key"),
        ({"key": "stage", "attribute_type": "boolean"}, "'boolean'; expected binary, categorical"),
        ({"options": ["old"]}, "needs a key"),
    ],
)
def test_definitions_of_attributes_that_nobody_reads_are_refused(
    home, definition: dict[str, object], said: str
) -> None:
    whole = {
        "key": "stage",
        "attribute_type": "categorical",
        "options": ["young", "old"],
        "allow_multiple": True,
    }
    made = home.client().projects.create("Cells", attributes=[whole])
    assert made.attributes == (whole,)
    new = {"title": "Cells", "attributes": [whole, definition]}
    for method, place in (("POST", ""), ("PATCH", f"/{made.id}")):
        reply = home.call(method, f"/api/v2/projects{place}", new)
        assert (reply.status, reply.data["field"]) == (422, "attributes")
        assert "1 " in reply.data["detail"]
        assert said in reply.data["detail"]
    assert home.client().projects.get(made.id) == made


@pytest.mark.parametrize("title", ["", "   ", "x" * 201, "a\0b"])
def test_titles_that_say_nothing_are_refused(home, title: str) -> None:
    reply = home.call("POST", "/api/v2/projects", {"title": title})
    assert (reply.status, reply.data["field"]) == (422, "title")


def test_deleting_a_project_deletes_what_is_in_it(client: LinLogClient) -> None:
    made, other = projects.create(client), projects.create(client)
    batch = batches.create(client, project_id=made.id)
    label = labels.create(client, project_id=made.id)
    task = tasks.create(client, made.id, annotations=(annotations.box(),), batch="first")
    kept = tasks.create(client, other.id)
    mark = task.annotations[0]
    assert client.projects.delete(made.id).deleted == 1
    for get, gone in (
        (client.projects.get, made),
        (client.batches.get, batch),
        (client.labels.get, label),
        (client.tasks.get, task),
        (client.annotations.get, mark),
    ):
        with pytest.raises(errors.NotFound):
            get(gone.id)
    assert client.tasks.get(kept.id) == kept


def test_a_dataset_outlives_its_project_without_its_tasks(client: LinLogClient) -> None:
    made = projects.create(client)
    tasks.completed(client, 2, project_id=made.id)
    dataset = client.datasets.create("all", project_id=made.id)
    client.projects.delete(made.id)
    found = client.datasets.get(dataset.id)
    assert (found.project_id, found.task_count, found.annotation_count) == (None, 0, 0)


def test_a_dataset_of_an_other_project_is_left_alone(client: LinLogClient) -> None:
    dataset = datasets.create(client, 2)
    client.projects.delete(projects.create(client).id)
    assert client.datasets.get(dataset.id).task_count == 2


def test_the_id_of_something_else_is_explained(client: LinLogClient, home) -> None:
    with pytest.raises(ValueError, match="begins with p_"):
        client.projects.get(tasks.create(client).id)
    reply = home.call("GET", f"/api/v2/projects/{tasks.create(client).id}")
    assert reply.status == 404
    assert "the id of a task" in reply.data["detail"]


def test_where_an_item_has_one_label_a_second_is_refused(client: LinLogClient) -> None:
    labels_of_all = [
        {"label": label, "shape": {"type": "whole"}} for label in ("complaint", "praise")
    ]
    project = client.projects.create("Letters", type="categorisation", one_label=True)
    assert project.one_label
    with pytest.raises(
        errors.Invalid, match="gives an item one label of the whole, but here are 2"
    ):
        tasks.create(client, project.id, annotations=labels_of_all)
    task = tasks.create(client, project.id, annotations=labels_of_all[:1])
    with pytest.raises(errors.Invalid, match="complaint, praise; keep one"):
        client.annotations.create(task.id, labels_of_all[1:])
    assert [mark.label for mark in client.tasks.get(task.id).annotations] == ["complaint"]
    client.annotations.replace(task.id, labels_of_all[1:])
    assert [mark.label for mark in client.tasks.get(task.id).annotations] == ["praise"]

    assert not client.projects.update(project.id, one_label=False).one_label
    client.annotations.create(task.id, labels_of_all[:1])
    assert len(client.tasks.get(task.id).annotations) == 2
