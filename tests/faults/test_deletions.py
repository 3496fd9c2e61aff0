"""Deletions, and what they leave being collected, while the server is killed: R31."""

from __future__ import annotations

import random
import sqlite3
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import count, pairwise
from threading import Event

import pytest

from linlog import LinLogClient, errors
from linlog.server import clock
from linlog.server.jobs.worker import LEASE_S, Worker
from linlog.server.machine import open_machine
from linlog.server.services.contents import COLLECTED_AFTER_S
from linlog.server.settings import Settings
from linlog.shapes import Box
from linlog.wire.annotations import AnnotationCreate
from linlog.wire.files import File
from linlog.wire.tasks import ItemCreate, TaskCreate
from tests.factories import files
from tests.faults.counts import tries
from tests.faults.scenarios import BOX
from tests.faults.servers import STRACE, SYNCS, WRITES, House, Running
from tests.faults.sessions import FAILURES, check_disk

STAYING = {"audit_entries", "files", "idempotency_keys", "jobs", "sqlite_sequence"}
"""Tables whose rows outlive what they are of."""
pytestmark = pytest.mark.usefixtures("impatient")
_sizes = count(8)


@dataclass
class Thing:
    """What can be deleted, and how one sees whether it is there."""

    delete: Callable[[str], object]
    get: Callable[[str], object]
    id: str
    answered: bool = False

    def remove(self) -> bool:
        """Delete it; False where nobody answered."""
        try:
            self.delete(self.id)
        except errors.NotFound:
            # It went with what it belonged to.
            return True
        except FAILURES:
            return False
        self.answered = True
        return True

    @property
    def there(self) -> bool:
        """Whether it is there."""
        try:
            self.get(self.id)
        except errors.NotFound:
            return False
        return True


@dataclass
class Stock:
    """A project with pictures, a dataset of them with versions, and predictions on it."""

    client: LinLogClient
    shared: File
    """A picture that tasks of others show too."""
    things: list[Thing] = field(default_factory=list)

    def __post_init__(self) -> None:
        client = self.client
        self.project_id = client.create_project(f"Stock {next(_sizes)}").id
        # The same bytes twice are one blob, of files of their own.
        self.pictures = [files.picture(next(_sizes)), files.picture(8, 7)]
        shown = [self.shared, *map(client.files.create, self.pictures)]
        self.file_ids = [file.id for file in shown]
        marks = (AnnotationCreate(label="cell", shape=Box(1, 2, 3, 4)),)
        new = [
            TaskCreate(
                item=ItemCreate(type="image", file_id=file.id), annotations=marks, complete=True
            )
            for file in shown
        ]
        self.task_ids = [task.id for task in client.create_tasks(self.project_id, new)]
        client.comments.create(self.task_ids[0], "why?")
        self.dataset_id = client.create_dataset("stock", task_ids=self.task_ids).id
        client.slices.create(self.dataset_id, "all", "label:cell")
        self.versions = [client.dataset_versions.create(self.dataset_id).id]
        self.edit()
        model = client.create_model("m")
        version = client.model_versions.create(model.id, "v")
        for task_id in self.task_ids:
            client.create_model_run(self.dataset_id, version.id, task_id, BOX)
        client.flush()
        run = client.model_runs.create(self.dataset_id, version.id)
        client.evaluations.create(run.id)
        for noun, made in (
            ("projects", self.project_id),
            ("datasets", self.dataset_id),
            ("dataset_versions", self.versions[0]),
            ("models", model.id),
            ("model_versions", version.id),
            *(("tasks", task_id) for task_id in self.task_ids),
        ):
            resource = getattr(client, noun)
            self.things.append(Thing(resource.delete, resource.get, made))

    def edit(self) -> None:
        """Change what a task holds, and keep it as another version."""
        mark = AnnotationCreate(label="cell", shape=Box(1, 2, 3, 4 + len(self.versions)))
        self.client.annotations.replace(self.task_ids[0], [mark])
        self.versions.append(self.client.dataset_versions.create(self.dataset_id).id)

    def check(self, client: LinLogClient) -> None:
        """Assert that all of it is there, then and now."""
        for file_id, content in zip(self.file_ids[1:], self.pictures, strict=True):
            assert client.files.content(file_id) == content
        tasks = client.datasets.tasks(self.dataset_id).everything()
        assert {task.id for task in tasks} == {*self.task_ids}
        assert all(task.annotations for task in tasks)
        found = client.dataset_versions.list(self.dataset_id).everything()
        there = [each.id for each in sorted(found, key=lambda each: each.number)]
        # One more may be there, which nobody was answered for.
        assert there[: len(self.versions)] == self.versions
        for since, later in pairwise(there):
            assert len(client.dataset_versions.difference(later, since=since).annotations.changes)


@pytest.mark.parametrize("seed", tries(200))
def test_r31_killed_while_things_are_deleted_and_collected(own_house: House, seed: int) -> None:
    """A deletion is whole or was not; what is collected was of nobody, and nothing else stays."""
    house, chance = own_house, random.Random(seed)
    before, stray = rows(house), blobs(house) - named(house)
    soon = {"workers": 1, "collected_after_s": chance.uniform(0, 0.3)}
    server = house.start(**soon)
    assert server.wait(house.token)
    with house.client() as client:
        shared = client.files.create(files.picture(8, 6))
        kept, doomed = Stock(client, shared), Stock(client, shared)
        if STRACE is not None and chance.random() < 0.2:
            server.kill()
            server = house.start(*killed_at_a_call(chance), **soon)
            server.wait(house.token)
        uploaded = killed(server, kept, doomed, chance)
    house.answering()
    with house.client() as client:
        assert not any(thing.there for thing in doomed.things if thing.answered)
        kept.check(client)
        house.answering().kill()
        collect(house)
        house.answering()
        kept.check(client)
        check_disk(house.data)
        # Of uploads that a kill cut in an earlier try, too: nothing removes their bytes.
        assert blobs(house) - named(house) <= uploaded | stray
        for thing in (*kept.things, *doomed.things):
            assert thing.remove()
            assert not thing.there
    house.answering().kill()
    collect(house)
    assert rows(house) == before


def killed_at_a_call(chance: random.Random) -> tuple[str, ...]:
    """What has a server killed at one of its writes or syncs."""
    calls, most = chance.choice([(WRITES, 300), (SYNCS, 15)])
    at = f"{calls}:signal=KILL:when={chance.randint(1, most)}"
    return "-e", f"trace={calls}", "-e", f"inject={at}", "-o", "/dev/null"


def killed(server: Running, kept: Stock, doomed: Stock, chance: random.Random) -> set[str]:
    """Delete, change and upload until the server is killed; the hashes of what was uploaded."""
    chance.shuffle(doomed.things)
    uploaded: set[str] = set()
    stopping = Event()

    def delete(things: list[Thing], pause_s: float) -> None:
        for thing in things:
            if not thing.remove():
                return
            time.sleep(pause_s)

    def upload() -> None:
        while not stopping.is_set():
            content = files.picture(next(_sizes))
            uploaded.add(sha256(content).hexdigest())
            try:
                kept.client.files.create(content)
            except FAILURES:
                return

    with ThreadPoolExecutor(3) as pool:
        working = [
            *(pool.submit(delete, doomed.things[at::2], chance.uniform(0, 0.05)) for at in (0, 1)),
            pool.submit(upload),
        ]
        with suppress(*FAILURES):
            kept.edit()
        time.sleep(chance.uniform(0, 0.5))
        server.kill()
        stopping.set()
    for each in working:
        each.result()
    return uploaded


def collect(house: House) -> None:
    """Do all jobs that wait, those of dead workers too, as one that comes much later does."""
    machine = open_machine(Settings(data=house.data, workers=0))
    ahead = (COLLECTED_AFTER_S + LEASE_S + 1) * 1_000_000
    with pytest.MonkeyPatch.context() as patch:
        for later in (ahead, 2 * ahead):
            now = clock.now() + later
            patch.setattr(clock, "now", lambda now=now: now)
            worker = Worker(machine)
            while worker.work_once():
                pass
    machine.close()
    with closing(sqlite3.connect(house.database)) as database:
        waiting = "SELECT name, state FROM jobs WHERE state IN ('queued', 'running')"
        assert database.execute(waiting).fetchall() == []


def rows(house: House) -> dict[str, int]:
    """How many rows each table has, but those that stay."""
    with closing(sqlite3.connect(house.database)) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            name: database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]
            for (name,) in tables
            if name not in STAYING
        }


def blobs(house: House) -> set[str]:
    """The hashes of the files that are stored whole."""
    found = (house.data / "blobs").glob("??/[0-9a-f]*")
    return {path.parent.name + path.name for path in found if "-" not in path.name}


def named(house: House) -> set[str]:
    """The hashes of the files that rows name."""
    with closing(sqlite3.connect(house.database)) as database:
        return {key for (key,) in database.execute("SELECT sha256 FROM files")}
