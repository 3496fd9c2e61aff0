"""Jobs: seen from the moment they wait to their end."""

from types import SimpleNamespace
from typing import Any

import pytest

from linlog import LinLogClient
from linlog.server.jobs import worker as workers
from linlog.server.store import jobs as job_rows
from linlog.server.store.jobs import Claim
from tests.conftest import Server
from tests.factories import evaluations, jobs, organisations, processes, projects, tasks
from tests.factories.organisations import Home


def test_a_job_tells_what_it_works_on_and_how_it_ended(
    client: LinLogClient, shared: Server
) -> None:
    made = evaluations.queued(client)
    waiting = client.jobs.get(made.job_id)
    assert (waiting.name, waiting.state, waiting.subject_id) == ("evaluate", "queued", made.id)
    assert (waiting.progress, waiting.attempts, waiting.started_date) == (0, 0, None)
    shared.work()
    done = client.jobs.get(made.job_id)
    assert (done.state, done.progress, done.attempts, done.failure) == ("finished", 1.0, 1, None)
    assert waiting.created_date <= done.started_date <= done.finished_date


def test_jobs_are_listed_newest_first_by_their_state(home: Home, shared: Server) -> None:
    client = home.client()
    first, second = (evaluations.queued(client).job_id for _ in range(2))
    assert [job.id for job in client.jobs.list(name="evaluate")] == [second, first]
    found = client.jobs.list(name="evaluate", limit=1).walk()
    assert [job.id for job in found] == [second, first]
    assert client.jobs.list(state="finished").count == 0
    shared.work()
    assert client.jobs.list(name="evaluate", state="finished").count == 2
    assert home.call("GET", "/api/v2/jobs?state=done").status == 422


def test_tasks_to_be_fetched_queue_their_jobs_with_them(client: LinLogClient) -> None:
    project = projects.create(client)
    new = [
        tasks.address("http://10.0.0.1/a.png"),
        tasks.address("http://10.0.0.1/b.png", external=True),
    ]
    made = client.tasks.create_all(project.id, new)
    assert [job.subject_id for job in client.jobs.list()] == [made[0].id]


def test_a_worker_takes_the_jobs_of_every_organisation(home: Home, shared: Server) -> None:
    homes = [home, organisations.create(shared)]
    queued = [jobs.enqueue(each, "fetch_file", task_id="t_gone") for each in homes]
    shared.work()
    for each, job_id in zip(homes, queued, strict=True):
        assert each.client().jobs.get(job_id).state == "finished"


def test_a_worker_is_idle_from_when_it_found_no_job(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However long it takes until it looks, and until it has the turn to take one up."""
    time = SimpleNamespace(now=1000.0)
    monkeypatch.setattr(workers, "monotonic", lambda: time.now)
    worker = workers.Worker(server.machine)
    time.now += 60
    assert worker.idle_s() == 0
    worker.start()
    processes.until(lambda: worker._idle_since is not None, "a look for jobs")
    time.now += 60
    assert worker.idle_s() == 60
    idle: list[float] = []
    claim = job_rows.claim

    def claim_late(*args: Any, **changes: Any) -> Claim | None:
        time.now += 60
        idle.append(worker.idle_s())
        return claim(*args, **changes)

    monkeypatch.setattr(job_rows, "claim", claim_late)
    home = organisations.create(server)
    job_id = jobs.enqueue(home, "fetch_file", task_id="t_gone")
    client = home.client()
    processes.until(lambda: client.jobs.get(job_id).state == "finished", "the end of the job")
    assert idle[0] == 0
    worker.stop()
