"""Dataset versions: frozen by content, told apart by it, and never changed by what comes later."""

import pytest

from linlog import LinLogClient, errors
from linlog.server.store import contents
from tests.conftest import Server
from tests.factories import annotations, datasets, evaluations, tasks
from tests.factories.organisations import Home


def test_a_version_says_what_the_dataset_held(client: LinLogClient) -> None:
    dataset = datasets.create(client, 3)
    made = client.dataset_versions.create(dataset.id, "spring")
    assert (made.number, made.name, made.task_count, made.annotation_count) == (1, "spring", 3, 3)
    assert made.dataset_id == dataset.id
    assert len({made.hash, *made.hashes.values()}) == 4
    assert client.dataset_versions.get(made.id) == made


def test_where_nothing_changed_there_is_no_new_version(client: LinLogClient) -> None:
    dataset = datasets.create(client)
    first = client.dataset_versions.create(dataset.id)
    again = client.dataset_versions.create(dataset.id, "spring")
    assert (again.id, first.name, again.name) == (first.id, None, "spring")
    assert client.dataset_versions.create(dataset.id, "spring") == again
    with pytest.raises(errors.Conflict, match="nothing has changed since version 1, named"):
        client.dataset_versions.create(dataset.id, "summer")
    assert client.dataset_versions.update(again.id, name="summer").name == "summer"


def test_an_undone_change_leads_back_to_the_first_version(client: LinLogClient) -> None:
    dataset = datasets.create(client)
    first = client.dataset_versions.create(dataset.id)
    annotation = client.tasks.get(datasets.task_ids(client, dataset.id)[0]).annotations[0]
    client.annotations.update(annotation.id, label="dog")
    second = client.dataset_versions.create(dataset.id)
    client.annotations.update(annotation.id, label="cat")
    project_label = client.labels.list(client.tasks.get(annotation.task_id).project_id)
    client.labels.delete(next(one.id for one in project_label if one.name == "dog"))
    assert client.dataset_versions.create(dataset.id).id == first.id
    assert second.number == 2
    assert second.hashes["annotations"] != first.hashes["annotations"]
    assert second.hashes["tasks"] == first.hashes["tasks"]


def test_versions_are_listed_newest_first(client: LinLogClient) -> None:
    dataset = datasets.create(client)
    first = client.dataset_versions.create(dataset.id)
    client.datasets.remove_tasks(dataset.id, datasets.task_ids(client, dataset.id)[:1])
    second = client.dataset_versions.create(dataset.id, "fewer")
    found = client.dataset_versions.list(dataset.id)
    assert [one.id for one in found] == [second.id, first.id]
    assert [one.id for one in client.dataset_versions.list(dataset.id, named=True)] == [second.id]


def test_the_difference_names_every_change(client: LinLogClient) -> None:
    dataset = datasets.create(client, 4)
    edited, tagged, gone, _ = datasets.task_ids(client, dataset.id)
    before = client.dataset_versions.create(dataset.id)
    kept = client.tasks.get(edited).annotations[0]
    client.annotations.update(kept.id, attributes={"occluded": True})
    client.annotations.create(edited, [annotations.box("dog", id="a_new")])
    client.tasks.update(tagged, tags=["night"])
    client.datasets.remove_tasks(dataset.id, [gone])
    new = tasks.completed(client, 1)[0].id
    client.datasets.add_tasks(dataset.id, [new])
    after = client.dataset_versions.create(dataset.id)
    found = client.dataset_versions.difference(after.id, since=before.id)

    def changes(part: str) -> set[tuple[str, str | None, str | None]]:
        return {
            (one.change, one.task_id, one.annotation_id) for one in getattr(found, part).changes
        }

    assert changes("tasks") == {
        ("changed", tagged, None),
        ("removed", gone, None),
        ("added", new, None),
    }
    lost, won = (client.tasks.get(one).annotations[0].id for one in (gone, new))
    assert changes("annotations") == {
        ("changed", edited, kept.id),
        ("added", edited, "a_new"),
        ("removed", gone, lost),
        ("added", new, won),
    }
    assert (found.annotations.added, found.annotations.removed) == (2, 1)
    by_id = {one.annotation_id: one for one in found.annotations.changes}
    assert by_id[kept.id].before["attributes"] == {}
    assert by_id[kept.id].after["attributes"] == {"occluded": True}
    assert [one.after["name"] for one in found.labels.changes] == ["dog"]
    retagged = next(one for one in found.tasks.changes if one.task_id == tagged)
    assert (retagged.before["tags"], retagged.after["tags"]) == ([], ["night"])
    same = client.dataset_versions.difference(before.id, since=before.id)
    assert (same.tasks.changes, same.annotations.changes, same.labels.changes) == ((), (), ())


def test_a_version_tells_after_its_tasks_are_gone(client: LinLogClient) -> None:
    dataset = datasets.create(client)
    before = client.dataset_versions.create(dataset.id)
    client.tasks.delete(datasets.task_ids(client, dataset.id))
    after = client.dataset_versions.create(dataset.id)
    found = client.dataset_versions.difference(after.id, since=before.id)
    assert (found.tasks.removed, found.annotations.removed) == (2, 2)
    assert found.annotations.changes[0].before["label"] == "cat"


def test_two_datasets_have_no_difference(client: LinLogClient) -> None:
    first, second = (
        client.dataset_versions.create(datasets.create(client).id).id for _ in range(2)
    )
    with pytest.raises(errors.Invalid, match="a version of another dataset") as caught:
        client.dataset_versions.difference(first, since=second)
    assert caught.value.field == "since"


def test_what_an_evaluation_judged_by_stays(client: LinLogClient, shared: Server) -> None:
    evaluation = evaluations.finished(client, shared)
    version_id = evaluation.dataset_version_id
    with pytest.raises(errors.Conflict, match=f"evaluation {evaluation.id} judged by it"):
        client.dataset_versions.delete(version_id)
    client.evaluations.delete(evaluation.id)
    assert client.dataset_versions.delete(version_id).deleted == 1
    with pytest.raises(errors.NotFound):
        client.dataset_versions.get(version_id)


def test_content_is_kept_once(home: Home) -> None:
    client = home.client()
    dataset = datasets.create(client, 30)

    def kept() -> int:
        with home.server.machine.database.read() as conn:
            return contents.size_bytes(conn, home.id)

    client.dataset_versions.create(dataset.id)
    whole = kept()
    task_id = datasets.task_ids(client, dataset.id)[0]
    client.tasks.update(task_id, metadata={"seen": 1})
    client.dataset_versions.create(dataset.id)
    assert kept() - whole < whole / 3


def test_a_renamed_label_changes_the_annotations(client: LinLogClient) -> None:
    dataset = datasets.create(client)
    before = client.dataset_versions.create(dataset.id)
    project_id = client.tasks.get(datasets.task_ids(client, dataset.id)[0]).project_id
    label = client.labels.list(project_id)[0]
    client.labels.update(label.id, name="lion")
    after = client.dataset_versions.create(dataset.id)
    found = client.dataset_versions.difference(after.id, since=before.id)
    assert (found.annotations.changed, found.labels.added, found.labels.removed) == (2, 1, 1)
