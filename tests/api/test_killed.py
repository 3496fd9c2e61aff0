"""Real processes, killed while they work: another takes the job up, and it ends as if once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

import pytest
import sqlalchemy as sa

from linlog import LinLogClient
from linlog.server import clock
from linlog.server.settings import Settings
from tests.conftest import Template, outside
from tests.factories import files, processes, projects, tasks, websites
from tests.factories.processes import Running
from tests.factories.websites import Website, website

ALLOWED = {"LINLOG_FETCH_ALLOW": "127.0.0.1/32", "LINLOG_LOG_LEVEL": "debug"}


@dataclass(frozen=True)
class Home:
    """Where the processes of a test keep what they have."""

    data: Path
    settings: dict[str, str]
    """The variables of every process."""
    token: str

    def end_leases(self) -> None:
        """Let time pass, as far as the leases of jobs are concerned."""
        self.lease_until(1)

    def lease_until(self, moment: int) -> None:
        """Set when the leases of jobs end, in microseconds since 1970."""
        with self._database() as conn:
            conn.execute(
                sa.text("UPDATE jobs SET lease = :moment WHERE state = 'running'"),
                {"moment": moment},
            )

    def jobs(self) -> list[tuple[str, str, int]]:
        """The id, the state and the attempts of each job, where no server can be asked."""
        with self._database() as conn:
            found = conn.execute(sa.text("SELECT id, state, attempts FROM jobs"))
            return [(row.id, row.state, row.attempts) for row in found]

    @contextmanager
    def _database(self) -> Iterator[sa.Connection]:
        settings = Settings(data=self.data, database=self.settings.get("LINLOG_DATABASE", ""))
        engine = outside(settings.database_url)
        with engine.begin() as conn:
            yield conn
        engine.dispose()


@pytest.fixture
def home(template: Template, tmp_path: Path) -> Iterator[Home]:
    """A data folder of this test, and a token of its organisation."""
    with template.copied(tmp_path / "data") as database:
        settings = {"LINLOG_DATABASE": database} if database else {}
        yield Home(tmp_path / "data", settings, template.token)


class Held:
    """A website whose image is held back, and whether a worker waits for it."""

    def __init__(self, site: Website) -> None:
        self.site = site
        self.wanted, self.released = Event(), Event()
        image = websites.page(files.picture(9, 5))
        site.answers["/a.png"] = websites.held(self.released, image, self.wanted)

    def wait(self) -> None:
        """Until a worker is in the middle of its job."""
        processes.until(self.wanted.is_set, "a request for the image")
        self.wanted.clear()


@pytest.fixture
def held() -> Iterator[Held]:
    """A website that holds its image back."""
    with website() as site:
        found = Held(site)
        yield found
        found.released.set()


def test_a_killed_servers_job_is_taken_up_by_the_next(home: Home, held: Held) -> None:
    with (
        processes.serving(home.data, **ALLOWED, **home.settings) as first,
        LinLogClient(first.origin, home.token) as client,
    ):
        project = projects.create(client)
        task = client.tasks.create(project.id, tasks.address(held.site.url("/a.png")))
        held.wait()
        # At once: the image is waited for no longer than ten seconds.
        first.kill()
    ((job_id, *running),) = home.jobs()
    assert running == ["running", 1]
    home.end_leases()
    held.released.set()
    with processes.serving(home.data, **ALLOWED, **home.settings) as second:
        client = LinLogClient(second.origin, home.token)
        processes.until(lambda: client.jobs.list()[0].state == "finished", "the second attempt")
        found = client.tasks.get(task.id)
        (job,) = client.jobs.list()
        client.close()
    assert (found.status, found.item.width, found.errors) == ("pending", 9, ())
    assert (job.id, job.state, job.attempts) == (job_id, "finished", 2)


def test_a_killed_workers_job_is_taken_up_by_another_beside_it(home: Home, held: Held) -> None:
    arguments = ("worker", "--data", str(home.data))
    with processes.serving(home.data, LINLOG_WORKERS="0", **home.settings) as server:
        client = LinLogClient(server.origin, home.token)
        project = projects.create(client)
        task = client.tasks.create(project.id, tasks.address(held.site.url("/a.png")))
        killed = Running(*arguments, **ALLOWED, **home.settings)
        held.wait()
        killed.kill()
        # Its lease still runs, however long the other one takes to start: the job is nobody else's.
        # One that ended in more than ten minutes would be taken for that of a clock set back.
        home.lease_until(clock.now() + 300 * 1_000_000)
        other = Running(*arguments, **ALLOWED, **home.settings)
        processes.until(lambda: other.said("worker started"), "the start of the other worker")
        assert [job.state for job in client.jobs.list()] == ["running"]
        home.end_leases()
        held.wait()
        held.released.set()
        processes.until(lambda: client.jobs.list()[0].state == "finished", "the second attempt")
        assert client.tasks.get(task.id).item.width == 9
        (job,) = client.jobs.list()
        client.close()
        assert other.stop() == 0
    assert (job.state, job.attempts) == ("finished", 2)
    assert len(held.site.requests) == 2


def test_a_job_that_kills_every_worker_is_given_up(home: Home, held: Held) -> None:
    with processes.serving(home.data, LINLOG_WORKERS="0", **home.settings) as server:
        client = LinLogClient(server.origin, home.token)
        project = projects.create(client)
        task = client.tasks.create(project.id, tasks.address(held.site.url("/a.png")))
        for _ in range(3):
            worker = Running("worker", "--data", str(home.data), **ALLOWED, **home.settings)
            held.wait()
            worker.kill()
            home.end_leases()
        last = Running("worker", "--data", str(home.data), **ALLOWED, **home.settings)
        processes.until(lambda: client.jobs.list()[0].state == "failed", "the end of the job")
        assert last.stop() == 0
        assert "3 attempts" in (client.jobs.list()[0].failure or "")
        assert len(held.site.requests) == 3
        found = client.tasks.get(task.id)
        client.close()
    # Whoever looks at the task must not wait for ever.
    assert (found.processing, found.status, len(found.errors)) == (False, "error", 1)
