"""Frozen evaluations: what they were made of, the same digits again, and what made them stale."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from linlog import LinLogClient, errors
from linlog.evaluation import kinds
from linlog.server.services import evaluations as rules
from linlog.server.store import tables
from linlog.shapes import Box
from linlog.wire import codec
from linlog.wire.blocks import Report, Scalars
from tests.conftest import Server, Template, running
from tests.factories import annotations, datasets, evaluations, model_runs, predictions, tasks
from tests.factories.organisations import Home

PARTS = {"tasks", "annotations", "taxonomy", "predictions", "settings"}


def test_an_evaluation_says_what_it_was_made_of(client: LinLogClient, shared: Server) -> None:
    found = evaluations.finished(client, shared)
    assert found.hashes.keys() == PARTS
    version = client.dataset_versions.get(found.dataset_version_id)
    assert version.hashes.items() <= found.hashes.items()
    other = client.evaluations.create(found.model_run_id, config={"iou_threshold": 0.75})
    shared.work()
    again = client.evaluations.get(other.id)
    assert {key for key in PARTS if again.hashes[key] != found.hashes[key]} == {"settings"}
    assert again.dataset_version_id == version.id


def test_corrected_labels_make_it_stale_and_leave_its_report(
    client: LinLogClient, shared: Server
) -> None:
    found = evaluations.finished(client, shared)
    report = client.evaluations.report(found.id)
    assert (found.stale, found.changed) == (False, ())
    task_id = datasets.task_ids(client, found.dataset_id)[0]
    client.annotations.create(task_id, [annotations.box("dog", left=50)])
    stale = client.evaluations.get(found.id)
    assert (stale.stale, stale.changed) == (True, ("annotations",))
    assert [each.stale for each in client.evaluations.list()] == [True]
    assert client.evaluations.report(found.id) == report
    assert client.evaluations.verify(found.id).equal
    again = client.evaluations.create(found.model_run_id)
    shared.work()
    after = client.evaluations.get(again.id)
    assert not after.stale
    assert after.scalars["recall"] < found.scalars["recall"]
    assert client.evaluations.verify(found.id).equal


def test_a_report_is_verified_block_by_block(client: LinLogClient, shared: Server) -> None:
    found = evaluations.finished(client, shared)
    report = client.evaluations.report(found.id)
    # As older code stored it, which had one block fewer.
    _store(shared, found.id, replace(report, blocks=report.blocks[:-1]))
    verified = client.evaluations.verify(found.id)
    name = report.blocks[-1].name
    assert (verified.equal, verified.unequal, verified.added) == (True, (), (name,))
    first = report.blocks[0]
    assert isinstance(first, Scalars)
    scalar = first.scalars[0]
    assert scalar.value is not None
    # As an older release worded it, and then with another number.
    worded = replace(scalar, title="mAP50", description="Mean of AP at IoU .50.")
    same = replace(first, title="Numbers", scalars=(worded, *first.scalars[1:]))
    _store(shared, found.id, replace(report, blocks=(same, *report.blocks[1:])))
    assert client.evaluations.verify(found.id).equal
    moved = replace(scalar, value=scalar.value + 1e-12)
    wrong = replace(first, scalars=(moved, *first.scalars[1:]))
    _store(shared, found.id, replace(report, blocks=(wrong, *report.blocks[1:])))
    verified = client.evaluations.verify(found.id)
    assert (verified.equal, verified.unequal, verified.added) == (False, (first.name,), ())


def _store(shared: Server, evaluation_id: str, report: Report) -> None:
    with shared.machine.database.write("tests") as conn:
        conn.execute(
            tables.evaluations.update()
            .where(tables.evaluations.c.id == evaluation_id)
            .values(report=codec.encode(report).decode())
        )


def test_what_tasks_were_judged_by_is_told_whatever_became_of_them(
    client: LinLogClient, shared: Server
) -> None:
    found = evaluations.finished(client, shared)
    ids = datasets.task_ids(client, found.dataset_id)
    before = {each: client.tasks.get(each).annotations for each in ids}

    def told() -> dict[str, tuple[bool, list[tuple[object, ...]]]]:
        return {
            each.task_id: (
                each.changed,
                [(one.id, one.label, one.shape, one.attributes) for one in each.annotations],
            )
            for each in client.evaluations.truths(found.id, ids).truths
        }

    def then(task_id: str) -> list[tuple[object, ...]]:
        return [(one.id, one.label, one.shape, one.attributes) for one in before[task_id]]

    assert told() == {each: (False, then(each)) for each in ids}
    client.annotations.create(ids[0], [annotations.box("dog", left=50)])
    client.tasks.update(ids[0], tags=["seen again"])
    client.tasks.update(ids[1], tags=["seen again"])
    assert told() == {each: (each == ids[0], then(each)) for each in ids}
    added = [one for one in client.tasks.get(ids[0]).annotations if one.label == "dog"]
    client.annotations.delete(added[0].id)
    # What is as it was again has not changed.
    assert told() == {each: (False, then(each)) for each in ids}
    client.tasks.delete(ids[0])
    assert told() == {each: (each == ids[0], then(each)) for each in ids}


def test_truths_are_of_judged_tasks_and_not_of_all_at_once(
    client: LinLogClient, shared: Server
) -> None:
    found = evaluations.finished(client, shared)
    other = datasets.task_ids(client, datasets.create(client, 1).id)
    with pytest.raises(errors.NotFound, match=f"judged no task {other[0]}"):
        client.evaluations.truths(found.id, other)
    for wanted in ([], [f"t_{number}" for number in range(201)]):
        with pytest.raises(errors.Invalid, match="give 1 to 200 tasks") as caught:
            client.evaluations.truths(found.id, wanted)
        assert caught.value.field == "task_ids"


def test_every_way_to_change_is_noticed(client: LinLogClient, shared: Server) -> None:
    def changed_by(change: object) -> tuple[str, ...]:
        found = evaluations.finished(client, shared)
        member = client.tasks.get(datasets.task_ids(client, found.dataset_id)[0])
        change(found, member)
        return client.evaluations.get(found.id).changed

    def rename(_: object, task: object) -> None:
        client.labels.update(client.labels.list(task.project_id)[0].id, name="lion")

    def predict(found: object, task: object) -> None:
        predictions.send(client, found.model_run_id, [predictions.of(task.id)])

    assert changed_by(lambda _, task: client.annotations.delete(task.annotations[0].id)) == (
        "annotations",
    )
    assert changed_by(lambda _, task: client.annotations.replace(task.id, [])) == ("annotations",)
    assert changed_by(rename) == ("annotations",)
    assert changed_by(predict) == ("predictions",)
    assert changed_by(lambda _, task: client.tasks.delete(task.id)) == ("tasks",)
    assert changed_by(lambda _, task: client.projects.delete(task.project_id)) == ("tasks",)
    assert changed_by(
        lambda found, task: client.datasets.remove_tasks(found.dataset_id, [task.id])
    ) == ("tasks",)
    assert changed_by(
        lambda found, _: client.datasets.add_tasks(found.dataset_id, tasks.completed(client, 1))
    ) == ("tasks",)
    assert changed_by(lambda _, task: client.tasks.update(task.id, tags=["night"])) == ()


def test_finishing_evaluates_anew_what_is_stale(client: LinLogClient, shared: Server) -> None:
    found = evaluations.finished(client, shared)
    finish = client.model_versions.finish
    assert [one.id for one in finish(found.model_version_id).evaluations] == [found.id]
    task_id = datasets.task_ids(client, found.dataset_id)[0]
    client.annotations.create(task_id, [annotations.box("dog", left=50)])
    started = finish(found.model_version_id).evaluations
    assert [one.id for one in started] != [found.id]


def test_a_dataset_can_be_judged_as_it_was(client: LinLogClient, shared: Server) -> None:
    found = evaluations.finished(client, shared)
    task_id = datasets.task_ids(client, found.dataset_id)[0]
    client.annotations.create(task_id, [annotations.box("dog", left=50)])
    made = client.evaluations.create(
        found.model_run_id, dataset_version_id=found.dataset_version_id
    )
    shared.work()
    again = client.evaluations.get(made.id)
    assert (again.hashes, again.scalars, again.stale) == (found.hashes, found.scalars, False)
    elsewhere = client.dataset_versions.create(datasets.create(client).id)
    with pytest.raises(errors.Invalid, match="not of the run's") as caught:
        client.evaluations.create(found.model_run_id, dataset_version_id=elsewhere.id)
    assert caught.value.field == "dataset_version_id"


def test_an_edit_of_one_task_matches_that_task_alone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, server = home.client(), home.server
    found = evaluations.finished(client, server, dataset_id=datasets.create(client, 9).id)
    detection, matched = kinds.get("detection"), []

    def match(self: object, items: object, config: object) -> object:
        known = [*items]
        matched.extend(item.task_id for item in known)
        return plain(self, known, config)

    plain = type(detection).match
    monkeypatch.setattr(type(detection), "match", match)
    task_ids = datasets.task_ids(client, found.dataset_id)
    client.annotations.create(task_ids[4], [annotations.box("dog", left=50)])
    again = client.evaluations.create(found.model_run_id)
    server.work()
    assert [each for each in matched if each in task_ids] == [task_ids[4]]
    monkeypatch.undo()
    assert client.evaluations.verify(again.id).equal


def test_what_a_deleted_task_held_cannot_be_made_anew(client: LinLogClient, shared: Server) -> None:
    found = evaluations.finished(client, shared)
    report = client.evaluations.report(found.id)
    client.tasks.delete(datasets.task_ids(client, found.dataset_id)[0])
    assert client.evaluations.report(found.id) == report
    with pytest.raises(errors.Conflict, match="are gone with it"):
        client.evaluations.verify(found.id)


def test_tallies_of_another_matcher_are_made_anew(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = home.client()
    found = evaluations.finished(client, home.server)
    monkeypatch.setattr(type(kinds.get("detection")), "version", 99)
    with home.server.machine.database.read() as conn:
        ctx = home.context(conn)
        assert rules.tally(ctx, found).tasks == tuple(
            sorted(datasets.task_ids(client, found.dataset_id))
        )


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_arrival_changes_no_byte(
    template: Template, tmp_path: Path, seed: int
) -> None:
    if template.postgresql is not None:
        pytest.skip("copies a folder with its database; the same code runs on both")
    with running(template, tmp_path / "first") as first:
        client = first.client()
        dataset = datasets.create(client, 12, marks=[])
        members = datasets.task_ids(client, dataset.id)
        run = model_runs.create(client, dataset_id=dataset.id)
    random = np.random.default_rng(seed)
    truths = [(str(random.choice(members)), f"a_{place}", _box(random)) for place in range(60)]
    found = [
        predictions.of(
            str(random.choice(members)),
            str(random.choice(["cat", "dog"])),
            _box(random),
            float(random.choice([0.25, 0.5, 0.75])),
            id=f"pr_{place:022d}",
        )
        for place in range(200)
    ]
    copy = Template(tmp_path / "first", template.token)
    results = []
    for number in range(2):
        with running(copy, tmp_path / f"copy {number}") as server:
            client = server.client()
            for place in random.permutation(len(truths)).tolist():
                task_id, identity, shape = truths[place]
                label = ("cat", "dog")[place % 2]
                client.annotations.create(task_id, [annotations.of(shape, label, id=identity)])
            for some in np.array_split(random.permutation(len(found)), 5):
                predictions.send(client, run.id, [found[place] for place in some.tolist()])
                if number:
                    server.work()
            made = client.evaluations.create(run.id)
            server.work()
            evaluation = client.evaluations.get(made.id)
            where = f"/evaluations/{made.id}/report"
            results.append((evaluation.hashes, client._http.content(where).content))
            assert client.evaluations.verify(made.id).equal
    assert results[0] == results[1]


def _box(random: np.random.Generator) -> Box:
    left, top = (random.integers(0, 4, 2) * 5).tolist()
    return Box(float(left), float(top), 10.0, float(random.choice([8, 10])))
