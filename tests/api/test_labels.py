"""Labels: a taxonomy that people change and annotations teach."""

import pytest

from linlog import LinLogClient, errors
from linlog.shapes import Whole
from linlog.wire.labels import LabelCreate
from tests.factories import annotations, labels, projects, tasks


def names(client: LinLogClient, project_id: str) -> list[tuple[str, str]]:
    """The labels of a project with their shapes."""
    return [(label.name, label.shape) for label in client.labels.list(project_id)]


def test_a_label_is_given_back_as_it_was_made(client: LinLogClient) -> None:
    made = labels.create(client, " cat ", display_name="Cat", shape="polygon", colour="#00ff7f")
    assert made == client.labels.get(made.id)
    assert (made.name, made.display_name, made.shape, made.colour) == (
        *("cat", "Cat", "polygon", "#00ff7f"),
    )


def test_labels_without_a_colour_get_one_that_differs(client: LinLogClient) -> None:
    made = projects.create(client, labels=["a", "b", "c"])
    assert len({label.colour for label in made.labels}) == 3


def test_one_name_may_stand_for_two_shapes_but_not_twice_for_one(client: LinLogClient) -> None:
    made = projects.create(client)
    labels.create(client, "cat", made.id)
    labels.create(client, "cat", made.id, shape="polygon")
    with pytest.raises(errors.Conflict, match="'cat' already") as caught:
        labels.create(client, "cat ", made.id)
    assert caught.value.field == "name"
    assert names(client, made.id) == [("cat", "box"), ("cat", "polygon")]


def test_annotations_teach_the_taxonomy_each_label_once(client: LinLogClient) -> None:
    made = projects.create(client, labels=["cat"])
    marks = (annotations.box("cat"), annotations.box("dog"), annotations.whole("dog"))
    tasks.create(client, made.id, annotations=(*marks, annotations.box("dog", left=50)))
    assert names(client, made.id) == [("cat", "box"), ("dog", "box"), ("dog", "whole")]


def test_predictions_and_changes_of_annotations_teach_too(client: LinLogClient) -> None:
    made = projects.create(client)
    task = tasks.create(client, made.id, annotations=(annotations.box("cat"),))
    client.annotations.update(task.annotations[0].id, label="lynx", shape=Whole())
    assert names(client, made.id) == [("cat", "box"), ("lynx", "whole")]


def test_annotations_follow_a_new_name(client: LinLogClient) -> None:
    made, other = projects.create(client), projects.create(client)
    marks = (annotations.box("cat"), annotations.whole("cat"))
    task = tasks.create(client, made.id, annotations=marks)
    elsewhere = tasks.create(client, other.id, annotations=marks)
    boxes = client.labels.list(made.id)[0]
    assert client.labels.update(boxes.id, name=" lynx ").name == "lynx"
    found = client.tasks.get(task.id).annotations
    assert [(mark.label, mark.shape.name) for mark in found] == [("lynx", "box"), ("cat", "whole")]
    assert {mark.label for mark in client.tasks.get(elsewhere.id).annotations} == {"cat"}


def test_a_name_that_is_taken_changes_nothing(client: LinLogClient) -> None:
    made = projects.create(client, labels=["cat", "dog"])
    task = tasks.create(client, made.id, annotations=(annotations.box("cat"),))
    with pytest.raises(errors.Conflict):
        client.labels.update(made.labels[0].id, name="dog")
    assert client.tasks.get(task.id).annotations[0].label == "cat"
    assert names(client, made.id) == [("cat", "box"), ("dog", "box")]


def test_null_takes_the_display_name_away_and_absence_keeps_it(client: LinLogClient) -> None:
    made = labels.create(client, display_name="Cat")
    assert client.labels.update(made.id, colour="#000000").display_name == "Cat"
    assert client.labels.update(made.id, display_name=None).display_name is None
    assert client.labels.get(made.id).colour == "#000000"


def test_annotations_keep_the_name_of_a_deleted_label(client: LinLogClient) -> None:
    made = projects.create(client)
    task = tasks.create(client, made.id, annotations=(annotations.box("cat"),))
    assert client.labels.delete(client.labels.list(made.id)[0].id).deleted == 1
    assert names(client, made.id) == []
    assert client.tasks.get(task.id).annotations[0].label == "cat"


def test_an_import_adds_what_is_missing_and_says_what(client: LinLogClient) -> None:
    source = projects.create(client, labels=[LabelCreate(name="cat", colour="#123456"), "dog"])
    destination = projects.create(client, labels=["dog", "owl"])
    added = client.labels.import_from(destination.id, source.id)
    assert [(label.name, label.colour) for label in added] == [("cat", "#123456")]
    assert client.labels.import_from(destination.id, source.id) == []
    assert [name for name, _ in names(client, destination.id)] == ["dog", "owl", "cat"]


@pytest.mark.parametrize("colour", ["red", "#12345", "#1234567", "#12345g", "url(//x)"])
def test_colours_are_six_digits(home, client: LinLogClient, colour: str) -> None:
    made = projects.create(client)
    reply = home.call("POST", f"/api/v2/projects/{made.id}/labels", {"name": "a", "colour": colour})
    assert (reply.status, reply.data["field"]) == (422, "colour")
