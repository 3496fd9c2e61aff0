"""Tasks as the old clients create, list, change and delete them."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.factories.organisations import Home
from tests.published import clients, made
from tests.published.clients import MAIN, V2, V3, V4, V34, V2b, read_task_as_v4
from tests.published.test_projects import status

KEYS = {
    *("id", "created_date", "project_id", "dataset_id", "batch", "task_type", "type", "params"),
    *("media_specs", "filename", "meta", "metadata", "tags", "complete", "rejected", "status"),
    *("work_started", "processing", "error", "errors", "warnings", "workflow_stage", "global_key"),
    *("unique_id", "external_data", "annotations"),
}
NULLABLE = {"dataset_id", "workflow_stage", "global_key", "unique_id", "filename"}


def only(client: V4, project: str) -> dict[str, Any]:
    """The only task of a project."""
    (found,) = client.get_project_tasks(project)
    return dict(found)


# ------------------------------------------------------------------------------- creating


@pytest.mark.parametrize("kind", ["image", "text", "iframe", "html"])
def test_categorisation_in_every_version(writer: V2, kind: str) -> None:
    where = made.project(writer, type="categorisation")
    attachment = "https://example.org/a.png" if kind in {"image", "iframe"} else "<p>words</p>"
    answer = writer.create_categorisation_task(where, attachment, attachment_type=kind)
    assert answer is None
    (found,) = writer.get_project_tasks(where)
    assert found.keys() >= KEYS
    assert found["params"] == {"attachment": attachment, "attachment_type": kind}
    assert found["task_type"] == found["type"] == "categorisation"
    assert (found["batch"], found["complete"], found["unique_id"]) == (MAIN, False, None)
    assert {key for key, value in found.items() if value is None} <= NULLABLE


@pytest.mark.parametrize("kind", [V3, V34])
def test_texts_with_entities(old: Callable[..., Any], kind: type[V3]) -> None:
    client = old(kind)
    where = made.project(client, type="ner")
    entity = {"label": "person", "task_type": "named-entities", "start": 0, "end": 3}
    client.create_ner_task(where, "Ada met us.", annotations=[entity], complete=True)
    client.create_ner_task(where, "Ada", tokens=["A", {"d": float("nan")}])
    first, second = client.get_project_tasks(where)
    assert (first["task_type"], first["type"]) == ("ner", "ner")
    assert first["params"] == {"attachment": "Ada met us.", "attachment_type": "text"}
    assert first["tokens"][:2] == [
        {"id": 0, "text": "Ada", "start": 0, "end": 3},
        {"id": 1, "text": "met", "start": 4, "end": 7},
    ]
    assert [token["text"] for token in first["tokens"]] == ["Ada", "met", "us", "."]
    found = first["annotations"][0]
    assert (found["label"], found["start"], found["end"]) == ("person", 0, 3)
    assert found["type"] == found["annotation_type"] == "ner"
    assert second["tokens"] == ["A", {"d": None}]


@pytest.mark.parametrize("kind", [V3, V34])
def test_videos(old: Callable[..., Any], kind: type[V3]) -> None:
    client = old(kind)
    where = made.project(client, type="video")
    client.upload_video_task(where, "https://example.org/v.mp4", batch_name="second")
    (found,) = client.get_project_tasks(where)
    assert (found["task_type"], found["batch"]) == ("video", "second")
    assert found["params"] == {
        "attachment": "https://example.org/v.mp4",
        "attachment_type": "video",
    }


def test_images_by_their_address(last: V4) -> None:
    where = made.project(last)
    last.create_image_task(where, "https://example.org/a.png?x=1", external_data=True)
    found = only(last, where)
    assert (found["external_data"], found["processing"], found["status"]) == (
        True,
        False,
        "pending",
    )
    assert found["params"]["attachment"] == "https://example.org/a.png?x=1"
    assert (found["media_specs"], found["filename"]) == ({}, "a.png")


def test_an_image_is_fetched_later_and_a_failure_is_noted(home: Home, last: V4) -> None:
    where = made.project(last)
    last.create_image_task(where, "http://127.0.0.1:9/inner.png", complete=True)
    found = only(last, where)
    assert (found["processing"], found["external_data"]) == (True, False)
    assert (found["status"], found["error"], found["errors"]) == ("processing", False, [])
    home.server.work()
    found = only(last, where)
    assert (found["processing"], found["error"], found["status"]) == (False, True, "error")
    assert len(found["errors"]) == 1
    assert found["external_data"] is False
    assert found["complete"] is True


@pytest.mark.parametrize("kind", [V2b, V3, V34, V4])
@pytest.mark.parametrize(
    ("sent", "emitted"), [("image", "image"), ("ocr", "ocr"), ("odd", "image")]
)
def test_uploads(old: Callable[..., Any], kind: type[V2b], sent: str, emitted: str) -> None:
    client = old(kind)
    where = made.project(client)
    client.upload_image_task(
        where, "a.png", made.picture(), sent, annotations=[made.BOX], complete=True
    )
    (found,) = client.get_project_tasks(where)
    assert (found["task_type"], found["params"]["attachment_type"]) == (emitted, "image")
    assert (found["status"], found["work_started"]) == ("completed", True)
    assert found["media_specs"] == {"width": 40, "height": 30}
    assert len(found["annotations"]) == 1


def test_a_picture_can_be_read_without_credentials(home: Home, last: V4) -> None:
    where = made.project(last)
    last.upload_image_task(where, "a.png", made.picture())
    address = only(last, where)["params"]["attachment"]
    origin, path = address[: len("http://127.0.0.1:8420")], address[len("http://127.0.0.1:8420") :]
    assert origin == "http://127.0.0.1:8420"
    reply = home.call("GET", path, role=None)
    assert (reply.status, reply.body) == (200, made.picture())
    # Clients list a whole dataset first, so that a quarter of an hour would not do.
    expires = int(path.partition("expires=")[2].partition("&")[0])
    assert expires % (12 * 3600) == 0
    forged = path.replace(f"expires={expires}", f"expires={expires + 1}")
    assert home.call("GET", forged, role=None).status == 403


def test_places(last: V4) -> None:
    where = made.project(last, type="geospatial")
    bounds = {corner: {"lat": 47.5, "lng": 8 + at} for at, corner in enumerate(made.CORNERS)}
    bounds["nw"]["epsg"] = 4326
    last.create_geospatial_task(
        where, "https://tiles.example.org/{z}/{x}/{y}.png", zoom={"min": 1, "max": 19.5},
        bounds={**bounds, "centre": {"lat": 1, "lng": 2}},
    )  # fmt: skip
    found = only(last, where)
    assert (found["task_type"], found["params"]["attachment_type"]) == ("geospatial", "geospatial")
    assert found["params"]["attachment"] == "https://tiles.example.org/{z}/{x}/{y}.png"
    assert found["zoom"] == {"min": 1, "max": 19.5}
    assert [*found["bounds"]] == [*made.CORNERS]
    assert found["bounds"]["nw"] == {"lat": 47.5, "lng": 8, "epsg": 4326}
    assert found["bounds"]["se"] == {"lat": 47.5, "lng": 10, "epsg": None}
    odd = {corner: {"lat": 1, "lng": 2, "epsg": float("nan")} for corner in made.CORNERS}
    changed = last.update_task(found["id"], {"bounds": odd})["bounds"]
    assert changed["nw"] == {"lat": 1, "lng": 2, "epsg": None}


def test_a_place_always_has_four_corners(last: V4) -> None:
    where = made.project(last, type="geospatial")
    last.create_geospatial_task(where, "a map that is no address")
    found = only(last, where)
    assert found["zoom"].keys() == {"min", "max"}
    assert len(found["bounds"]) == 4
    made.text(last, where)
    assert "bounds" not in last.get_project_tasks(where)[1]


@pytest.mark.parametrize(
    "sent",
    [
        {"zoom": {"min": 1}},
        {"zoom": 3},
        {"bounds": []},
        {"bounds": {"nw": {"lat": 1, "lng": 2}}},
        {"bounds": {corner: {"lat": "x", "lng": 1} for corner in made.CORNERS}},
        {"bounds": {corner: {"lat": float("nan"), "lng": 1} for corner in made.CORNERS}},
    ],
)
def test_places_that_are_none(last: V4, sent: dict[str, Any]) -> None:
    where = made.project(last)
    assert status(lambda: last.create_geospatial_task(where, "map", **sent)) == 400


def test_the_address_decides_the_kind(last: V4) -> None:
    where = made.project(last, type="video")
    assert made.text(last, where, type="image", id="inmem_1")["task_type"] == "categorisation"
    assert made.image(last, where, type="video")["task_type"] == "image"
    assert last.post("tasks/ner", {"project": where, "attachment": "Ada"})["task_type"] == "ner"
    ids = [task["id"] for task in last.get_project_tasks(where)]
    # Clients name files by them.
    assert all(re.fullmatch("t_[A-Za-z0-9_-]+", one) for one in ids)


@pytest.mark.parametrize("name", [None, "", "absent", MAIN])
def test_no_name_is_the_main_batch(last: V4, name: str | None) -> None:
    where = made.project(last)
    more = {} if name == "absent" else {"batch_name": name}
    assert made.text(last, where, **more)["batch"] == MAIN
    assert len(last.get_project_batches(where)) == 1


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        ({"name": "Cat"}, "categorisation"),
        ({"label": "Cat"}, "categorisation"),
        ({"label": "Cat", "task_type": "categorisation"}, "categorisation"),
        ({"name": "Cat", "task_type": "bounding-box"}, "bounding-box"),
        ({"label": "Cat", "type": "cuboid", "corners": [1]}, "cuboid"),
        ({**made.BOX, "annotation_type": "bounding-box"}, "bounding-box"),
        ({"label": "Cat", "type": "point", "x": 1, "y": 2}, "point"),
        ({"label": "Cat", "type": "line", "vertices": made.PATH}, "line"),
        ("Cat", "categorisation"),
    ],
)
def test_pre_annotations(last: V4, sent: Any, word: str) -> None:
    found = made.image(last, made.project(last), sent)["annotations"][0]
    assert found["label"] == "Cat"
    assert found["type"] == found["annotation_type"] == word
    assert (found["is_model_run"], found["iou"], found["attributes"]) == (False, None, {})
    assert found["id"]
    if isinstance(sent, dict) and "corners" in sent:
        assert found["corners"] == [1]


@pytest.mark.parametrize("empty", [None, []])
@pytest.mark.parametrize("word", ["polygon", "line", "cuboid"])
def test_a_pre_annotation_without_its_path(last: V4, word: str, empty: Any) -> None:
    sent = {"label": "Dog", "type": word, "segments": empty, "vertices": empty, "attributes": None}
    found = made.image(last, made.project(last), sent)["annotations"][0]
    assert found["type"] == found["annotation_type"] == word
    # Clients walk through what is there, and stumble over null.
    assert {key for key, value in found.items() if value is None} <= {"source", "iou"}
    assert found["attributes"] == {}


def test_a_polygon_comes_in_both_dialects(last: V4) -> None:
    where = made.project(last)
    segments = [{"path": made.PATH, "subtraction": made.HOLE}, {"path": made.HOLE}]
    for sent in (
        made.POLYGON,
        {"label": "Dog", "annotation_type": "polygon", "segments": segments},
        {**made.POLYGON, "vertices": made.HOLE, "segments": segments},
    ):
        found = made.image(last, where, sent)["annotations"][0]
        assert found["vertices"] == found["segments"][0]["path"] == made.PATH
        assert all({*part} == {"path", "subtraction"} for part in found["segments"])
    assert found["segments"][0]["subtraction"] == made.HOLE


def test_a_box_keeps_its_pixels(last: V4) -> None:
    found = made.image(last, made.project(last), {**made.BOX, "rotation": 12.5})["annotations"][0]
    assert {key: found[key] for key in ("left", "top", "width", "height", "rotation")} == {
        **{key: made.BOX[key] for key in ("left", "top", "width", "height")},
        "rotation": 12.5,
    }


@pytest.mark.parametrize(
    "sent",
    [
        [None],
        [{}],
        [{"label": ""}],
        [{"label": 3}],
        [{**made.BOX, "width": -1}],
        [{**made.BOX, "left": float("nan")}],
        [{**made.BOX, "left": "left"}],
        [{**made.BOX, "type": 3}],
        [{**made.BOX, "attributes": [1]}],
        [{"label": "Dog", "type": "polygon", "vertices": made.PATH[:2]}],
        {"label": "Cat"},
        "Cat",
    ],
)
def test_annotations_that_are_none(last: V4, sent: Any) -> None:
    where = made.project(last)
    assert (
        status(lambda: last.create_image_task(where, "http://a.example", annotations=sent)) == 400
    )
    assert last.get_project_tasks(where).total == 0


def test_ids_of_annotations_are_kept_unless_they_collide(last: V4) -> None:
    where = made.project(last)
    wanted = ["a1b2-c3", None, "inmem_1", "a/b", "x" * 65, 17]
    sent = [{**made.BOX, "id": identity} for identity in wanted]
    found = [entry["id"] for entry in made.image(last, where, *sent)["annotations"]]
    assert (found[0], found[5]) == ("a1b2-c3", "17")
    assert not {"inmem_1", "a/b", "x" * 65, None} & {*found}
    again = made.image(last, where, sent[0], sent[0])["annotations"]
    assert len({"a1b2-c3", *(entry["id"] for entry in again)}) == 3


def test_models_annotations_do_not_become_truth(last: V4) -> None:
    where = made.project(last)
    sent = {**made.BOX, "is_model_run": True}
    assert made.image(last, where, sent, made.BOX)["annotations"][0]["is_model_run"] is False
    assert len(only(last, where)["annotations"]) == 1


@pytest.mark.parametrize(
    "sent",
    [
        {"attachment": None},
        {"attachment": ""},
        {"attachment": ["a"]},
        {"attachment": "no address"},
        {"complete": "perhaps"},
        {"batch_name": ["a"]},
        {"batch_name": "x" * 201},
        {"tags": "one"},
        {"metadata": [1]},
        {"unique_id": {"a": 1}},
    ],
)
def test_tasks_that_are_none(last: V4, sent: dict[str, Any]) -> None:
    where = made.project(last)
    body = {"project": where, "attachment": "https://example.org/a.png", **sent}
    assert status(lambda: last.post("tasks/image", body)) == 400


def test_a_task_needs_a_project_that_exists(last: V4) -> None:
    assert status(lambda: last.post("tasks/categorisation", {"attachment": "a"})) == 400
    for project in ("p_nothing", "nothing"):
        assert status(lambda where=project: made.text(last, where)) == 404  # type: ignore[misc]


@pytest.mark.parametrize("word", ["pdf", "audio"])
@pytest.mark.parametrize("attachment", ["https://example.org/a", "no address"])
def test_unknown_types_of_attachment_are_kept(last: V4, word: str, attachment: str) -> None:
    found = made.text(last, made.project(last), attachment=attachment, attachment_type=word)
    assert found["params"] == {"attachment": attachment, "attachment_type": word}


def test_external_data_keeps_what_cannot_be_fetched(last: V4) -> None:
    where = made.project(last)
    found = made.image(last, where, attachment="s3://bucket/a.png")
    assert found["params"] == {"attachment": "s3://bucket/a.png", "attachment_type": "image"}
    assert (found["external_data"], found["processing"]) == (True, False)
    found = made.text(last, where, external_data=True)
    assert found["external_data"] is True


def test_a_repeated_unique_id_gives_the_task_back(last: V4) -> None:
    where, other = made.project(last), made.project(last)
    first = made.text(last, where, unique_id="one", complete=True)
    assert made.text(last, where, unique_id="one", attachment="other words") == first
    assert made.text(last, other, unique_id="one")["id"] != first["id"]
    last.upload_image_task(where, "a.png", made.picture(), unique_id="one")
    last.upload_image_task(where, "a.png", made.picture(), unique_id="two")
    last.upload_image_task(where, "a.png", made.picture(), unique_id="two")
    made.text(last, where, unique_id=None)
    made.text(last, where, unique_id="")
    assert last.get_project_tasks(where).total == 4


# -------------------------------------------------------------------------------- listing


def test_pages(last: V4) -> None:
    where = made.project(last)
    ids = [made.text(last, where)["id"] for _ in range(5)]
    found = last.get_project_tasks(where)
    assert ([task["id"] for task in found], found.total) == (ids, 5)
    assert (found.next_url, found.previous_url) == (None, None)
    seen, offset = [], 0
    while offset < 5:
        found = last.get_project_tasks(where, limit=2, offset=offset)
        seen += [task["id"] for task in found]
        offset += found.limit
        assert found.total == 5
    assert seen == ids
    assert found.next_url is None


def test_neighbours_of_a_page_are_whole_addresses(home: Home, last: V4) -> None:
    where = made.project(last)
    for _ in range(5):
        made.text(last, where, complete=True)
    found = last.get_project_tasks(where, complete=True, limit=2, offset=2)
    assert found.next_url == (
        f"http://127.0.0.1:8420/api/v1/projects/{where}/tasks?complete=True&limit=2&offset=4"
    )
    assert str(found.previous_url).endswith("?complete=True&limit=2&offset=0")
    reply = home.call("GET", str(found.next_url).removeprefix("http://127.0.0.1:8420"))
    assert len(reply.data["results"]) == 1


def test_an_offset_past_the_end(any_old: clients.Client) -> None:
    where = made.project(any_old)
    made.text(any_old, where)
    found = any_old.get_project_tasks(where, limit=50, offset=480)
    assert ([*found], found.total, found.next_url) == ([], 1, None)


def test_a_hundred_tasks_where_no_limit_is_sent_and_a_thousand_where_it_is(
    home: Home, last: V4
) -> None:
    where = made.project(last)
    new = {"tasks": [{"item": {"type": "text", "text": "words"}}] * 101}
    assert home.call("POST", f"/api/v2/projects/{where}/tasks", new).status == 201
    assert (len(last.get_project_tasks(where)), last.get_project_tasks(where).total) == (100, 101)
    assert len(last.get_project_tasks(where, limit=1000)) == 101
    assert last.get_project_tasks(where).next_url is not None


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"complete": True}, 1),
        ({"complete": False}, 3),
        ({"rejected": True}, 1),
        ({"rejected": False}, 3),
        ({"work_started": True}, 2),
        ({"work_started": False}, 2),
        ({"status": "pending"}, 1),
        ({"status": "in_progress"}, 0),
        ({"status": "completed"}, 1),
        ({"status": "rejected"}, 1),
        ({"status": "processing"}, 1),
        ({"status": "error"}, 0),
        ({"status": "unheard of"}, 0),
        ({"complete": True, "rejected": True}, 0),
        ({"complete": False, "status": "pending"}, 1),
        ({"created_date__gte": "2022-01-01"}, 4),
        ({"created_date__lt": "2022-01-01 00:00:00"}, 0),
        ({"created_date__gt": "2022-01-01 00:00:00+00:00"}, 4),
        ({"created_date__lte": "2022-01-01T00:00:00.5Z"}, 0),
        ({"created_date": "2022-01-01"}, 0),
    ],
)
def test_filters(last: V4, filters: dict[str, Any], count: int) -> None:
    where = made.project(last)
    made.text(last, where)
    made.text(last, where, complete=True)
    last.create_image_task(where, "https://example.org/a.png")
    last.update_task(made.text(last, where)["id"], {"rejected": True, "annotations": ["x"]})
    found = last.get_project_tasks(where, **filters)
    assert (len(found), found.total) == (count, count)
    if "status" in filters:
        assert all(task["status"] == filters["status"] for task in found)


def test_work_that_waits_for_a_reviewer_goes_on_in_published_words(last: V4, home: Home) -> None:
    where = made.project(last)
    home.client().projects.update(where, reviewed=True)
    task = made.text(last, where)
    home.client().tasks.submit(task["id"])
    [found] = last.get_project_tasks(where, status="in_progress")
    assert (found["id"], found["status"], found["complete"]) == (task["id"], "in_progress", False)
    assert len(last.get_project_tasks(where, status="in_review")) == 0
    last.update_task(task["id"], {"complete": True})
    assert home.client().reviews.list(task["id"])[0].state == "accepted"


def test_created_date_matches_what_was_emitted(last: V4) -> None:
    where = made.project(last)
    tasks = [made.text(last, where) for _ in range(3)]
    for task in tasks:
        (found,) = last.get_project_tasks(where, created_date=task["created_date"])
        assert found["id"] == task["id"]
        with_space = task["created_date"].replace("T", " ").replace("Z", "+00:00")
        (found,) = last.get_project_tasks(where, created_date=with_space)
        assert found["id"] == task["id"]
    middle = tasks[1]["created_date"]
    assert last.get_project_tasks(where, created_date__gt=middle).total == 1
    assert last.get_project_tasks(where, created_date__gte=middle).total == 2
    both = last.get_project_tasks(where, created_date__gte=middle, created_date__lte=middle)
    assert both.total == 1


def test_a_plus_sign_that_was_not_escaped(home: Home, last: V4) -> None:
    where = made.project(last)
    made.text(last, where)
    path = f"/api/v1/projects/{where}/tasks?created_date__gt=2022-01-01T00:00:00+00:00"
    assert home.call("GET", path).data["count"] == 1


# ------------------------------------------------------------------------------- deleting


def test_posting_to_tasks_deletes(writer: V2) -> None:
    where = made.project(writer)
    ids = [made.text(writer, where)["id"] for _ in range(3)]
    assert writer.delete_tasks(ids[:2]) == {"deleted": 2}
    assert writer.delete_tasks([*ids, "t_unknown", "nonsense", ids[2]]) == {"deleted": 1}
    assert writer.delete_tasks([]) == {"deleted": 0}
    assert writer.get_project_tasks(where).total == 0


def test_posting_a_task_to_tasks_creates_nothing(last: V4) -> None:
    where = made.project(last)
    for body in ({"project": where, "attachment": "a"}, {"task_ids": "t_one"}):
        assert status(lambda sent=body: last.post("tasks", sent)) == 400  # type: ignore[misc]


# ------------------------------------------------------------------------------- changing


def test_what_a_change_takes(last: V4) -> None:
    where = made.project(last)
    task = made.image(last, where, made.BOX)
    change = {
        "complete": True,
        "tags": ["night", "rain"],
        "metadata": {"camera": 3},
        "batch": "second",
        "filename": "b.png",
        "unique_id": "mine",
        "annotations": [made.POLYGON],
    }
    found = last.update_task(task["id"], change)
    assert {key: found[key] for key in change if key != "annotations"} == {
        key: value for key, value in change.items() if key != "annotations"
    }
    assert [entry["label"] for entry in found["annotations"]] == ["Dog"]
    assert found == only(last, where)
    assert last.update_task(task["id"], {"batch_name": "third"})["batch"] == "third"


def test_a_change_of_a_place(last: V4) -> None:
    where = made.project(last, type="geospatial")
    last.create_geospatial_task(where, "map", zoom={"min": 1, "max": 2})
    task = only(last, where)
    bounds = {corner: {"lat": 1, "lng": 2, "epsg": None} for corner in made.CORNERS}
    found = last.update_task(task["id"], {"bounds": bounds})
    assert (found["zoom"], found["bounds"]) == ({"min": 1, "max": 2}, bounds)


def test_what_is_not_the_clients_to_change(last: V4) -> None:
    where = made.project(last)
    task = made.image(last, where, made.BOX)
    sent = {
        "id": "t_other",
        "global_key": "x",
        "project_id": "p_other",
        "dataset_id": "d_other",
        "task_type": "video",
        "params": {"attachment": "x", "attachment_type": "text"},
        "external_data": False,
        "workflow_stage": "x",
        "errors": ["x"],
        "error": True,
        "warnings": ["x"],
        "processing": True,
        "status": "completed",
        "created_date": "2020-01-01",
        "anything": "else",
    }
    assert last.update_task(task["id"], sent) == task


@pytest.mark.parametrize(
    "key",
    ["complete", "rejected", "tags", "metadata", "batch", "annotations", "filename", "unique_id"],
)
def test_null_changes_nothing(last: V4, key: str) -> None:
    where = made.project(last)
    task = made.image(last, where, made.BOX, complete=True, unique_id="mine", tags=["a"])
    assert last.update_task(task["id"], {key: None}) == task


def test_an_empty_change(last: V4) -> None:
    task = made.text(last, made.project(last))
    assert last.update_task(task["id"], {}) == task
    assert last.update_task(task["id"], None) == task
    assert last.call("PATCH", f"tasks/{task['id']}", {"tags": ["bare"]})["tags"] == ["bare"]
    assert last.call("PATCH", f"tasks/{task['id']}", None)["tags"] == ["bare"]


@pytest.mark.parametrize(
    "sent",
    [
        [1],
        {"complete": "perhaps"},
        {"complete": True, "rejected": True},
        {"tags": "one"},
        {"tags": [1]},
        {"metadata": "x"},
        {"annotations": {}},
        {"annotations": [{}]},
        {"batch": 1.5e300 * 10, "tags": 1},
    ],
)
def test_changes_that_are_none(last: V4, sent: Any) -> None:
    task = made.text(last, made.project(last))
    assert status(lambda: last.update_task(task["id"], sent)) == 400


def test_a_unique_id_that_is_taken(last: V4) -> None:
    where = made.project(last)
    made.text(last, where, unique_id="one")
    task = made.text(last, where, unique_id="two")
    assert status(lambda: last.update_task(task["id"], {"unique_id": "one"})) == 409


def test_a_task_that_was_rejected_can_be_completed_and_back(last: V4) -> None:
    where = made.project(last)
    task = made.text(last, where)["id"]
    last.update_task(task, {"complete": False, "rejected": True})
    # The client sends what it loaded, with the one value that its user set.
    found = last.update_task(task, {"complete": True, "rejected": True})
    assert (found["complete"], found["rejected"]) == (True, False)
    found = last.update_task(task, {"complete": True, "rejected": True})
    assert (found["complete"], found["rejected"]) == (False, True)


def test_a_task_of_a_dataset_stays_complete(last: V4) -> None:
    bench = made.bench(last)
    assert status(lambda: last.update_task(bench.task, {"complete": False})) == 409


# ---------------------------------------------- what saving in the last version must not lose


def test_loading_and_saving_changes_nothing(last: V4) -> None:
    where = made.project(last)
    point = {"label": "Eye", "type": "point", "x": 3, "y": 4}
    line = {"label": "Road", "type": "line", "vertices": made.PATH}
    odd = {"label": "Odd", "type": "cuboid", "corners": [1]}
    whole = {"label": "Night", "type": "categorisation"}
    made.image(last, where, made.BOX, made.POLYGON, point, line, odd, whole, complete=True)
    before = only(last, where)
    last.update_task(before["id"], read_task_as_v4(before))
    assert only(last, where) == before


def test_saving_keeps_other_shapes_and_takes_what_changed(last: V4) -> None:
    where = made.project(last)
    task = made.image(last, where, made.BOX, made.POLYGON)
    sent = read_task_as_v4(task)
    sent["annotations"][0]["left"] = 99
    sent["annotations"][1]["label"] = "Wolf"
    sent["annotations"].append({**made.BOX, "id": "new"})
    found = last.update_task(task["id"], sent)["annotations"]
    assert [entry["type"] for entry in found] == ["bounding-box", "polygon", "bounding-box"]
    assert [entry["id"] for entry in found] == [
        *(entry["id"] for entry in task["annotations"]),
        "new",
    ]
    assert found[0]["left"] == 99
    assert (found[1]["label"], found[1]["vertices"]) == ("Wolf", made.PATH)


def test_saving_a_task_that_nobody_began_leaves_it_pending(last: V4) -> None:
    where = made.project(last)
    task = made.image(last, where)
    found = last.update_task(task["id"], {**read_task_as_v4(task), "tags": ["seen"]})
    assert (found["status"], found["work_started"], found["tags"]) == ("pending", False, ["seen"])


def test_an_empty_list_empties_a_task_of_a_project_view(last: V4) -> None:
    task = made.image(last, made.project(last), made.BOX)
    sent = {**read_task_as_v4(task), "annotations": []}
    assert last.update_task(task["id"], sent)["annotations"] == []


def test_what_an_old_client_destroyed_can_be_brought_back(home: Home, last: V4) -> None:
    task = made.image(last, made.project(last), made.BOX, made.POLYGON)
    last.update_task(task["id"], {"annotations": []})
    client = home.client()
    (earlier,) = client.annotations.list_earlier(task["id"])
    client.annotations.restore(task["id"], earlier.version)
    (found,) = last.get_project_tasks(task["project_id"])
    assert found["annotations"] == task["annotations"]


@pytest.mark.parametrize("exclude", [True, False])
def test_saving_a_task_of_a_dataset_view(last: V4, *, exclude: bool) -> None:
    bench = made.bench(last, made.BOX, made.POLYGON)
    last.create_model_run(bench.dataset, bench.version, bench.task, made.BOX, 0.5)
    before = only(last, bench.project)
    (task,) = last.get_dataset_tasks(bench.dataset, exclude_annotations=exclude)
    assert task["dataset_id"] == bench.dataset
    last.update_task(task["id"], read_task_as_v4(task))
    assert only(last, bench.project) == before


def test_the_size_of_an_image_that_the_server_has_not(last: V4) -> None:
    where = made.project(last)
    task = made.image(last, where)["id"]
    for specs in ({"width": 0, "height": 0}, {"width": 4}, {"width": True, "height": 1}, None):
        assert last.update_task(task, {"media_specs": specs})["media_specs"] == {}
    size = {"width": 640, "height": 480}
    assert last.update_task(task, {"media_specs": size})["media_specs"] == size
    last.upload_image_task(where, "a.png", made.picture())
    stored = last.get_project_tasks(where)[1]
    assert last.update_task(stored["id"], {"media_specs": size})["media_specs"] == {
        "width": 40,
        "height": 30,
    }
