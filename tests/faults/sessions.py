"""What clients of a server that is killed do, what they were answered, and what must be there then.

An answer is a promise. What was not answered may be there or not, but once.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from copy import copy
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

from linlog import LinLogClient, errors, ids
from linlog.client.http import path
from linlog.client.transports.app import AppTransport
from linlog.server import app
from linlog.server.machine import open_machine
from linlog.server.settings import Settings
from linlog.shapes import Span
from linlog.wire import codec
from linlog.wire.log_entries import LogEntriesCreate, LogEntryCreate, LogReceipt
from linlog.wire.predictions import PredictionCreate, PredictionReceipt, PredictionsCreate
from tests.factories import files

FAILURES = (errors.TransportError, errors.ServerFailed)


@dataclass
class Session:
    """One client's work in a project of its own."""

    client: LinLogClient
    seed: int
    only: tuple[str, ...] = ("task", "annotation", "file", "entry", "prediction")
    """What it writes."""
    asked: set[tuple[str, str]] = field(default_factory=set)
    """What was sent: what it is, and its own name."""
    answered: set[tuple[str, str]] = field(default_factory=set)
    """What the server answered for."""
    files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    """By the step the id that the server gave, and what was uploaded."""
    order: list[tuple[str, str]] = field(default_factory=list)
    """The steps that were answered for, one after the other."""
    failures: list[errors.LinLogError] = field(default_factory=list)
    """What was raised instead of an answer."""
    labels: list[str] = field(default_factory=lambda: [""])
    """What the first task may be labelled: what was last answered for, and what came after it."""

    def __post_init__(self) -> None:
        self._chance, self._numbers = random.Random(self.seed), count()
        self._maker = ids.name()
        project = self.client.create_project(f"Session {self._maker}")
        self.project_id = project.id
        (task,) = self.client.create_tasks(project.id, [{"attachment": "text", "complete": True}])
        self.task_id = task.id
        dataset = self.client.create_dataset("session", task_ids=[task.id])
        self.dataset_id, self.model_id = dataset.id, self.client.create_model("m").id
        version = self.client.model_versions.create(self.model_id, "v")
        self.version_id = version.id
        self.run_id = self.client.model_runs.create(dataset.id, version.id).id
        self._ways: list[Callable[[str], None]] = [getattr(self, f"_{what}") for what in self.only]

    def step(self) -> bool:
        """Do one thing; False where nobody answered."""
        way = self._chance.choice(self._ways)
        name = str(next(self._numbers))
        done = (way.__name__, name)
        self.asked.add(done)
        try:
            way(name)
        except FAILURES as error:
            self.failures.append(error)
            return False
        self.answered.add(done)
        self.order.append(done)
        return True

    def after(self, steps: int) -> Session:
        """The session when so many steps were answered for, and the next was perhaps sent."""
        then = copy(self)
        then.answered, then.asked = {*self.order[:steps]}, {*self.order[: steps + 1]}
        names = {name for _, name in then.answered}
        then.files = {name: found for name, found in self.files.items() if name in names}
        marked = [name for way, name in self.order[:steps] if way == "_annotation"]
        coming = [name for way, name in self.order[steps : steps + 1] if way == "_annotation"]
        then.labels = [*(marked[-1:] or [""]), *coming]
        return then

    def since(self, steps: int) -> Session:
        """The session at some moment after so many steps were answered for."""
        then = self.after(steps)
        then.asked = self.asked
        then.labels += [name for way, name in self.order[steps:] if way == "_annotation"]
        then.labels += self.labels
        return then

    def check(self, client: LinLogClient) -> None:
        """Assert that all is there that was answered for, and nothing that was not sent."""
        tasks = client.tasks.list(self.project_id, limit=1000).everything()
        page = client.predictions.list(self.run_id, limit=1000)
        self._compare("_task", [task.unique_id for task in tasks if task.unique_id])
        self._compare("_prediction", [one.id.split("-")[1] for one in page.everything()])
        entries = client.log_entries.everything(self.version_id)
        self._compare("_entry", [str(entry.data["name"]) for entry in entries])
        for file_id, content in self.files.values():
            assert client.files.content(file_id) == content
        there = [each.label for each in client.tasks.get(self.task_id).annotations]
        assert (there or [""]) in [[label] for label in self.labels]

    def delete(self, client: LinLogClient) -> None:
        """Remove what it made but its files, which stay; what is gone already may be."""
        for delete, made in (
            (client.datasets.delete, self.dataset_id),
            (client.models.delete, self.model_id),
            (client.projects.delete, self.project_id),
        ):
            with suppress(errors.NotFound):
                delete(made)

    def _compare(self, what: str, found: list[str]) -> None:
        assert max(Counter(found).values(), default=1) == 1
        assert {name for way, name in self.answered if way == what} <= {*found}
        assert {*found} <= {name for way, name in self.asked if way == what}

    def _task(self, name: str) -> None:
        words = {"attachment": f"text {name}", "unique_id": name}
        self.client.tasks.create(self.project_id, words)

    def _annotation(self, name: str) -> None:
        self.labels.append(name)
        marks = [{"label": name, "start": 0, "end": 2, "type": "span"}]
        self.client.tasks.update(self.task_id, annotations=marks)
        self.labels = [name]

    def _file(self, name: str) -> None:
        content = files.picture(8 + self.seed % 100, 1 + int(name))
        self.files[name] = self.client.files.create(content).id, content

    def _entry(self, name: str) -> None:
        number = int(name)
        entry = LogEntryCreate(number=number, step=number, data={"name": name})
        sent = LogEntriesCreate(client_id=self._maker, entries=(entry,))
        where = path("model-versions", self.version_id, "log-entries")
        self.client._http.deliver(where, LogReceipt, codec.encode(sent))

    def _prediction(self, name: str) -> None:
        made = PredictionCreate(
            id=ids.numbered("prediction", self._maker, int(name)),
            task_id=self.task_id,
            label="word",
            shape=Span(0, 3),
        )
        sent = PredictionsCreate(predictions=(made,))
        where = path("model-runs", self.run_id, "predictions")
        self.client._http.deliver(where, PredictionReceipt, codec.encode(sent))


@contextmanager
def opened(data: Path, token: str) -> Iterator[LinLogClient]:
    """A client of a server in this process."""
    machine = open_machine(Settings(data=data, workers=0))
    transport = AppTransport(app.build(machine))
    try:
        yield LinLogClient("http://127.0.0.1:8420", token, transport=transport)
    finally:
        transport.close()
        machine.close()


def check_disk(data: Path) -> None:
    """Assert that database and files of a data folder are sound, and belong together."""
    with closing(sqlite3.connect(next(data.glob("*.sqlite3")))) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []
        keys = {key for (key,) in database.execute("SELECT sha256 FROM files")}
    for key in keys:
        content = (data / "blobs" / key[:2] / key[2:]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == key
