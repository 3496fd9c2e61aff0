"""Frozen content that nothing needs any more is forgotten, and nothing else is."""

from __future__ import annotations

import pytest

from linlog import LinLogClient
from linlog.evaluation import frozen
from linlog.server import clock
from linlog.server.context import Actor
from linlog.server.services import contents as rules
from linlog.server.store import contents, organisations
from linlog.server.store import jobs as job_rows
from linlog.server.store.paging import EVERYTHING
from tests.conftest import Server
from tests.factories import annotations, datasets, evaluations


def kept(server: Server) -> set[str]:
    with server.machine.database.read() as conn:
        return contents.hashes(conn, organisations.first(conn).id)


def manifest(server: Server, name: str) -> set[str]:
    """The hashes of a manifest, of its labels and of its pieces: how many these are is drawn."""
    with server.machine.database.read() as conn:
        (top,) = contents.get_many(conn, organisations.first(conn).id, [name]).values()
    labels, pieces = frozen.piece_hashes(top)
    return {name, labels, *pieces}


def wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let as much time pass as a collection waits."""
    later = clock.now() + rules.COLLECTED_AFTER_S * 1_000_000 + 1
    monkeypatch.setattr(clock, "now", lambda: later)


def edited(client: LinLogClient, dataset_id: str, left: float) -> str:
    """The dataset's next version, with another box on its first task."""
    task_id = datasets.task_ids(client, dataset_id)[0]
    client.annotations.create(task_id, [annotations.box("cat", left=left)])
    return client.dataset_versions.create(dataset_id).id


def test_what_a_deleted_version_held_alone_is_forgotten(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.client()
    found = evaluations.finished(client, server)
    dataset_id = found.dataset_id
    before = kept(server)
    between, last = (edited(client, dataset_id, left) for left in (70, 90))
    third = client.dataset_versions.get(last)
    client.dataset_versions.delete(between)
    everything = kept(server)
    server.work()
    assert kept(server) == everything, "many deletions are collected once, later"
    wait(monkeypatch)
    server.work()
    after = kept(server)
    # The annotations of one task, the piece of the manifest with it, and the manifest's top.
    assert len(everything - after) == 3
    assert before <= after
    assert third.hash in after
    assert client.evaluations.verify(found.id).equal
    said = client.dataset_versions.difference(last, since=found.dataset_version_id)
    assert len(said.annotations.changes) == 2
    assert client.dataset_versions.create(dataset_id).id == last


def test_a_deleted_dataset_leaves_what_its_tasks_hold_today(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.client()
    found = evaluations.finished(client, server)
    edited(client, found.dataset_id, 70)
    task_ids = datasets.task_ids(client, found.dataset_id)
    client.datasets.delete(found.dataset_id)
    wait(monkeypatch)
    server.work()
    again = client.datasets.create("again", task_ids=task_ids)
    left = kept(server)
    version = client.dataset_versions.create(again.id)
    # Tasks and annotations of today were left; the labels and the manifest are written anew.
    assert left
    assert kept(server) - left == manifest(server, version.hash)


@pytest.mark.parametrize("way", ["project", "tasks"])
def test_what_deleted_tasks_held_is_forgotten(
    server: Server, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    client = server.client()
    found = evaluations.finished(client, server)
    members = client.datasets.tasks(found.dataset_id)
    client.datasets.delete(found.dataset_id)
    wait(monkeypatch)
    server.work()
    assert kept(server)
    if way == "project":
        client.projects.delete(members[0].project_id)
    else:
        client.tasks.delete([task.id for task in members])
    wait(monkeypatch)
    server.work()
    assert not kept(server)


def test_while_an_evaluation_runs_nothing_is_forgotten(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = server.client()
    found = evaluations.finished(client, server)
    between = edited(client, found.dataset_id, 70)
    edited(client, found.dataset_id, 90)
    client.dataset_versions.delete(between)
    everything = kept(server)
    client.evaluations.create(found.model_run_id)
    now = clock.now()
    lease = now + (rules.COLLECTED_AFTER_S + 60) * 1_000_000
    with server.machine.database.write("tests") as conn:
        job_rows.claim(conn, worker="busy", now=now, lease=lease)
    wait(monkeypatch)
    server.work()
    assert kept(server) == everything
    with server.machine.database.write("tests") as conn:
        scope = organisations.first(conn).id
        waiting = job_rows.list_page(conn, scope, EVERYTHING, name="collect", state="queued")
        assert waiting.count == 1
        ctx = server.machine.context(conn, Actor(scope, "manager"))
        monkeypatch.setattr(rules, "_READERS", ())
        assert rules.collect(ctx) == 3
