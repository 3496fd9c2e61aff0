"""Real processes, killed while they work: another takes the job up, and it ends as if once."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from threading import Event

import pytest

from linlog import LinLogClient
from tests.conftest import Template
from tests.factories import files, processes, projects, tasks, websites
from tests.factories.processes import Running
from tests.factories.websites import Website, website

ALLOWED = {"LINLOG_FETCH_ALLOW": "127.0.0.1/32", "LINLOG_LOG_LEVEL": "debug"}


@pytest.fixture
def data(template: Template, tmp_path: Path) -> Path:
    """A data folder of this test."""
    return Path(shutil.copytree(template.data, tmp_path / "data"))


@pytest.fixture
def token(template: Template) -> str:
    """A token of its organisation."""
    return template.token


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


def end_leases(data: Path) -> None:
    """Let time pass, as far as the leases of jobs are concerned."""
    with closing(sqlite3.connect(data / "linlog.sqlite3", timeout=30)) as conn, conn:
        conn.execute("UPDATE jobs SET lease = 1 WHERE state = 'running'")


def test_a_killed_servers_job_is_taken_up_by_the_next(data: Path, token: str, held: Held) -> None:
    with processes.serving(data, **ALLOWED) as first, LinLogClient(first.origin, token) as client:
        project = projects.create(client)
        task = client.tasks.create(project.id, tasks.address(held.site.url("/a.png")))
        held.wait()
        (running,) = client.jobs.list()
        assert (running.state, running.attempts) == ("running", 1)
        first.kill()
    end_leases(data)
    held.released.set()
    with processes.serving(data, **ALLOWED) as second:
        client = LinLogClient(second.origin, token)
        processes.until(lambda: not client.tasks.get(task.id).processing, "the second attempt")
        found = client.tasks.get(task.id)
        (job,) = client.jobs.list()
        client.close()
    assert (found.status, found.item.width, found.errors) == ("pending", 9, ())
    assert (job.id, job.state, job.attempts) == (running.id, "finished", 2)


def test_a_killed_workers_job_is_taken_up_by_another_beside_it(
    data: Path, token: str, held: Held
) -> None:
    arguments = ("worker", "--data", str(data))
    with processes.serving(data, LINLOG_WORKERS="0") as server:
        client = LinLogClient(server.origin, token)
        project = projects.create(client)
        task = client.tasks.create(project.id, tasks.address(held.site.url("/a.png")))
        killed = Running(*arguments, **ALLOWED)
        held.wait()
        other = Running(*arguments, **ALLOWED)
        processes.until(lambda: other.said("worker started"), "the start of the other worker")
        killed.kill()
        # Its lease still runs, so the job is nobody else's yet.
        assert [job.state for job in client.jobs.list()] == ["running"]
        end_leases(data)
        held.wait()
        held.released.set()
        processes.until(lambda: not client.tasks.get(task.id).processing, "the second attempt")
        assert client.tasks.get(task.id).item.width == 9
        (job,) = client.jobs.list()
        client.close()
        assert other.stop() == 0
    assert (job.state, job.attempts) == ("finished", 2)
    assert len(held.site.requests) == 2


def test_a_job_that_kills_every_worker_is_given_up(data: Path, token: str, held: Held) -> None:
    with processes.serving(data, LINLOG_WORKERS="0") as server:
        client = LinLogClient(server.origin, token)
        project = projects.create(client)
        task = client.tasks.create(project.id, tasks.address(held.site.url("/a.png")))
        for _ in range(3):
            worker = Running("worker", "--data", str(data), **ALLOWED)
            held.wait()
            worker.kill()
            end_leases(data)
        last = Running("worker", "--data", str(data), **ALLOWED)
        processes.until(lambda: client.jobs.list()[0].state == "failed", "the end of the job")
        assert last.stop() == 0
        assert "3 attempts" in (client.jobs.list()[0].failure or "")
        assert len(held.site.requests) == 3
        found = client.tasks.get(task.id)
        client.close()
    # Whoever looks at the task must not wait for ever.
    assert (found.processing, found.status, len(found.errors)) == (False, "error", 1)
