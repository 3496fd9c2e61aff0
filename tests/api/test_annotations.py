"""Annotations: added, replaced and changed, with the task's version as their guard."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from linlog import LinLogClient, errors
from linlog.server.services import annotations as rules
from linlog.shapes import Box, Keypoint, Keypoints, Mask, Other, Point, Polyline, Span
from linlog.wire.annotations import AnnotationCreate
from tests.conftest import Server
from tests.factories import annotations, organisations, tasks
from tests.factories.organisations import Home

SHAPES = (
    annotations.box(attributes={"sure": [1, None, {"a": "ä"}]}),
    annotations.polygon(),
    annotations.of(Polyline(((0.0, 0.0), (1.5, 2.0)))),
    annotations.of(Point(3.25, 4.0)),
    annotations.of(Mask((2, 3), (1, 2, 3))),
    annotations.of(Keypoints((Keypoint("nose", 1.0, 2.0),), Box(0.0, 0.0, 5.0, 6.5))),
    annotations.span(),
    annotations.whole(),
    annotations.of(Other({"knots": [1, 2]})),
)


def test_every_shape_is_given_back_as_it_was_sent(client: LinLogClient) -> None:
    task = client.annotations.create(tasks.create(client).id, SHAPES)
    assert [mark.shape for mark in task.annotations] == [mark.shape for mark in SHAPES]
    assert task.annotations[0].attributes == {"sure": [1, None, {"a": "ä"}]}
    assert (task.annotation_count, task.version) == (len(SHAPES), 1)
    assert [*client.annotations.list(task.id)] == [*task.annotations]
    assert client.annotations.get(task.annotations[2].id) == task.annotations[2]


def test_new_ones_follow_those_that_are_there(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"), annotations.box("b")))
    client.annotations.create(task.id, [annotations.box("c"), annotations.box("d")])
    assert [mark.label for mark in client.tasks.get(task.id).annotations] == [*"abcd"]


def test_one_that_does_not_fit_refuses_all(client: LinLogClient) -> None:
    task = tasks.create(client)
    with pytest.raises(errors.Invalid, match="ends at 25, but the text has 24") as caught:
        client.annotations.create(task.id, [annotations.whole(), annotations.span(end=25)])
    assert caught.value.field == "annotations.1.shape"
    assert client.tasks.get(task.id) == task
    assert client.annotations.create(task.id, annotations.span(end=24)).annotation_count == 1


def test_spans_count_characters_as_python_does(client: LinLogClient) -> None:
    task = client.create_ner_task(tasks.create(client).project_id, "🌍é")
    assert client.annotations.create(task.id, annotations.span(end=2)).annotation_count == 1
    with pytest.raises(errors.Invalid):
        client.annotations.create(task.id, annotations.span(end=3))


def test_a_replacement_is_whole(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"), annotations.box("b")))
    replaced = client.annotations.replace(task.id, [annotations.box("c")], version=task.version)
    assert [mark.label for mark in replaced.annotations] == ["c"]
    assert (replaced.annotation_count, replaced.version) == (1, task.version + 1)
    emptied = client.annotations.replace(task.id, [])
    assert (emptied.annotations, emptied.annotation_count) == ((), 0)


def test_what_a_replacement_keeps_stays_as_old_as_it_is(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"),))
    [first] = task.annotations
    again = AnnotationCreate(id=first.id, label="renamed", shape=first.shape)
    replaced = client.annotations.replace(task.id, [again, annotations.box("c")]).annotations
    assert (replaced[0].id, replaced[0].created_date) == (first.id, first.created_date)
    assert replaced[1].created_date > first.created_date


def test_of_those_who_replace_one_version_at_once_one_succeeds(client: LinLogClient) -> None:
    task = tasks.create(client)
    start = threading.Barrier(8)

    def replace(label: str) -> str | None:
        start.wait()
        try:
            client.annotations.replace(task.id, [annotations.box(label)], version=task.version)
        except errors.Conflict:
            return None
        return label

    with ThreadPoolExecutor(8) as pool:
        stored = [label for label in pool.map(replace, "abcdefgh") if label is not None]
    now = client.tasks.get(task.id)
    assert [mark.label for mark in now.annotations] == stored
    assert (len(stored), now.version) == (1, task.version + 1)


def test_a_replacement_of_what_moved_on_is_refused(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"),))
    client.annotations.create(task.id, annotations.box("b"))
    with pytest.raises(errors.Conflict, match="at version 1, not 0") as caught:
        client.annotations.replace(task.id, [], version=task.version)
    assert caught.value.field == "version"
    assert client.tasks.get(task.id).annotation_count == 2
    assert client.annotations.replace(task.id, [], version=1).version == 2


def test_a_change_of_a_task_may_replace_them_too(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"),))
    changed = client.tasks.update(task.id, annotations=[annotations.box("b")], complete=True)
    assert [mark.label for mark in changed.annotations] == ["b"]
    assert (changed.status, changed.version) == ("completed", 1)


def test_every_change_raises_the_version(client: LinLogClient) -> None:
    task = client.annotations.create(tasks.create(client).id, annotations.box())
    mark = task.annotations[0]
    client.annotations.update(mark.id, label="dog")
    assert client.tasks.get(task.id).version == 2
    client.annotations.delete(mark.id)
    found = client.tasks.get(task.id)
    assert (found.version, found.annotation_count, found.annotations) == (3, 0, ())
    assert client.tasks.update(task.id, tags=["a"]).version == 3


def test_what_is_absent_from_a_change_stays(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.span(attributes={"a": 1}),))
    mark = task.annotations[0]
    assert client.annotations.update(mark.id, label=" new ").label == "new"
    changed = client.annotations.update(mark.id, shape=Span(3, 4))
    assert (changed.label, changed.shape, changed.attributes) == ("new", Span(3, 4), {"a": 1})
    assert client.annotations.update(mark.id, attributes={}).attributes == {}
    with pytest.raises(errors.Invalid, match="ends at 99"):
        client.annotations.update(mark.id, shape=Span(3, 99))
    assert client.annotations.get(mark.id).shape == Span(3, 4)


def test_a_clients_own_id_is_kept_where_it_is_free(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box(id="mine-1"),))
    assert task.annotations[0].id == "mine-1"
    marks = [annotations.box(id=name) for name in ("mine-1", "inmem_2", "../x", "two", "two")]
    added = client.annotations.create(task.id, marks).annotations[1:]
    assert [mark.id == sent.id for mark, sent in zip(added, marks, strict=True)] == [
        *(False, False, False, True, False),
    ]
    assert len({mark.id for mark in added}) == 5


def test_ids_of_other_organisations_are_not_free(shared: Server, home: Home) -> None:
    theirs = tasks.create(home.client(), annotations=(annotations.box(id="only-one"),))
    other = organisations.create(shared).client()
    ours = tasks.create(other, annotations=(annotations.box(id="only-one"),))
    assert ours.annotations[0].id != "only-one"
    assert home.client().tasks.get(theirs.id) == theirs


def test_pre_annotations_leave_a_task_to_be_done(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box(source="model"),))
    assert (task.status, task.work_started, task.version) == ("pending", False, 0)
    assert task.annotations[0].source == "model"


# ------------------------------------------------------------------------------- earlier ones


def kept(client: LinLogClient, task_id: str) -> list[tuple[int, list[str]]]:
    """Versions that are kept of a task, newest first, with the labels that they had."""
    found = [*client.annotations.list_earlier(task_id, annotations=True).walk()]
    assert all(entry.annotation_count == len(entry.annotations) for entry in found)
    return [(entry.version, [mark.label for mark in entry.annotations]) for entry in found]


def test_what_a_change_takes_away_is_kept(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"), annotations.polygon("b")))
    first, second = task.annotations
    assert kept(client, task.id) == []
    client.annotations.update(first.id, label="c")
    client.annotations.delete(second.id)
    client.annotations.replace(task.id, [])
    client.tasks.update(task.id, annotations=[annotations.box("d")])
    client.tasks.update(task.id, annotations=[])
    assert kept(client, task.id) == [(4, ["d"]), (2, ["c"]), (1, ["c", "b"]), (0, ["a", "b"])]
    (newest,) = client.annotations.list_earlier(task.id, limit=1)
    assert (newest.version, newest.annotation_count, newest.annotations) == (4, 1, ())
    (oldest,) = client.annotations.list_earlier(task.id, annotations=True, limit=1, offset=3)
    assert oldest.annotations == task.annotations


def test_what_only_adds_keeps_nothing(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"),))
    client.annotations.create(task.id, annotations.box("b"))
    now = client.tasks.get(task.id).annotations
    client.annotations.replace(task.id, [*now, annotations.box("c")])
    client.annotations.update(now[0].id, label="a")
    assert kept(client, task.id) == []


def test_earlier_annotations_come_back_with_their_ids(client: LinLogClient) -> None:
    marks = (annotations.box("a", source="model"), annotations.span("b", attributes={"n": [1]}))
    task = tasks.create(client, annotations=marks)
    client.annotations.replace(task.id, [annotations.box("c")])
    found = client.annotations.restore(task.id, 0)
    same = ("id", "label", "shape", "attributes", "source")
    assert [[mark[key] for key in same] for mark in found.annotations] == [
        [mark[key] for key in same] for mark in task.annotations
    ]
    assert (found.version, found.annotation_count) == (2, 2)
    # What was replaced by them can come back in turn.
    assert [mark.label for mark in client.annotations.restore(task.id, 1).annotations] == ["c"]


def test_a_version_that_is_not_kept(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("a"),))
    with pytest.raises(errors.NotFound, match="version 0 of task") as caught:
        client.annotations.restore(task.id, 0)
    assert caught.value.field == "version"
    with pytest.raises(ValueError, match="version"):
        client.annotations.restore(task.id, -1)
    assert client.tasks.get(task.id).version == 0


def test_a_hundred_are_kept_the_first_and_the_latest_among_them(client: LinLogClient) -> None:
    task = tasks.create(client, annotations=(annotations.box("0"),))
    other = tasks.create(client, annotations=(annotations.box("0"),))
    client.annotations.replace(other.id, [])
    (mark,) = task.annotations
    for number in range(1, 103):
        client.annotations.update(mark.id, label=str(number))
    versions = [version for version, _ in kept(client, task.id)[::-1]]
    assert len(versions) == 100
    assert (versions[0], versions[-20:]) == (0, [*range(82, 102)])
    assert kept(client, other.id) == [(0, ["0"])]


def test_earlier_annotations_go_with_their_task(server: Server) -> None:
    client = server.client()
    task = tasks.create(client, annotations=(annotations.box("a"),))
    client.annotations.replace(task.id, [])
    client.tasks.delete(task.id)
    with server.machine.database.read() as conn:
        left = conn.exec_driver_sql("SELECT count(*) FROM earlier_annotations").scalar_one()
    assert left == 0


FLAT = (Box(1.0, 2.0, 0.0, 0.0), Box(1.0, 2.0, 0.0, 5.0), Box(1.0, 2.0, 5.0, 0.0, 30.0))


@pytest.mark.parametrize("shape", FLAT)
def test_a_box_that_marks_nothing_is_refused(client: LinLogClient, shape: Box) -> None:
    good = annotations.box()
    task = tasks.create(client, annotations=(good,))
    flat = annotations.of(shape)
    said = "marks nothing; its width and height must be above 0"
    held = task.annotations[0]
    asked = (
        lambda: tasks.create(client, annotations=(good, flat)),
        lambda: client.annotations.create(task.id, [good, flat]),
        lambda: client.annotations.replace(task.id, [good, flat]),
        lambda: client.annotations.update(held.id, shape=shape),
    )
    for ask in asked:
        with pytest.raises(errors.Invalid, match=said) as caught:
            ask()
        assert (caught.value.field or "").endswith("shape")
    assert client.tasks.get(task.id) == task


def test_a_flat_box_of_earlier_days_keeps_no_other_work_from_being_saved(
    client: LinLogClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(rules, "_check_extent", lambda *_: None)
        task = tasks.create(client, annotations=(annotations.of(FLAT[0]),))
    [old] = task.annotations
    kept = annotations.of(FLAT[0], id=old.id)
    changed = client.annotations.replace(task.id, [kept, annotations.box("dog")])
    assert [mark.label for mark in changed.annotations] == ["cat", "dog"]
    assert client.annotations.update(old.id, label="cow").shape == FLAT[0]
    with pytest.raises(errors.Invalid, match="marks nothing"):
        client.annotations.replace(task.id, [annotations.of(FLAT[1], id=old.id)])
