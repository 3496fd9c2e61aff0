"""Projects, labels and tasks of every kind, made through the SDK."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image

from linlog import LinLogClient, errors
from linlog.shapes import Box, Point, Polygon, Span, Whole
from tests.client.conftest import BOX, Scene

Png = Callable[..., bytes]


def test_images_by_path_bytes_file_and_pillow(
    client: LinLogClient, tmp_path: Path, png: Png
) -> None:
    file = tmp_path / "grün.png"
    file.write_bytes(png())
    project = client.create_project("images")
    tasks = client.create_tasks(
        project.id,
        [
            file,
            str(file),
            {"attachment": str(file), "attachment_type": "image", "unique_id": "u"},
            png(3),
            BytesIO(png(4)),
            Image.new("L", (64, 48)),
        ],
    )
    assert [task.item.type for task in tasks] == ["image"] * 6
    assert {(task.item.width, task.item.height) for task in tasks} == {(64, 48)}
    assert tasks[0].item.filename == "grün.png"
    assert tasks[2].unique_id == "u"
    assert tasks[0].item.file_id is not None
    assert client.files.content(tasks[0].item.file_id) == png()
    again = client.upload_image_task(project.id, str(file), unique_id="u")
    assert again.id == tasks[2].id


def test_a_missing_file_is_named(client: LinLogClient) -> None:
    project = client.create_project("images")
    with pytest.raises(ValueError, match="'nowhere.png' is no file on this machine"):
        client.upload_image_task(project.id, "nowhere.png")
    with pytest.raises(ValueError, match="is empty"):
        client.create_image_task(project.id, b"")
    assert client.get_project_tasks(project.id).count == 0


def test_categorisation_tasks(client: LinLogClient) -> None:
    project = client.create_project("kinds", "categorisation", labels=["good", "bad"])
    assert {label.shape for label in project.labels} == {"whole"}
    text = client.create_categorisation_task(
        project.id, "fine weather", annotations=[{"label": "good", "task_type": "categorisation"}]
    )
    assert (text.kind, text.item.type, text.item.text) == ("categorisation", "text", "fine weather")
    assert text.annotations[0].shape == Whole()
    html = client.create_categorisation_task(project.id, "<b>x</b>", "html", complete=True)
    assert (html.item.type, html.complete) == ("html", True)
    frame = client.create_categorisation_task(project.id, "https://example.org/", "iframe", "b2")
    assert (frame.item.url, frame.batch) == ("https://example.org/", "b2")
    with pytest.raises(ValueError, match="attachment_type"):
        client.create_categorisation_task(project.id, "x", "sound")


def test_text_spans(client: LinLogClient) -> None:
    project = client.create_project("names", "named-entities", labels=["place"])
    task = client.create_ner_task(
        project.id,
        "Paris in spring",
        annotations=[{"label": "place", "start": 0, "end": 5}],
        tokens=["Paris", "in", "spring"],
    )
    assert (task.kind, task.annotations[0].shape) == ("ner", Span(0, 5))
    assert task.details["tokens"] == ["Paris", "in", "spring"]


def test_annotate_complete_reject(client: LinLogClient, png: Png) -> None:
    project = client.create_project("work")
    task = client.create_image_task(project.id, png())
    assert task.status == "pending"
    task = client.annotate_task(
        task.id,
        [
            BOX,
            {"label": "cell", "shape": Point(3.0, 4.0)},
            {"name": "cell", "type": "polygon", "vertices": [(0, 0), (5, 0), (5, 5)]},
        ],
    )
    assert [type(entry.shape) for entry in task.annotations] == [Box, Point, Polygon]
    assert client.complete_task(task.id).status == "completed"
    assert client.reopen_task(task.id).complete is False
    rejected = client.reject_task(task.id, "the second one is wrong")
    assert (rejected.status, rejected.rejection_reason) == ("rejected", "the second one is wrong")
    changed = client.update_task(task.id, {"tags": ["a"]}, batch_name="next", annotations=[BOX])
    assert (changed.tags, changed.batch, len(changed.annotations)) == (("a",), "next", 1)
    assert client.delete_tasks([task]).deleted == 1
    with pytest.raises(errors.NotFound):
        client.get_task(task.id)


def test_what_would_stand_on_a_task_twice_is_refused(client: LinLogClient, png: Png) -> None:
    project = client.create_project("work")
    task = client.create_image_task(project.id, png())
    client.annotate_task(task.id, BOX)
    for again in (BOX, [{"label": "cell", "shape": Point(3.0, 4.0)}, BOX]):
        with pytest.raises(errors.Conflict, match="says what another one") as caught:
            client.annotate_task(task.id, again)
        assert caught.value.field == f"annotations.{1 if isinstance(again, list) else 0}"
    point = {"label": "cell", "shape": Point(3.0, 4.0)}
    with pytest.raises(errors.Conflict, match="annotation 1 "):
        client.annotate_task(task.id, [point, point])
    assert len(client.annotate_task(task.id, point).annotations) == 2
    client.complete_task(task.id)
    other = {"label": "cell", "shape": Point(5.0, 6.0)}
    with pytest.raises(errors.Conflict, match="is complete, and has 2 as its ground truth"):
        client.annotate_task(task.id, other)
    assert len(client.get_task(task.id).annotations) == 2
    beside = client.annotate_task(task.id, [other, BOX], replace=False)
    assert len(beside.annotations) == 4
    instead = client.annotate_task(task.id, other, replace=True)
    assert [entry.shape for entry in instead.annotations] == [Point(5.0, 6.0)]
    empty = client.create_image_task(project.id, png(), complete=True)
    assert len(client.annotate_task(empty.id, BOX).annotations) == 1


def test_a_stale_version_is_a_conflict(client: LinLogClient, png: Png) -> None:
    project = client.create_project("work")
    task = client.create_image_task(project.id, png())
    newer = client.annotations.replace(task.id, [BOX], version=task.version)
    with pytest.raises(errors.Conflict):
        client.annotations.replace(task.id, [], version=task.version)
    (kept,) = client.annotations.list(task.id)
    assert kept.id == newer.annotations[0].id
    assert client.annotations.update(kept.id, shape={"x": 1, "y": 2}).shape == Point(1.0, 2.0)
    client.annotations.delete(kept.id)
    assert client.get_task(task.id).annotations == ()


def test_wrong_annotations_are_refused_before_anything_is_sent(client: LinLogClient) -> None:
    project = client.create_project("work")
    for wrong in ({"label": "a", "left": 1}, {"lable": "a"}, {"label": "a", "lft": 2}, 7):
        with pytest.raises(ValueError, match="."):
            client.create_tasks(project.id, [{"attachment": "t", "annotations": [wrong]}])
    with pytest.raises(ValueError, match="unknown key 'annotation'; a task takes"):
        client.create_tasks(project.id, [{"attachment": "t", "annotation": []}])
    assert client.get_project_tasks(project.id).count == 0


def test_bulk_is_cut_into_requests(client: LinLogClient) -> None:
    project = client.create_project("many", "categorisation")
    tasks = client.create_tasks(project.id, (f"text {at}" for at in range(1203)))
    assert [task.item.text for task in tasks[:3]] == ["text 0", "text 1", "text 2"]
    assert client.get_project_tasks(project.id, limit=1).count == 1203
    walked = [task.id for task in client.get_project_tasks(project.id, limit=500).walk()]
    assert walked == [task.id for task in tasks]


def test_labels(client: LinLogClient) -> None:
    project = client.create_project(
        "labels",
        objects_to_annotate=[
            {"name": "a", "task_type": "line", "colour_code": {"r": 255, "g": 0, "b": 10}}
        ],
    )
    assert (project.labels[0].shape, project.labels[0].colour) == ("polyline", "#ff000a")
    added = client.create_project_label(project.id, {"label": "b", "task_type": "polygon"})
    assert client.update_project_label(added.id, name="c").name == "c"
    other = client.create_project("other")
    assert {label.name for label in client.import_taxonomy(other.id, project.id)} == {"a", "c"}
    assert client.import_taxonomy(other.id, project.id) == []
    client.delete_project_label(added.id)
    assert [label.name for label in client.labels.list(project.id)] == ["a"]


def test_project_life(client: LinLogClient) -> None:
    project = client.create_project("one")
    assert client.update_project(project.id, title="two").title == "two"
    assert client.create_batch(project.id, "x").name == "x"
    client.delete_project(project.id)
    with pytest.raises(errors.NotFound):
        client.get_project(project.id)


def test_dataset_from_tasks(client: LinLogClient, scene: Scene) -> None:
    first, *rest = scene.tasks
    dataset = client.create_dataset("few", task_ids=[first])
    assert dataset.task_count == 1
    assert client.add_dataset_tasks(dataset.id, [task.id for task in rest]).added == 4
    client.remove_dataset_tasks(dataset.id, first.id)
    assert client.get_dataset(dataset.id).task_count == 4
    client.delete_dataset(dataset.id)
    assert client.get_task(first.id).complete


def test_only_completed_tasks_enter_a_dataset(client: LinLogClient) -> None:
    project = client.create_project("p", "categorisation")
    (task,) = client.create_tasks(project.id, ["not done"])
    with pytest.raises(errors.ApiError, match="complete"):
        client.create_dataset("d", task_ids=[task.id])


def test_pandas_and_notebook(client: LinLogClient, scene: Scene) -> None:
    page = client.get_project_tasks(scene.project.id)
    frame = page.to_pandas()
    assert list(frame["id"]) == [task.id for task in scene.tasks]
    assert "<caption>5</caption>" in page._repr_html_()


@pytest.mark.parametrize("number", [float("nan"), float("inf"), -float("inf")])
def test_what_json_cannot_carry_is_refused_before_it_is_sent(
    client: LinLogClient, number: float
) -> None:
    project = client.create_project("x").id
    task = client.create_tasks(project, [{"attachment": "words"}])[0]
    odd = {"deep": [1, {"er": number}]}
    mark = {"label": "cat", "attributes": odd}
    refused = {
        "metadata": [
            lambda: client.create_tasks(project, [{"attachment": "x", "metadata": odd}]),
            lambda: client.tasks.update(task.id, metadata=odd),
        ],
        "attributes": [
            lambda: client.create_tasks(project, [{"attachment": "x", "annotations": [mark]}]),
            lambda: client.annotations.create(task.id, mark),
            lambda: client.annotations.replace(task.id, [mark]),
            lambda: client.create_project("y", annotation_attributes=[odd]),
        ],
    }
    for name, calls in refused.items():
        for call in calls:
            with pytest.raises(ValueError, match=rf"{name} must hold finite numbers, but has "):
                call()
    kept = client.annotations.create(task.id, {"label": "cat", "attributes": {"a": [None, 1.5]}})
    with pytest.raises(ValueError, match=r"finite numbers, but has .* at deep\.1\.er"):
        client.annotations.update(kept.annotations[0].id, attributes=odd)
    with pytest.raises(ValueError, match="must hold finite numbers"):
        client.annotations.create(
            task.id, {"label": "cat", "shape": {"type": "other", "data": odd}}
        )
    assert client.tasks.get(task.id) == kept
    assert client.get_project_tasks(project).count == 1
    assert [one.title for one in client.get_projects()] == ["x"]
