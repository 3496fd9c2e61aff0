"""What every test may ask for: a fresh server in this process, and a client of it."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, settings

from linlog import LinLogClient
from linlog.client.transports.app import AppTransport
from linlog.server import admin, app
from linlog.server.jobs.worker import Worker
from linlog.server.machine import Machine, open_machine
from linlog.server.settings import Settings
from tests import draws
from tests.attacks import witness
from tests.attacks.witness import Watched
from tests.postgresql import Postgresql
from tests.postgresql import running as running_postgresql

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator
    from pathlib import Path

# A busy machine is no defect of a test.
settings.register_profile(
    "linlog", derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("linlog")

OWNER = "owner@example.org"
PASSWORD = "correct horse battery staple"
ORIGIN = "http://127.0.0.1:8420"


@dataclass(frozen=True)
class Template:
    """A migrated data folder with an organisation, its owner and a token, to be copied."""

    data: Path
    token: str
    database: str = ""
    """The address of the database, unless it is in the folder."""
    postgresql: Postgresql | None = None
    """Where a copy of that database is made."""

    @contextmanager
    def copied(self, data: Path) -> Iterator[str]:
        """Copy all to a new folder; the address of the new database, empty for one in it."""
        shutil.copytree(self.data, data)
        if self.postgresql is None:
            yield ""
        else:
            name = self.postgresql.create(template=self.database.rpartition("/")[2])
            yield self.postgresql.url(name)
            self.postgresql.drop(name)


def outside(address: str) -> sa.Engine:
    """A database by connections that have nothing to do with a server's."""
    url = sa.make_url(address)
    driver = {"postgresql": "postgresql+psycopg"}.get(url.drivername, url.drivername)
    return sa.create_engine(url.set(drivername=driver))


@dataclass
class Server:
    """A server in this process, without a socket."""

    machine: Machine
    token: str
    transport: AppTransport

    def client(self, token: str | None = None) -> LinLogClient:
        """A client of the server."""
        return LinLogClient(ORIGIN, token or self.token, transport=self.transport)

    def as_user(self, email: str, password: str = PASSWORD) -> LinLogClient:
        """A client of the server for a person."""
        return LinLogClient(ORIGIN, email=email, password=password, transport=self.transport)

    @cached_property
    def outside(self) -> sa.Engine:
        """The database by connections that have nothing to do with the server's."""
        return outside(self.machine.settings.database_url)

    def work(self) -> int:
        """Do every job that waits, here and now; how many there were."""
        worker, done = Worker(self.machine), 0
        while worker.work_once():
            done += 1
        return done


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, bool | None, bool | None]:
    """Draw by the test's name whatever it and its fixtures draw."""
    with draws.by_name(item.nodeid):
        return (yield)


@pytest.fixture(autouse=True)
def journals(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for this test's journals alone, so that no client takes over another's."""
    folder = tmp_path / "journals"
    monkeypatch.setenv("LINLOG_JOURNAL", str(folder))
    return folder


@pytest.fixture(autouse=True)
def _holds_the_oracles(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[None]:
    """What an attack must leave as it is, for tests that are marked as one, in every folder.

    On servers in this process, however they are reached: O1 and O6 to O8 for each answer, O2 for
    each refusal of a request that is alone among the first of a test, where no worker works; O3 and
    O4 for all that a request does. Around the test, with a server or without: O3, nothing but this
    machine is connected to; O4, nothing is written but in the folders for such things; O5, the
    memory that the process takes; O6, no log holds a secret that was sent or given, and no file of
    a database a password. /healthz is not probed here: `tests/attacks` does so where servers are
    processes.
    """
    if request.node.get_closest_marker("attack") is None:
        yield
        return
    with witness.attack([PASSWORD], tmp_path_factory.getbasetemp()):
        yield


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    """A real PostgreSQL server, started for whoever asks first."""
    with running_postgresql("-c", "fsync=off") as found:
        yield found


def pytest_addoption(parser: pytest.Parser) -> None:
    """Let whole suites run on another database."""
    parser.addoption("--database", choices=("sqlite", "postgresql"), default="sqlite")
    parser.addoption("--whole", action="store_true", help="attack with every count in full")


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Template:
    """Made once, copied for every test."""
    data = tmp_path_factory.mktemp("template") / "data"
    with draws.by_name("template"), pytest.MonkeyPatch.context() as patch:
        server, url = None, ""
        if request.config.getoption("database") == "postgresql":
            server = request.getfixturevalue("postgresql")
            url = server.url(server.create())
            patch.setenv("LINLOG_DATABASE", url)
        admin.create_user(data, OWNER, "owner", PASSWORD)
        return Template(data, admin.create_token(data, "tests"), url, server)


@contextmanager
def running(template: Template, data: Path, **changed: object) -> Iterator[Server]:
    """A server on a copy of the template."""
    with template.copied(data) as url:
        machine = open_machine(Settings(data=data, **{"workers": 0, "database": url, **changed}))
        transport = AppTransport(Watched(app.build(machine), machine))
        found = Server(machine, template.token, transport)
        try:
            yield found
        finally:
            found.outside.dispose()
            transport.close()
            machine.close()


@pytest.fixture
def server(template: Template, tmp_path: Path) -> Iterator[Server]:
    """A fresh server without workers: `server.work()` does what waits."""
    with running(template, tmp_path / "data") as found:
        yield found


@pytest.fixture
def busy_server(template: Template, tmp_path: Path) -> Iterator[Server]:
    """A fresh server with a worker of its own."""
    with running(template, tmp_path / "data", workers=1) as found:
        yield found


@pytest.fixture
def client(busy_server: Server) -> Iterator[LinLogClient]:
    """A client, with a manager's token, of a fresh server that works on jobs by itself."""
    with busy_server.client() as found:
        yield found
