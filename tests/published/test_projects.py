"""Organisation, projects, batches, taxonomy and labels, as the old clients use them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.factories import organisations, users
from tests.factories.organisations import Home
from tests.published import clients, made
from tests.published.clients import V2, V4, Client, NotFound, Refused

CAT = {"name": "Cat", "task_type": "bounding-box", "colour_code": {"r": 1, "g": 2, "b": 255}}


def status(call: Callable[[], Any]) -> int:
    """The status that a call is refused with."""
    with pytest.raises(Refused) as refused:
        call()
    return 404 if isinstance(refused.value, NotFound) else int(refused.value.args[1])


def labels(client: Client, project: str) -> list[tuple[str, str]]:
    """The names and kinds of a project's labels."""
    found = client.get_project(project)["objects_to_annotate"]
    return [(entry["name"], entry["task_type"]) for entry in found]


# --------------------------------------------------------------------------- organisation


def test_the_organisation_is_one_object(writer: V2) -> None:
    found = writer.get_organisation()
    assert {"id", "name", "subscription", "members", "groups"} <= found.keys()
    assert isinstance(found["subscription"], str)


def test_members_are_real(home: Home, old: Callable[..., Any]) -> None:
    new = {"email": users.create(home, "reviewer").email}
    (added,) = home.call("GET", "/api/v2/users", role="admin").data["results"]
    (member,) = old(V4).get("organisations")["members"]
    assert (member["id"], member["role"], member["user"]) == (added["id"], "reviewer", 1)
    assert (member["groups"], member["invitation"]) == ([], "accepted")
    assert "email" not in member
    assert old(V4, role="admin").get("organisations")["members"][0]["email"] == new["email"]


# ------------------------------------------------------------------------------- projects


def test_projects_are_a_bare_list(any_old: Client) -> None:
    assert any_old.get_projects() == []
    ids = [made.project(any_old, f"number {number}") for number in range(3)]
    assert [entry["id"] for entry in any_old.get_projects()] == ids


def test_projects_never_come_in_pages(last: V4) -> None:
    for number in range(105):
        made.project(last, str(number))
    assert len(last.get_projects()) == len(last.get("projects", limit=10)) == 105


def test_a_project_has_every_key(last: V4) -> None:
    found = last.get_project(made.project(last))
    assert found["id"].startswith("p_")
    assert (found["title"], found["type"]) == ("Pets", "image")
    assert (found["item_count"], found["completed_tasks"]) == (0, 0)
    for key in ("objects_to_annotate", "annotation_attributes", "param_history"):
        assert found[key] == []


def test_counts_of_a_project_and_its_batches(last: V4) -> None:
    where = made.project(last)
    made.text(last, where, complete=True)
    made.text(last, where, complete=True, batch_name="second")
    made.text(last, where)
    found = last.get_project(where)
    assert (found["item_count"], found["completed_tasks"]) == (3, 2)
    counts = [
        (batch["name"], batch["project_id"], batch["item_count"], batch["completed_tasks"])
        for batch in last.get_project_batches(where)
    ]
    assert counts == [(clients.MAIN, where, 2, 1), ("second", where, 1, 1)]


def test_the_main_batch_is_there_from_the_start(any_old: Client) -> None:
    (batch,) = any_old.get_project_batches(made.project(any_old))
    assert batch["name"] == clients.MAIN


@pytest.mark.parametrize("kind", ["image", "categorisation", "ner", "ocr", "video", "geospatial"])
def test_types_of_projects(writer: V2, kind: str) -> None:
    assert writer.create_project("Pets", kind, [])["type"] == kind


def test_the_old_word_for_ner(writer: V2) -> None:
    assert writer.create_project("Names", "named-entities", [])["type"] == "ner"


def test_further_keywords_of_a_project(old: Callable[..., Any]) -> None:
    attribute = {"key": "age", "attribute_type": "categorical", "options": ["old", None]}
    found = old(V2).create_project(
        "Pets", "image", [CAT], annotation_attributes=[attribute, {}], anything={"else": 1}
    )
    first, second = found["annotation_attributes"]
    assert first == {
        "id": "attribute-1",
        "key": "age",
        "attribute_type": "categorical",
        "is_global": False,
        "allow_multiple": False,
        "options": ["old", None],
    }
    assert second["id"] == "attribute-2"
    assert None not in second.values()


@pytest.mark.parametrize(
    "sent",
    [{}, {"title": None}, {"title": " "}, {"title": ["Pets"]}, {"title": "x" * 201}],
)
def test_a_project_needs_a_title(last: V4, sent: dict[str, Any]) -> None:
    assert status(lambda: last.post("projects", sent)) == 400


@pytest.mark.parametrize("objects", [{"name": "Cat"}, [1], [{}], [{"name": 3}], ["x" * 201]])
def test_labels_that_are_none(last: V4, objects: Any) -> None:
    sent = {"title": "Pets", "objects_to_annotate": objects}
    assert status(lambda: last.post("projects", sent)) == 400


def test_deleting_a_project_takes_everything_along(writer: V2) -> None:
    where = made.project(writer)
    task = made.text(writer, where, complete=True)["id"]
    dataset = writer.post("datasets", {"name": "Pets", "task_ids": [task]})["id"]
    assert writer.delete_project(where) == {"deleted": 1}
    assert status(lambda: writer.get_project(where)) == 404
    assert writer.get_dataset(dataset)["item_count"] == 0
    assert status(lambda: writer.delete_project(where)) == 404


@pytest.mark.parametrize(
    "path",
    [
        *("projects/{}", "projects/{}/batches", "projects/{}/tasks", "projects/{}/workflows"),
        *("datasets/{}",),
    ],
)
@pytest.mark.parametrize("identity", ["p_nothing", "nothing", "d_nothing", "%00", "..", "x" * 500])
def test_what_does_not_exist_is_not_found(last: V4, path: str, identity: str) -> None:
    with pytest.raises(NotFound):
        last.get(path.format(identity))


def test_rows_of_another_organisation_are_not_found(home: Home, last: V4) -> None:
    other = V4.of_token(last.line, organisations.create(home.server).token())
    bench = made.bench(other)
    (batch,) = other.get_project_batches(bench.project)
    label = other.create_project_label(bench.project, CAT)["id"]
    mine = made.project(last)
    refused = [
        lambda: last.get_project(bench.project),
        lambda: last.get_project_tasks(bench.project),
        lambda: last.get_project_batches(bench.project),
        lambda: last.update_project(bench.project, {"title": "mine"}),
        lambda: last.delete_project(bench.project),
        lambda: last.delete_project(bench.dataset),
        lambda: last.update_project(bench.dataset, {"name": "mine"}),
        lambda: last.copy_project_taxonomy(mine, bench.project),
        lambda: last.copy_project_taxonomy(bench.project, mine),
        lambda: last.create_project_label(bench.project, CAT),
        lambda: last.update_project_label(label, {"name": "mine"}),
        lambda: last.delete_project_label(label),
        lambda: last.get_project_workflows(bench.project),
        lambda: last.set_project_workflows(bench.project, []),
        lambda: last.set_project_workflow_template(bench.project, "annotate"),
        lambda: made.text(last, bench.project),
        lambda: last.upload_image_task(bench.project, "a.png", made.picture()),
        lambda: last.update_task(bench.task, {"tags": ["mine"]}),
        lambda: last.get_dataset(bench.dataset),
        lambda: last.get_dataset_tasks(bench.dataset),
        lambda: last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX),
        lambda: last.post(f"models/{bench.version}/log", {"a": 1}),
        lambda: last.post(f"models/{bench.version}/finish", {}),
    ]
    assert [status(call) for call in refused] == [404] * len(refused)
    assert last.delete_tasks([bench.task]) == {"deleted": 0}
    assert other.get_project_batches(bench.project)[0]["id"] == batch["id"]
    assert other.get_project_tasks(bench.project).total == 1


# --------------------------------------------------------------------- changes to a project


def test_what_the_last_version_saves_of_a_project(last: V4) -> None:
    where = last.post("projects", {"title": "Pets", "annotation_attributes": [{"key": "age"}]})
    sent = {key: where[key] for key in where if key != "annotation_attributes"}
    changed = {**sent, "title": "Animals", "type": "video", "item_count": 9, "completed_tasks": 9}
    found = last.update_project(where["id"], {**changed, "created_date": None})
    assert {**found, "param_history": []} == {**where, "title": "Animals"}


def test_a_project_tells_what_was_changed(last: V4) -> None:
    where = V2.create_project(last, "Pets", "image", [CAT])["id"]
    other = made.project(last)
    last.update_project(where, {"title": "Pets"})
    assert last.get_project(where)["param_history"] == []
    last.update_project(where, {"title": "Animals"})
    (label,) = last.get_project(where)["objects_to_annotate"]
    changed = last.update_project_label(label["id"], {"display_name": "A cat"})
    made.image(last, where, made.POLYGON)
    added = last.get_project(where)["objects_to_annotate"][1]
    last.delete_project_label(label["id"])
    found = last.get_project(where)["param_history"]
    assert [(entry["param"], entry["before"], entry["after"]) for entry in found] == [
        ("title", "Pets", "Animals"),
        ("objects_to_annotate", label, changed),
        ("objects_to_annotate", None, added),
        ("objects_to_annotate", changed, None),
    ]
    assert [entry["created_date"] for entry in found] == sorted(
        entry["created_date"] for entry in found
    )
    listed = {entry["id"]: entry["param_history"] for entry in last.get_projects()}
    assert listed == {where: found, other: []}


def test_a_project_tells_the_latest_hundred_changes(last: V4) -> None:
    where = made.project(last, title="0")
    for number in range(1, 103):
        last.update_project(where, {"title": str(number)})
    found = last.get_project(where)["param_history"]
    assert [entry["after"] for entry in found] == [str(number) for number in range(3, 103)]


@pytest.mark.parametrize("sent", [{}, {"title": None}, {"objects_to_annotate": None}, {"no": 1}])
def test_null_and_missing_change_nothing_in_a_project(last: V4, sent: dict[str, Any]) -> None:
    where = made.project(last)
    before = last.get_project(where)
    assert last.update_project(where, sent) == before


def test_labels_are_changed_by_id_added_and_kept(last: V4) -> None:
    first = V2.create_project(last, "Pets", "image", [CAT, {"name": "Dog"}])
    cat = first["objects_to_annotate"][0]
    new = {"id": "inmem_0000", "name": "Bird", "task_type": "polygon"}
    other = {"id": "l_of_another_project", "name": "Fish", "task_type": "point"}
    last.update_project(
        first["id"], {"objects_to_annotate": [{**cat, "name": "Kitten"}, new, other, new]}
    )
    assert labels(last, first["id"]) == [
        ("Kitten", "bounding-box"),
        ("Dog", "bounding-box"),
        ("Bird", "polygon"),
        ("Fish", "point"),
    ]
    found = last.get_project(first["id"])["objects_to_annotate"]
    assert found[0]["id"] == cat["id"]
    assert not any(entry["id"].startswith("inmem_") for entry in found)


def test_the_address_of_a_project_changes_and_deletes_a_dataset(last: V4) -> None:
    dataset = last.post("datasets", {"name": "Pets"})
    sent = {**dataset, "name": "Animals"}
    assert last.update_project(dataset["id"], sent) == {**dataset, "name": "Animals"}
    assert status(lambda: last.update_project(dataset["id"], {"name": "a/b"})) == 400
    assert last.delete_project(dataset["id"]) == {"deleted": 1}
    assert status(lambda: last.get_dataset(dataset["id"])) == 404


# -------------------------------------------------------------------------------- taxonomy


def test_a_taxonomy_goes_into_the_project_of_the_path(writer: V2) -> None:
    receives, gives = made.project(writer), made.project(writer)
    made.text(writer, receives, annotations=[{"label": "Cat"}])
    made.text(writer, gives, annotations=[{"label": "Cat"}, {"label": "Dog"}])
    writer.copy_project_taxonomy(receives, gives)
    writer.copy_project_taxonomy(receives, gives)
    assert labels(writer, receives) == [("Cat", "categorisation"), ("Dog", "categorisation")]
    assert len(labels(writer, gives)) == 2


def test_labels_of_one_name_and_another_kind_are_both_taken_over(last: V4) -> None:
    receives, gives = made.project(last), made.project(last)
    last.create_project_label(receives, {"name": "Cat", "task_type": "polygon"})
    last.create_project_label(gives, CAT)
    last.copy_project_taxonomy(receives, gives)
    assert labels(last, receives) == [("Cat", "polygon"), ("Cat", "bounding-box")]
    taken = last.get_project(receives)["objects_to_annotate"][1]
    assert taken["colour_code"] == CAT["colour_code"]


def test_a_taxonomy_needs_its_source(last: V4) -> None:
    where = made.project(last)
    assert status(lambda: last.post(f"projects/{where}/import-taxonomy", {})) == 400
    assert status(lambda: last.copy_project_taxonomy(where, "p_nothing")) == 404


# ---------------------------------------------------------------------------------- labels


@pytest.mark.parametrize(
    "sent",
    [
        CAT,
        {**CAT, "id": "inmem_b5c0", "display_name": None},
        {"label": "Cat", "type": "bounding-box", "colour_code": CAT["colour_code"]},
        {"name": "Cat", "annotation_type": "bounding-box", "colour_code": "#0102FF"},
        {"name": "Cat", "task_type": "bounding-box", "colour_r": 1, "colour_g": 2, "colour_b": 255},
        {
            "name": "Cat",
            "task_type": "bounding_box",
            "colour_code_r": 1.2,
            "colour_code_g": 2,
            "colour_code_b": 255,
        },
    ],
)
def test_a_label_in_every_spelling(last: V4, sent: dict[str, Any]) -> None:
    found = last.create_project_label(made.project(last), sent)
    identity = found.pop("id")
    assert identity.startswith("l_")
    assert found == {
        "name": "Cat",
        "label": "Cat",
        "display_name": None,
        "task_type": "bounding-box",
        "colour_code": {"r": 1, "g": 2, "b": 255},
    }


@pytest.mark.parametrize("colour", [None, {}, {"r": None, "g": 2, "b": 3}])
def test_a_colour_is_chosen_where_none_is_sent(last: V4, colour: Any) -> None:
    sent = {"name": "Cat", "task_type": "polygon", "colour_code": colour}
    found = last.create_project_label(made.project(last), sent)
    assert all(0 <= found["colour_code"][part] <= 255 for part in "rgb")


@pytest.mark.parametrize(
    ("sent", "emitted"),
    [
        *[(word, word) for word in ("bounding-box", "polygon", "point", "line")],
        *[("categorisation", "categorisation"), ("named-entities", "ner"), ("ner", "ner")],
        ("cuboid", "cuboid"),
    ],
)
def test_kinds_of_labels(last: V4, sent: str, emitted: str) -> None:
    found = last.create_project_label(made.project(last), {"name": "Cat", "task_type": sent})
    assert found["task_type"] == emitted


def test_a_label_that_is_there_is_given_back(last: V4) -> None:
    where = made.project(last)
    first = last.create_project_label(where, CAT)
    assert last.create_project_label(where, {**CAT, "id": "inmem_again"}) == first
    assert len(labels(last, where)) == 1


@pytest.mark.parametrize("name", [["A cat"], {}, True, float("nan"), "x" * 201])
def test_a_display_name_that_is_none(last: V4, name: Any) -> None:
    where = made.project(last)
    sent = {"name": "Cat", "display_name": name}
    assert status(lambda: last.create_project_label(where, sent)) == 400


@pytest.mark.parametrize("colour", [{"r": 256, "g": 0, "b": 0}, {"r": "x", "g": 0, "b": 0}, "red"])
def test_a_colour_that_is_none(last: V4, colour: Any) -> None:
    where = made.project(last)
    sent = {"name": "Cat", "colour_code": colour}
    assert status(lambda: last.create_project_label(where, sent)) == 400


def test_a_label_is_changed(last: V4) -> None:
    where = made.project(last)
    made.image(last, where, made.BOX)
    (label,) = last.get_project(where)["objects_to_annotate"]
    sent = {**label, "name": "Kitten", "display_name": "A kitten"}
    found = last.update_project_label(label["id"], sent)
    assert (found["name"], found["display_name"]) == ("Kitten", "A kitten")
    (task,) = last.get_project_tasks(where)
    assert task["annotations"][0]["label"] == "Kitten"


@pytest.mark.parametrize("sent", [{}, {"name": None, "display_name": None, "colour_code": None}])
def test_null_and_missing_change_nothing_in_a_label(last: V4, sent: dict[str, Any]) -> None:
    label = last.create_project_label(made.project(last), {**CAT, "display_name": "A cat"})
    assert last.update_project_label(label["id"], sent) == label


def test_a_label_is_removed_and_annotations_keep_it(last: V4) -> None:
    where = made.project(last)
    made.image(last, where, made.BOX)
    (label,) = last.get_project(where)["objects_to_annotate"]
    assert last.delete_project_label(label["id"]) == {"deleted": 1}
    assert labels(last, where) == []
    (task,) = last.get_project_tasks(where)
    assert task["annotations"][0]["label"] == "Cat"
    assert status(lambda: last.delete_project_label(label["id"])) == 404


# ------------------------------------------------------------------------------- workflows


@pytest.mark.parametrize("stages", [[], [{"any": "thing", "at": [1, None]}], ["one", "two"]])
def test_workflows_are_kept_as_they_are_sent(writer: V2, stages: list[Any]) -> None:
    where = made.project(writer)
    assert writer.get_project_workflows(where) == []
    assert writer.set_project_workflows(where, stages) == stages
    assert writer.get_project_workflows(where) == stages
    assert writer.set_project_workflows(where, []) == []


def test_one_workflow_becomes_a_list(last: V4) -> None:
    where = made.project(last)
    assert last.set_project_workflows(where, {"one": 1}) == [{"one": 1}]
    assert last.set_project_workflows(where, None) == []


@pytest.mark.parametrize("kind", [clients.V34, V4])
def test_templates(old: Callable[..., Any], kind: type[clients.V34]) -> None:
    client = old(kind)
    where = made.project(client)
    for template in client.get_workflow_templates():
        for word in (template["id"], template["name"]):
            assert client.set_project_workflow_template(where, word) == template["stages"]
            assert client.get_project_workflows(where) == template["stages"]
    assert status(lambda: client.set_project_workflow_template(where, "nothing")) == 400
    assert status(lambda: client.post(f"workflows/{where}/template", {})) == 400
