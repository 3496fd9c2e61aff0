"""Several server processes and a worker on one PostgreSQL, each a program of its own."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest

from linlog import LinLogClient, errors
from linlog.server import admin
from tests.conftest import OWNER, PASSWORD
from tests.factories import evaluations, processes, projects, tasks
from tests.factories.processes import Running, Serving
from tests.postgresql import Postgresql

WRITERS = 6
EACH = 15


@dataclass
class Place:
    """An installation on PostgreSQL that processes may be started for."""

    data: Path
    database: str
    token: str


@pytest.fixture(scope="module")
def place(postgresql: Postgresql, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """An installation with an owner and a token."""
    data = tmp_path_factory.mktemp("beside") / "data"
    database = postgresql.url(postgresql.create())
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LINLOG_DATABASE", database)
        admin.create_user(data, OWNER, "owner", PASSWORD)
        return Place(data, database, admin.create_token(data, "tests"))


@pytest.fixture(scope="module")
def servers(place: Place) -> Iterator[list[Serving]]:
    """Two servers of it that leave jobs to others."""
    started = [
        Serving(place.data, LINLOG_DATABASE=place.database, LINLOG_WORKERS="0") for _ in range(2)
    ]
    try:
        for server in started:
            server.wait()
        yield started
    finally:
        for server in started:
            server.stop()


def test_what_one_server_took_the_other_shows(place: Place, servers: list[Serving]) -> None:
    first, second = (LinLogClient(server.origin, place.token) for server in servers)
    with first, second:
        made = tasks.create(first)
        assert second.tasks.get(made.id) == first.tasks.get(made.id)
        second.tasks.complete(made.id)
        assert first.tasks.get(made.id).complete


def test_rules_hold_across_servers(place: Place, servers: list[Serving]) -> None:
    """Each of many writers, at both servers, asks for the same tasks and the same batch."""
    with LinLogClient(servers[0].origin, place.token) as client:
        project = projects.create(client)

    def write(writer: int) -> list[str]:
        found = []
        with LinLogClient(servers[writer % 2].origin, place.token) as client:
            for number in range(EACH):
                made = tasks.create(client, project.id, unique_id=f"u{number}", batch="shared")
                found.append(made.id)
        return found

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [*pool.map(write, range(WRITERS))]
    assert {tuple(one) for one in answers} == {tuple(answers[0])}
    with LinLogClient(servers[1].origin, place.token) as client:
        assert client.projects.get(project.id).task_count == EACH
        named = [batch.name for batch in client.batches.list(project.id).walk()]
        assert named.count("shared") == 1


def test_what_a_killed_server_acknowledged_is_there(place: Place, servers: list[Serving]) -> None:
    with LinLogClient(servers[0].origin, place.token) as client:
        project = projects.create(client)
    victim = Serving(place.data, LINLOG_DATABASE=place.database, LINLOG_WORKERS="0")
    victim.wait()
    origins = (victim.origin, servers[0].origin)
    acknowledged: list[list[str]] = [[] for _ in range(WRITERS)]

    def write(writer: int) -> None:
        with (
            suppress(errors.LinLogError),
            LinLogClient(origins[writer % 2], place.token) as client,
        ):
            for number in range(1000):
                made = tasks.create(client, project.id, unique_id=f"{writer}-{number}")
                acknowledged[writer].append(made.id)
                if victim.process.poll() is not None and number > EACH:
                    return

    with ThreadPoolExecutor(WRITERS) as pool:
        running = [pool.submit(write, writer) for writer in range(WRITERS)]
        processes.until(lambda: sum(map(len, acknowledged)) > WRITERS * EACH, "writing")
        victim.kill()
        for one in running:
            one.result(processes.PATIENCE_S)
    with LinLogClient(servers[1].origin, place.token) as client:
        held = [task.id for task in client.tasks.list(project.id).walk()]
        assert len(held) == len({*held}) == client.projects.get(project.id).task_count
    promised = {task_id for one in acknowledged for task_id in one}
    assert promised <= {*held}
    # At most the one task of each writer that was under way is there without an answer.
    assert len(held) - len(promised) <= WRITERS


def test_a_worker_beside_them_does_each_job_once(place: Place, servers: list[Serving]) -> None:
    workers = [
        Running("worker", "--data", str(place.data), LINLOG_DATABASE=place.database)
        for _ in range(2)
    ]
    try:
        with LinLogClient(servers[0].origin, place.token) as client:
            made = [evaluations.queued(client).id for _ in range(4)]
            for evaluation_id in made:
                processes.until(
                    lambda wanted=evaluation_id: client.evaluations.get(wanted).state == "finished",
                    "a report",
                )
            jobs = [client.evaluations.get(one).job_id for one in made]
            assert [client.jobs.get(job_id).attempts for job_id in jobs] == [1] * len(jobs)
    finally:
        codes = [worker.stop() for worker in workers]
    assert codes == [0, 0]
