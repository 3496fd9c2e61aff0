"""One request, one transaction: all of it, or nothing; and what was answered is on disk."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Barrier

import pytest
import sqlalchemy as sa

from linlog import LinLogClient, errors, limits
from linlog.server.context import Context
from linlog.server.services import annotations as annotation_rules
from linlog.server.services import batches as batch_rules
from linlog.server.services import comments as comment_rules
from linlog.server.services import projects as project_rules
from linlog.server.sharing import Outcome
from linlog.server.store import tables
from linlog.wire.comments import Comment, CommentCreate
from tests.conftest import Server
from tests.factories import (
    annotations,
    commits,
    datasets,
    log_entries,
    model_runs,
    model_versions,
    predictions,
    projects,
    tasks,
)
from tests.factories.organisations import Home
from tests.patience import PATIENCE_S


def counted(server: Server, table: str) -> int:
    """The rows of a table, by a connection that has nothing to do with the server's."""
    with server.outside.connect() as conn:
        return conn.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one()


def test_a_failure_in_the_middle_leaves_nothing(
    home: Home, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    project = projects.create(home.client())
    before = [counted(home.server, name) for name in ("tasks", "batches", "annotations", "labels")]

    def fail(*_: object) -> None:
        message = "planted"
        raise RuntimeError(message)

    monkeypatch.setattr(annotation_rules, "insert_first", fail)
    body = {"tasks": [tasks.text(batch="new").to_dict()]}
    reply = home.call("POST", f"/api/v2/projects/{project.id}/tasks", body)
    assert reply.status == 500
    assert "planted" in capsys.readouterr().err
    after = [counted(home.server, name) for name in ("tasks", "batches", "annotations", "labels")]
    assert after == before


def test_a_refusal_at_the_end_takes_the_beginning_back(home: Home) -> None:
    before = counted(home.server, "projects")

    def refuse(*_: object) -> None:
        message = "planted"
        raise errors.Conflict(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(batch_rules, "create_main", refuse)
        headers = {"Idempotency-Key": "again"}
        reply = home.call("POST", "/api/v2/projects", {"title": "x"}, headers=headers)
        assert reply.status == 409
    assert counted(home.server, "projects") == before
    assert home.call("POST", "/api/v2/projects", {"title": "x"}, headers=headers).status == 201


def test_an_answer_is_readable_by_everyone_at_once(home: Home) -> None:
    client = home.client()
    before = counted(home.server, "projects")
    for number in range(1, 4):
        projects.create(client)
        assert counted(home.server, "projects") == before + number


def test_reading_changes_nothing_even_where_a_service_writes(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = projects.create(home.client())
    found = project_rules.get

    def writes(ctx, project_id):
        ctx.conn.exec_driver_sql("DELETE FROM batches")
        return found(ctx, project_id)

    before = counted(home.server, "batches")
    monkeypatch.setattr(project_rules, "get", writes)
    assert home.call("GET", f"/api/v2/projects/{project.id}").status == 200
    assert counted(home.server, "batches") == before > 0


def at_once(work, number: int = 8) -> list:
    """What `work` gives for each of several threads that begin together."""
    barrier = Barrier(number)

    def begin(place: int):
        barrier.wait(PATIENCE_S)
        return work(place)

    with ThreadPoolExecutor(number) as pool:
        return [*pool.map(begin, range(number))]


def test_threads_that_create_at_once_lose_nothing(client: LinLogClient) -> None:
    project = projects.create(client)

    def create(place: int) -> list[str]:
        new = [tasks.text(f"{place}-{number}", batch=f"b{place % 3}") for number in range(5)]
        return [task.id for task in client.tasks.create_all(project.id, new)]

    made = {task_id for some in at_once(create) for task_id in some}
    found = [task.id for task in client.tasks.list(project.id, limit=7).walk()]
    assert len(made) == len(found) == 40
    assert made == {*found}
    assert len(client.batches.list(project.id)) == 4


def test_threads_that_log_at_once_get_one_place_each(client: LinLogClient) -> None:
    version = model_versions.create(client)

    def log(place: int) -> int:
        new = [log_entries.of(number, place=place, at=number) for number in range(5)]
        return log_entries.send(client, version.id, new, client_id=f"c{place}").accepted

    assert sum(at_once(log)) == 40
    found = client.log_entries.everything(version.id)
    assert [entry.sequence for entry in found] == [*range(1, 41)]
    for place in range(8):
        own = [entry.data["at"] for entry in found if entry.data["place"] == place]
        assert own == [*range(5)]


def test_the_same_unique_id_at_once_makes_one_task(client: LinLogClient) -> None:
    project = projects.create(client)
    made = at_once(lambda _: tasks.create(client, project.id, unique_id="one").id)
    assert len({*made}) == 1


def test_the_same_key_at_once_makes_one_project(home: Home) -> None:
    headers = {"Idempotency-Key": "at once"}
    home.token()

    def create(_: int):
        return home.call("POST", "/api/v2/projects", {"title": "x"}, headers=headers).data["id"]

    assert len({*at_once(create)}) == 1
    assert home.client().projects.list().count == 1


def test_the_same_run_at_once_is_begun_once(client: LinLogClient) -> None:
    dataset, version = datasets.create(client), model_versions.create(client)
    made = at_once(lambda _: client.model_runs.create(dataset.id, version.id).id)
    assert len({*made}) == 1


def test_the_same_predictions_at_once_are_stored_once(client: LinLogClient) -> None:
    run = model_runs.create(client)
    new = [predictions.of(task_id) for task_id in datasets.task_ids(client, run.dataset_id)]
    receipts = at_once(lambda _: predictions.send(client, run.id, new))
    assert sum(receipt.accepted for receipt in receipts) == 2
    assert sum(receipt.repeated for receipt in receipts) == 14


def test_of_two_replacements_one_is_told_that_the_task_moved_on(client: LinLogClient) -> None:
    task = tasks.create(client)

    def replace(place: int) -> str:
        try:
            mark = annotations.box(f"l{place}")
            return client.annotations.replace(task.id, [mark], version=0).annotations[0].label
        except errors.Conflict:
            return "refused"

    told = at_once(replace)
    assert told.count("refused") == 7
    kept = client.tasks.get(task.id)
    assert [mark.label for mark in kept.annotations] == [one for one in told if one != "refused"]
    assert kept.version == 1


@contextmanager
def held(home: Home, requests: int) -> Iterator[None]:
    """Somebody writes until so many requests wait, and then hands its transaction on to them."""
    database = home.server.machine.database
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(limits, "SHARED_COMMIT_MS", 1000 * PATIENCE_S)
        with database.write(home.id, Outcome()):
            yield
            commits.wait_for(database, requests, home.id)


def commented(home: Home, task_id: str, text: str) -> tuple[int, bool]:
    """The status of a comment's request, and whether others see the comment then."""
    reply = home.call("POST", f"/api/v2/tasks/{task_id}/comments", {"text": text}, role="manager")
    with home.server.outside.connect() as conn:
        of_task = tables.comments.c.task_id == task_id
        found = sa.select(tables.comments.c.text).where(of_task)
        return reply.status, text in conn.execute(found).scalars().all()


def test_small_requests_at_once_share_a_commit_and_are_answered_after_it(home: Home) -> None:
    task = tasks.create(home.client())
    with ThreadPoolExecutor(4) as pool, commits.counted(home.server.machine.database) as made:
        with held(home, 4):
            asked = [pool.submit(commented, home, task.id, f"text {at}") for at in range(4)]
        assert [each.result() for each in asked] == [(201, True)] * 4
    assert made["commits"] == 1


def test_a_shared_commit_that_fails_is_no_success_for_anyone(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    task = tasks.create(home.client())
    create = comment_rules.create

    def spoiling(ctx: Context, task_id: str, body: CommentCreate) -> Comment:
        if body.text == "text 1":
            commits.spoil(ctx.conn)
        return create(ctx, task_id, body)

    monkeypatch.setattr(comment_rules, "create", spoiling)
    with ThreadPoolExecutor(4) as pool, held(home, 4):
        asked = [pool.submit(commented, home, task.id, f"text {at}") for at in range(4)]
    told = [each.result() for each in asked]
    # The one in whose thread the commit was tried has the database's own refusal.
    assert sorted(status for status, _ in told) == [500, 503, 503, 503]
    assert not any(there for _, there in told)
    assert commented(home, task.id, "after") == (201, True)
