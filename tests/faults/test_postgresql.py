"""A database that crashes, fails or loses its connections, while a server works with it: R34."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, suppress
from pathlib import Path
from threading import Event

import psycopg
import pytest
import sqlalchemy as sa

from linlog import LinLogClient
from linlog.server import databases
from linlog.server import serve as serving
from tests.factories import processes
from tests.faults.counts import tries
from tests.faults.proxy import WHOLE, Fault, Proxy
from tests.faults.sessions import Session
from tests.postgresql import Postgresql, running
from tests.serving import Served, serve

CLIENTS = 3
ENDS = 8
"""How often something fails in one try."""
CUT = (
    # Waits until they are gone, so that what is asked afterwards is answered.
    "SELECT count(pg_terminate_backend(pid, 60000)) FROM pg_stat_activity"
    " WHERE datname = %s AND pid <> pg_backend_pid()"
)
SILENT_S = 20.0
"""Seconds after which a connection from which nothing comes is given up."""
CONNECT_S = 10.0
"""Seconds that a new one may take."""
LATE_S = 60.0
"""Seconds that a busy machine may take beside; unheard, a connection would wait for hours."""
COMMIT = b"COMMIT\0"
OTHERS = (
    "SELECT pid, client_port FROM pg_stat_activity WHERE datname = %s AND pid <> pg_backend_pid()"
    " AND backend_type = 'client backend'"
)
WRITTEN = ("tasks", "annotations", "files", "log_entries", "predictions")
"""Tables whose transactions fail."""
FAILS = """
CREATE SEQUENCE failures;
CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF random() < 0.2 THEN
        PERFORM nextval('failures');
        RAISE EXCEPTION 'could not serialize access' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN NULL;
END $$;
"""
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


@pytest.mark.parametrize("seed", tries(80 // ENDS))
def test_r34_connections_to_the_database_are_cut(served: Served, address: str, seed: int) -> None:
    """At any moment, before a commit, in it and behind: the server goes on without a restart."""
    name = address.rpartition("/")[2]
    with closing(psycopg.connect(address, autocommit=True)) as conn:

        def cut() -> bool:
            return conn.execute(CUT, (name,)).fetchone()[0] > 0

        meanwhile(served, seed, lambda: processes.until(cut, "a connection to cut"))


@pytest.fixture(scope="module")
def frail(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Served, Postgresql]]:
    """A server on a PostgreSQL that nobody else uses."""
    with running() as database:
        address = database.url(database.create())
        with serve(tmp_path_factory.mktemp("frail") / "data", database=address) as found:
            yield found, database


@pytest.mark.parametrize("seed", tries(80 // ENDS))
def test_r34_the_database_crashes(frail: tuple[Served, Postgresql], seed: int) -> None:
    """As often as it crashes: nothing is lost that was answered for, and the server goes on."""
    served, database = frail
    meanwhile(served, seed, database.crash)


@pytest.fixture(scope="module")
def far(
    postgresql: Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, Proxy]]:
    """A server whose connections to the database fail as they are told."""
    name, proxy = postgresql.create(), Proxy(postgresql.port)
    address = postgresql.url(name).replace(str(postgresql.port), proxy.url.rpartition(":")[2])
    with serve(tmp_path_factory.mktemp("far") / "data", database=address) as found:
        yield found, proxy
    proxy.close()


@pytest.mark.parametrize("seed", tries(80 // ENDS))
def test_r34_the_connection_is_lost_in_a_commit(far: tuple[Served, Proxy], seed: int) -> None:
    """Done or not, nobody knows: who asks again by the same key is told, and nothing is doubled."""
    (served, proxy), chance = far, random.Random(f"commit {seed}")

    def lost() -> Fault:
        return Fault(
            word=COMMIT, words_passed=chance.randint(0, 8), word_arrives=chance.random() < 0.5
        )

    def end() -> None:
        before, proxy.fault = proxy.words_cut, lost
        proxy.drop_connections()
        processes.until(lambda: proxy.words_cut > before, "a commit")
        proxy.fault = lambda: WHOLE
        # Others that were made meanwhile would be cut at a commit of later.
        proxy.drop_connections()

    meanwhile(served, seed, end)


@pytest.fixture(scope="module")
def failing(
    postgresql: Postgresql, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Served, psycopg.Connection]]:
    """A server whose transactions fail now and then when they are to be committed."""
    address = postgresql.url(postgresql.create())
    with ExitStack() as stack:
        served = stack.enter_context(
            serve(tmp_path_factory.mktemp("failing") / "data", database=address)
        )
        conn = stack.enter_context(closing(psycopg.connect(address, autocommit=True)))
        conn.execute(FAILS)
        for table in WRITTEN:
            conn.execute(
                f"CREATE CONSTRAINT TRIGGER fails AFTER INSERT ON {table}"
                " DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION fail()"
            )
        yield served, conn


@pytest.mark.parametrize("seed", tries(80 // ENDS))
def test_r34_a_commit_that_fails(failing: tuple[Served, psycopg.Connection], seed: int) -> None:
    """As one that the database cannot order among others: it is not there, and was not promised."""
    served, conn = failing

    def met() -> int:
        found = conn.execute("SELECT CASE WHEN is_called THEN last_value ELSE 0 END FROM failures")
        return int(found.fetchone()[0])

    def end() -> None:
        before = met()
        for table in WRITTEN:
            conn.execute(f"ALTER TABLE {table} ENABLE TRIGGER fails")
        processes.until(lambda: met() > before, "a failure")
        for table in WRITTEN:
            conn.execute(f"ALTER TABLE {table} DISABLE TRIGGER fails")

    meanwhile(served, seed, end)


@pytest.fixture
def line(postgresql: Postgresql) -> Iterator[tuple[str, Proxy]]:
    """The address of a new database at the end of a line."""
    name, proxy = postgresql.create(), Proxy(postgresql.port)
    yield postgresql.url(name).replace(str(postgresql.port), proxy.url.rpartition(":")[2]), proxy
    proxy.close()


def test_r34_the_database_vanishes(line: tuple[str, Proxy], tmp_path: Path) -> None:
    """As by a power cut: who asks is told in time, and nothing is held up when it is back."""
    address, proxy = line
    with ExitStack() as stack:
        served = stack.enter_context(serve(tmp_path / "data", database=address))
        beside = stack.enter_context(closing(databases.open_database(address, threads=1)))
        pool = stack.enter_context(ThreadPoolExecutor(1))
        port = int(served.url.rpartition(":")[2])

        def asked_s() -> float:
            begun = time.monotonic()
            assert not processes.answers(port)
            return time.monotonic() - begun

        def lose() -> Future[float]:
            asked: Future[float]
            with suppress(sa.exc.OperationalError), beside.write("a turn") as conn:
                proxy.vanish()
                asked = pool.submit(asked_s)
                conn.exec_driver_sql("SELECT 1")
            return asked

        def end() -> None:
            begun = time.monotonic()
            asked = lose()
            assert time.monotonic() - begun < SILENT_S + LATE_S
            assert asked.result() < SILENT_S + CONNECT_S + LATE_S
            proxy.appear()
            processes.until(lambda: processes.answers(port), "an answer")

        meanwhile(served, 0, end, ends=1)
        # The session that had the turn has no more: PostgreSQL too heard nothing from it.
        with beside.write("a turn"):
            pass


def test_r34_a_server_ends_whatever_the_database_does(
    postgresql: Postgresql, tmp_path: Path
) -> None:
    """Though its system answers, as that of a process that stands still does."""
    name = postgresql.create()
    running = processes.Serving(tmp_path / "data", LINLOG_DATABASE=postgresql.url(name))
    running.wait()
    with closing(psycopg.connect(postgresql.url(name))) as conn, ThreadPoolExecutor(1) as pool:
        held = dict(conn.execute(OTHERS, (name,)).fetchall())
        try:
            for pid in held:
                os.kill(pid, signal.SIGSTOP)
            asked = pool.submit(processes.answers, running.port)
            processes.until(lambda: unread({*held.values()}), "a question to the database")
            begun = time.monotonic()
            running.stop()
            took_s = time.monotonic() - begun
            assert not asked.result()
        finally:
            for pid in held:
                os.kill(pid, signal.SIGCONT)
    assert serving.END_S <= took_s < serving.END_S + LATE_S


def unread(ports: set[int]) -> bool:
    """Whether something waits to be read that came over TCP from one of the ports."""
    lines = Path("/proc/net/tcp").read_text().splitlines()[1:]
    connections = [line.split()[2:5] for line in lines]
    return any(
        int(sender.partition(":")[2], 16) in ports and int(queues.partition(":")[2], 16) > 0
        for sender, _, queues in connections
    )


def meanwhile(served: Served, seed: int, end: Callable[[], None], *, ends: int = ENDS) -> None:
    """Several clients work while something ends again and again; then all is well."""
    chance, stopping = random.Random(seed), Event()
    clients = [LinLogClient(served.url, served.token) for _ in range(CLIENTS)]
    sessions = [Session(client, seed * CLIENTS + at) for at, client in enumerate(clients)]

    def work(session: Session) -> None:
        while not stopping.is_set():
            session.step()

    with ThreadPoolExecutor(CLIENTS) as pool:
        working = [pool.submit(work, session) for session in sessions]
        try:
            for _ in range(ends):
                stopping.wait(chance.uniform(0, 0.5))
                end()
        finally:
            stopping.set()
    for each in working:
        each.result()
    for session in sessions:
        session.check(session.client)
        assert all(session.step() for _ in range(3))
        session.check(session.client)
    for client in clients:
        client.close()
