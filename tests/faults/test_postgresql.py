"""A database that crashes, or cuts its connections, while a server works with it: R34."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing

import psycopg
import pytest

from linlog import LinLogClient
from tests.faults.counts import tries
from tests.faults.sessions import Session
from tests.postgresql import Postgresql, running
from tests.serving import Served, serve

CLIENTS = 3
STEPS = 20
CUT = (
    # Waits until they are gone, so that what is asked afterwards is answered.
    "SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity"
    " WHERE datname = %s AND pid <> pg_backend_pid()"
)
pytestmark = pytest.mark.usefixtures("impatient")


@pytest.fixture(scope="module")
def address(postgresql: Postgresql) -> str:
    """A new database."""
    return postgresql.url(postgresql.create())


@pytest.fixture(scope="module")
def served(address: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A server on it."""
    with serve(tmp_path_factory.mktemp("cut") / "data", database=address) as found:
        yield found


@pytest.mark.parametrize("seed", tries(50))
def test_r34_connections_to_the_database_are_cut(served: Served, address: str, seed: int) -> None:
    """At any moment, before a commit, in it and behind: the server goes on without a restart."""
    name, cut = address.rpartition("/")[2], 0
    with closing(psycopg.connect(address, autocommit=True)) as conn:

        def end() -> None:
            nonlocal cut
            cut += conn.execute(CUT, (name,)).fetchone()[0]

        meanwhile(served, seed, end)
    assert cut


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Postgresql]]:
    """A server on a PostgreSQL that nobody else uses."""
    with running() as database:
        address = database.url(database.create())
        with serve(tmp_path_factory.mktemp("frail") / "data", database=address) as found:
            yield found, database


@pytest.mark.parametrize("seed", tries(50))
def test_r34_the_database_crashes(frail: tuple[Served, Postgresql], seed: int) -> None:
    """As often as it crashes: nothing is lost that was answered for, and the server goes on."""
    served, database = frail
    meanwhile(served, seed, database.crash)


def meanwhile(served: Served, seed: int, end: Callable[[], None]) -> None:
    """Several clients work while something ends again and again; then all is well."""
    chance = random.Random(seed)
    clients = [LinLogClient(served.url, served.token) for _ in range(CLIENTS)]
    sessions = [Session(client, seed * CLIENTS + at) for at, client in enumerate(clients)]

    def work(session: Session) -> None:
        for _ in range(STEPS):
            session.step()

    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(work, session) for session in sessions]
        left = True
        while left:
            end()
            left = bool(wait(working, timeout=chance.uniform(0, 0.2)).not_done)
    for each in working:
        each.result()
    for session in sessions:
        session.check(session.client)
        assert all(session.step() for _ in range(3))
        session.check(session.client)
    for client in clients:
        client.close()
