"""Workers that are killed while they work on jobs: R33."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from linlog import LinLogClient
from linlog.server.jobs.worker import MOST_ATTEMPTS
from linlog.wire import codec
from linlog.wire.task_changes import TasksChanged
from tests.factories import processes
from tests.faults.counts import tries
from tests.faults.scenarios import BOX, kill
from tests.faults.servers import House
from tests.faults.sessions import check_disk

KILLS = MOST_ATTEMPTS - 1
"""How often a job may end with its worker before it is given up."""
TASKS = 600
"""Tasks of a change, three transactions long."""
LEASE_S = 1


@dataclass
class Yard:
    """What there is to be worked on, and what comes of it where nobody is killed."""

    house: House
    client: LinLogClient
    project_id: str
    task_ids: list[str]
    run_id: str
    report: bytes = b""

    def worker(self) -> int:
        """Start a worker; its process."""
        given = {"data": str(self.house.data), "lease_s": LEASE_S}
        return self.house.forker.start("work", Path(os.devnull), Path(os.devnull), **given)

    def evaluated(self, evaluation_id: str) -> bytes:
        """The numbers of an evaluation that has ended, as bytes."""
        found = self.client.evaluations.get(evaluation_id)
        assert found.state == "finished", found.failure
        assert self.client.evaluations.verify(evaluation_id).equal
        report = self.client.evaluations.report(evaluation_id)
        return codec.encode((found.scalars, [block.type for block in report.blocks]))

    def ended(self, *job_ids: str) -> bool:
        """Whether jobs have ended."""
        states = {self.client.jobs.get(job_id).state for job_id in job_ids}
        return states <= {"finished", "failed"}


@pytest.fixture(scope="module")
def yard(own_house: House) -> Iterator[Yard]:
    """A dataset with predictions, evaluated once."""
    own_house.answering()
    with own_house.client() as client:
        project = client.create_project("Yard", labels=["cell"])
        entry = {"attachment": "text", "complete": True, "annotations": ["cell"]}
        tasks = client.create_tasks(project.id, [entry] * TASKS)
        dataset = client.create_dataset("yard", project_id=project.id)
        version = client.model_versions.create(client.create_model("yard").id, "v")
        for task in tasks[::3]:
            client.create_model_run(dataset.id, version.id, task.id, BOX)
        client.flush()
        run = client.model_runs.create(dataset.id, version.id)
        made = Yard(own_house, client, project.id, [task.id for task in tasks], run.id)
        worker = made.worker()
        evaluation = client.evaluations.create(run.id)
        processes.until(lambda: made.ended(evaluation.job_id), "an evaluation")
        kill(worker)
        made.report = made.evaluated(evaluation.id)
        yield made


@pytest.mark.parametrize("seed", tries(300 // KILLS))
def test_r33_workers_are_killed(yard: Yard, seed: int) -> None:
    """Another one takes up what they left: all of it is done, and nothing twice."""
    chance, client = random.Random(seed), yard.client
    evaluation = client.evaluations.create(yard.run_id)
    change = client.tasks.change(yard.task_ids, add_tags=[f"try {seed}"])
    for _ in range(KILLS):
        worker = yard.worker()
        processes.until(lambda: working(yard, evaluation.job_id, change.id), "work")
        time.sleep(chance.uniform(0, 0.3))
        kill(worker)
        time.sleep(LEASE_S)
    worker = yard.worker()
    processes.until(lambda: yard.ended(evaluation.job_id, change.id), "the end of the jobs")
    kill(worker)
    for job_id in (evaluation.job_id, change.id):
        job = client.jobs.get(job_id)
        assert (job.state, job.failure) == ("finished", None)
        assert job.attempts <= MOST_ATTEMPTS
    assert yard.evaluated(evaluation.id) == yard.report
    result = codec.convert(client.jobs.get(change.id).result, TasksChanged)
    assert (result.of, result.done, result.changed, result.refused) == (TASKS, TASKS, TASKS, ())
    page = client.tasks.list(yard.project_id, tag=f"try {seed}", limit=1)
    assert page.count == TASKS
    client.tasks.change(yard.task_ids, remove_tags=[f"try {seed}"])
    check_disk(yard.house.data)


def working(yard: Yard, *job_ids: str) -> bool:
    """Whether a worker has taken up one of some jobs, or there is nothing left of them."""
    return yard.ended(*job_ids) or any(
        yard.client.jobs.get(job_id).state == "running" for job_id in job_ids
    )
