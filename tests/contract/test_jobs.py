"""What the worker promises for every job of the table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from linlog.errors import Invalid
from linlog.server import clock, jobs
from linlog.server.context import Actor
from linlog.server.databases import Unavailable
from linlog.server.jobs import TABLE, worker
from linlog.server.jobs.worker import Worker
from linlog.server.services import jobs as job_rules
from linlog.server.store import jobs as job_rows
from linlog.server.store import organisations

if TYPE_CHECKING:
    from linlog.server.jobs._protocol import Progress
    from linlog.wire.jobs import Job
    from tests.conftest import Server


def enqueue(server: Server, name: str, payload: dict[str, Any]) -> tuple[str, str]:
    with server.machine.database.write("tests") as conn:
        scope = organisations.first(conn).id
        ctx = server.machine.context(conn, Actor(scope, "manager"))
        return scope, job_rules.enqueue(ctx, name, subject_id="e_1", payload=payload)


def state(server: Server, scope: str, job_id: str) -> Job:
    with server.machine.database.read() as conn:
        return job_rows.get(conn, scope, job_id)


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_job_of_the_table_can_be_found(name: str) -> None:
    assert callable(jobs.get(name))


@pytest.mark.parametrize("name", sorted(TABLE))
def test_a_job_about_nothing_ends(server: Server, name: str) -> None:
    ids = ("dataset_id", "d"), ("evaluation_id", "e"), ("task_id", "t"), ("model_run_id", "mr")
    scope, job_id = enqueue(server, name, {key: f"{prefix}_none" for key, prefix in ids})
    assert server.work() == 1
    assert state(server, scope, job_id).state in {"failed", "finished"}


def test_a_dead_workers_job_is_taken_up_again(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    scope, job_id = enqueue(server, "evaluate", {})
    now = clock.now()
    with server.machine.database.write("tests") as conn:
        assert job_rows.claim(conn, worker="dead", now=now, lease=now + 1).id == job_id
    seen = []
    monkeypatch.setattr(jobs, "get", lambda name: lambda *_: seen.append(name))
    assert Worker(server.machine).work_once()
    found = state(server, scope, job_id)
    assert (seen, found.state, found.attempts) == (["evaluate"], "finished", 2)


def test_a_held_job_is_left_alone(server: Server) -> None:
    enqueue(server, "evaluate", {})
    now = clock.now()
    with server.machine.database.write("tests") as conn:
        job_rows.claim(conn, worker="alive", now=now, lease=now + 60_000_000)
    assert not Worker(server.machine).work_once()


def test_a_refusal_fails_at_once_and_a_bug_after_three_attempts(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        message = "the confidence is wrong"
        raise Invalid(message)

    def break_down(*_: object) -> None:
        raise ZeroDivisionError

    for run, attempts in ((refuse, 1), (break_down, worker.MOST_ATTEMPTS)):
        monkeypatch.setattr(jobs, "get", lambda _name, run=run: run)
        scope, job_id = enqueue(server, "evaluate", {})
        assert server.work() == attempts
        found = state(server, scope, job_id)
        assert (found.state, found.attempts) == ("failed", attempts)
        assert found.failure


def test_a_module_that_is_missing_is_the_reason_and_keeps_no_other_job_waiting(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def missing(name: str, *_: object) -> None:
        message = "No module named 'numpy'"
        raise ModuleNotFoundError(message, name=name)

    monkeypatch.setattr(jobs, "import_module", missing)
    scope, job_id = enqueue(server, "evaluate", {})
    assert server.work() == worker.MOST_ATTEMPTS
    found = state(server, scope, job_id)
    assert found.state == "failed"
    assert found.failure == "job evaluate needs what is not installed here: No module named 'numpy'"
    jobs.make_ready.cache_clear()
    jobs.make_ready()
    said = capsys.readouterr().err
    assert "what an evaluation needs cannot be loaded" in said
    assert "No module named 'numpy'" in said
    assert "could not reach the database" not in said


def test_only_a_database_that_is_away_is_called_that(
    server: Server, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    made = Worker(server.machine)
    raised = [ImportError("half installed"), Unavailable("", {}, OSError("gone"))]

    def work_once() -> bool:
        if not raised:
            made.stop()
            return True
        raise raised.pop(0)

    monkeypatch.setattr(made, "work_once", work_once)
    made.run()
    first, second = capsys.readouterr().err.splitlines()
    assert "the worker could not take up a job" in first
    assert "half installed" in first
    assert "the worker could not reach the database" in second


@pytest.mark.parametrize(("between_s", "noted"), [(0.0, [0.2, 0.4]), (1e6, [0.0, 0.0])])
def test_progress_is_noted_now_and_then(
    server: Server, monkeypatch: pytest.MonkeyPatch, between_s: float, noted: list[float]
) -> None:
    monkeypatch.setattr(worker, "PROGRESS_S", between_s)
    scope, job_id = enqueue(server, "evaluate", {})
    seen: list[float] = []

    def run(_transactions: object, _payload: object, progress: Progress) -> None:
        for share in (0.2, 0.4):
            progress(share)
            seen.append(state(server, scope, job_id).progress)

    monkeypatch.setattr(jobs, "get", lambda _: run)
    assert server.work() == 1
    assert seen == noted


def test_progress_never_goes_back(server: Server) -> None:
    scope, job_id = enqueue(server, "evaluate", {})
    now = clock.now()
    with server.machine.database.write("tests") as conn:
        job_rows.claim(conn, worker="w", now=now, lease=now + 60_000_000)
        for share in (0.5, 0.2):
            job_rows.extend(conn, job_id, worker="w", lease=now + 60_000_000, progress=share)
    assert state(server, scope, job_id).progress == 0.5
