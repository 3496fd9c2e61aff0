"""Shared commits, on every database: told when they are durable, and each write all or nothing."""

from __future__ import annotations

import ctypes
import random
import signal
import sys
import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, suppress
from pathlib import Path
from threading import Event, Lock, Thread

import pytest
import sqlalchemy as sa

from linlog import limits
from linlog.server import databases, failures
from linlog.server.databases import Unavailable
from linlog.server.databases._protocol import Database
from linlog.server.sharing import Outcome
from linlog.server.store import tables
from tests.factories.commits import counted, is_postgresql, line, of_sqlite, spoil, wait_for
from tests.patience import PATIENCE_S

Work = Callable[[sa.Connection], object]


def add(name: str) -> Work:
    """Write a row."""
    values = {"id": f"o_{name}", "name": name, "created": 1}
    return lambda conn: conn.execute(tables.organisations.insert().values(**values))


def names(database: Database) -> list[str]:
    """The rows that a new reader sees."""
    with database.read() as conn:
        return [*conn.execute(sa.select(tables.organisations.c.name)).scalars()]


class Writer(Thread):
    """A write in a thread of its own, which is held in its block until it is let go."""

    def __init__(self, database: Database, work: Work, *, turn: str = "o", shares: bool = True):
        super().__init__(daemon=True)
        self.database, self.work, self.turn = database, work, turn
        self.outcome = Outcome() if shares else None
        self.began, self.go, self.left = Event(), Event(), Event()
        self.error: BaseException | None = None
        self.start()

    def run(self) -> None:
        """Write, and wait until it is committed."""
        try:
            with self.database.write(self.turn, self.outcome) as conn:
                self.began.set()
                assert self.go.wait(PATIENCE_S)
                self.work(conn)
            self.left.set()
            if self.outcome is not None:
                self.outcome.wait()
        except BaseException as error:  # noqa: BLE001 - the test looks at it
            self.error = error

    def end(self) -> BaseException | None:
        """Let it go; how it failed, if it did."""
        self.go.set()
        self.join(PATIENCE_S)
        assert not self.is_alive(), "it waits for ever"
        return self.error


def ended(*writers: Writer) -> list[BaseException | None]:
    """Let all of them go; how each failed, if it did."""
    for writer in writers:
        writer.go.set()
    return [writer.end() for writer in writers]


def crowd(database: Database, *works: Work) -> list[Writer]:
    """Writers of one turn: the first is in its block, the others wait in their order."""
    made: list[Writer] = []
    for work in works:
        made.append(Writer(database, work))
        if len(made) == 1:
            assert made[0].began.wait(PATIENCE_S)
        else:
            wait_for(database, len(made) - 1, "o")
    return made


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A busy machine ends no commit early."""
    monkeypatch.setattr(limits, "SHARED_COMMIT_MS", 1000 * PATIENCE_S)


# ---------------------------------------------------------------------------- one commit for many


def test_those_who_wait_share_a_commit(database: Database) -> None:
    with counted(database) as commits:
        writers = crowd(database, *map(add, "abcdef"))
        for writer in writers[:-1]:
            writer.go.set()
            assert writer.left.wait(PATIENCE_S)
        # All but the last are done, none is told so, and nobody else sees anything.
        assert not any(writer.outcome.known for writer in writers)
        assert (commits["commits"], names(database)) == (0, [])
        told: list[list[str]] = []
        for writer in writers:
            writer.outcome.then(lambda: told.append(names(database)))
        assert ended(*writers) == [None] * 6
    assert commits["commits"] == 1
    # Whoever is told is told after it.
    assert [sorted(seen) for seen in told] == [[*"abcdef"]] * 6


def test_sqlite_forces_one_transaction_for_all(database: Database) -> None:
    if is_postgresql(database):
        pytest.skip("its log is another")
    place = Path(database.url.removeprefix("sqlite:///"))
    Writer(database, add("first")).end()
    before = of_sqlite(place)
    assert ended(*crowd(database, *map(add, "abcdefgh"))) == [None] * 8
    assert of_sqlite(place) == before + 1
    for name in "ijk":
        Writer(database, add(name)).end()
    assert of_sqlite(place) == before + 4


def test_a_writer_alone_does_what_it_always_did(database: Database) -> None:
    said: list[str] = []

    def note(_conn: object, _cursor: object, statement: str, *_: object) -> None:
        said.append(statement.split(maxsplit=1)[0])

    sa.event.listen(database.engine, "before_cursor_execute", note)
    for shares in (True, False):
        said.clear()
        assert Writer(database, add(f"{shares}"), shares=shares).end() is None
        assert "SAVEPOINT" not in said
        assert said[-1] == "INSERT"


def test_each_sees_what_those_before_it_did(database: Database) -> None:
    def follow(conn: sa.Connection) -> None:
        found = conn.execute(sa.select(sa.func.count()).select_from(tables.organisations))
        add(f"{found.scalar_one()}")(conn)

    assert ended(*crowd(database, *[follow] * 5)) == [None] * 5
    assert sorted(names(database)) == [*"01234"]


def test_so_many_share_and_no_more(database: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "SHARED_COMMITS", 3)
    with counted(database) as commits:
        assert ended(*crowd(database, *map(add, "abcdefg"))) == [None] * 7
    assert commits["commits"] == 3
    monkeypatch.setattr(limits, "SHARED_COMMIT_MS", 0)
    with counted(database) as commits:
        assert ended(*crowd(database, *map(add, "hijk"))) == [None] * 4
    assert commits["commits"] == 4


def test_whoever_shares_nothing_holds_up_nobody_before_it(database: Database) -> None:
    first, second = crowd(database, add("a"), add("b"))
    alone = Writer(database, add("alone"), shares=False)
    if not is_postgresql(database):
        wait_for(database, 2, "o")
    assert ended(first, second) == [None, None]
    # It has begun, and what came before it is committed and told.
    assert alone.began.wait(PATIENCE_S)
    assert sorted(names(database)) == ["a", "b"]
    last = Writer(database, add("c"))
    assert not last.began.is_set()
    assert ended(alone, last) == [None, None]
    assert sorted(names(database)) == ["a", "alone", "b", "c"]


def test_those_before_one_that_shares_nothing_do_not_wait_for_it(database: Database) -> None:
    if is_postgresql(database):
        pytest.skip("it waits in the database")
    (first,) = crowd(database, add("a"))
    alone = Writer(database, add("alone"), shares=False)
    wait_for(database, 1, "o")
    last = Writer(database, add("b"))
    wait_for(database, 2, "o")
    assert first.end() is None
    assert alone.began.wait(PATIENCE_S)
    assert names(database) == ["a"]
    assert ended(alone, last) == [None, None]


def test_another_process_gets_its_turn_when_it_asked(database: Database) -> None:
    if is_postgresql(database):
        pytest.skip("other processes wait in the database")
    (first,) = crowd(database, add("a"))
    seen: list[list[str]] = []

    def lend() -> None:
        with database.lend():
            seen.append(names(database))

    lender = Thread(target=lend)
    lender.start()
    wait_for(database, 1, "o")
    last = Writer(database, add("b"))
    wait_for(database, 2, "o")
    assert ended(first, last) == [None, None]
    lender.join(PATIENCE_S)
    assert seen == [["a"]]


def test_turns_do_not_wait_for_each_other(database: Database) -> None:
    if not is_postgresql(database):
        pytest.skip("it has one turn for all")
    ours = crowd(database, add("a"), add("b"))
    theirs = Writer(database, add("theirs"), turn="other")
    assert theirs.end() is None
    assert names(database) == ["theirs"]
    assert ended(*ours) == [None, None]


@pytest.mark.parametrize("shares", [True, False])
def test_whoever_writes_much_is_not_in_front_of_others(database: Database, *, shares: bool) -> None:
    if is_postgresql(database):
        pytest.skip("organisations wait for each other nowhere")
    began: list[str] = []

    def note(name: str) -> Work:
        return lambda _: began.append(name)

    writers = crowd(database, *map(note, ("a1", "a2", "a3")))
    for at, name in enumerate(("b1", "c1", "b2")):
        writers.append(Writer(database, note(name), turn=name[0], shares=shares))
        wait_for(database, 3 + at, "o")
    assert ended(*writers) == [None] * 6
    assert began == ["a1", "b1", "a2", "c1", "a3", "b2"]


def test_whoever_shares_with_one_who_writes_much_waits_for_one_write_of_it(
    database: Database,
) -> None:
    if is_postgresql(database):
        pytest.skip("each organisation has a line of its own")
    few = Writer(database, add("few"), turn="few")
    assert few.began.wait(PATIENCE_S)
    many = []
    for at in range(3):
        many.append(Writer(database, add(f"many {at}"), turn="many"))
        wait_for(database, at + 1, "many")
    few.go.set()
    many[0].go.set()
    assert few.end() is None
    assert names(database) == ["few", "many 0"]
    assert ended(*many) == [None] * 3


def test_two_processes_take_turns(database: Database) -> None:
    """What another one holds is waited for, and seen."""
    other = databases.open_database(database.url, threads=2)
    with closing(other):
        held = Writer(other, add("there"))
        assert held.began.wait(PATIENCE_S)
        ours = [Writer(database, add(name)) for name in "ab"]
        assert held.end() is None
        assert ended(*ours) == [None, None]
    assert sorted(names(database)) == ["a", "b", "there"]


# ---------------------------------------------------------------------------- what fails


def refuse(conn: sa.Connection) -> None:
    """Write, and find out that it may not be."""
    add("refused")(conn)
    raise ValueError("planted")


def twice(conn: sa.Connection) -> None:
    """Write what the database itself refuses in the end."""
    add("refused")(conn)
    add("refused")(conn)


@pytest.mark.parametrize("place", range(4))
@pytest.mark.parametrize(
    ("fault", "error"), [(refuse, ValueError), (twice, sa.exc.IntegrityError)], ids=["rule", "row"]
)
def test_one_that_fails_takes_nothing_of_others(
    database: Database, place: int, fault: Work, error: type[Exception]
) -> None:
    works = [*map(add, "abcd")]
    works[place] = fault
    with counted(database) as commits:
        errors = ended(*crowd(database, *works))
    assert [type(one) for one in errors if one is not None] == [error]
    assert isinstance(errors[place], error)
    kept = [name for at, name in enumerate("abcd") if at != place]
    assert sorted(names(database)) == kept
    # The first has nobody before it: what fails then is the transaction.
    assert commits["commits"] == 1


def test_all_that_fail_leave_nothing(database: Database) -> None:
    errors = ended(*crowd(database, *[refuse] * 4))
    assert [type(one) for one in errors] == [ValueError] * 4
    assert names(database) == []
    assert Writer(database, add("after")).end() is None


def break_off(conn: sa.Connection) -> None:
    """Have the database give a transaction up: by a full disk, or by the end of its connection."""
    if conn.dialect.name == "postgresql":
        conn.exec_driver_sql("SELECT pg_terminate_backend(pg_backend_pid())")
        return
    pages = conn.exec_driver_sql("PRAGMA page_count").scalar_one()
    conn.exec_driver_sql(f"PRAGMA max_page_count={pages + 2}")
    try:
        for at in range(100):
            add(f"{at}-{'x' * 100_000}")(conn)
    finally:
        conn.exec_driver_sql("PRAGMA max_page_count=1073741823")


@pytest.fixture
def watched(database: Database, monkeypatch: pytest.MonkeyPatch) -> tuple[Database, list[str]]:
    """A database, and how often it said that something was lost."""
    lost: list[str] = []
    opened = databases.open_database(database.url, threads=4, lost=lambda: lost.append("lost"))
    return opened, lost


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_commit_that_fails_fails_all_and_the_next_is_well(
    watched: tuple[Database, list[str]], place: int
) -> None:
    database, lost = watched
    works = [*map(add, "abcd")]
    works[place] = spoil
    with closing(database):
        assert Writer(database, add("before")).end() is None
        errors = ended(*crowd(database, *works))
        # The one in whose thread it was tried has the database's own error.
        assert isinstance(errors.pop(), sa.exc.IntegrityError)
        assert [type(error) for error in errors] == [Unavailable] * 3
        assert len({id(error) for error in errors}) == 3
        assert all(isinstance(error.__cause__, sa.exc.IntegrityError) for error in errors)
        assert Writer(database, add("after")).end() is None
        assert sorted(names(database)) == ["after", "before"]
        assert lost == ["lost"]


def test_what_the_database_gives_up_is_lost_to_all(watched: tuple[Database, list[str]]) -> None:
    database, lost = watched
    with closing(database):
        errors = ended(*crowd(database, add("a"), add("b"), break_off, add("after")))
        assert [type(error) for error in errors] == [*[Unavailable] * 3, type(None)]
        full = [failures.is_full(error) for error in errors if error is not None]
        assert full == [not is_postgresql(database)] * 3
        assert names(database) == ["after"]
        assert lost == ["lost"]


def test_an_end_that_was_swallowed_is_seen(database: Database) -> None:
    """Even where whoever wrote did not notice that its transaction was gone."""

    def swallow(conn: sa.Connection) -> None:
        conn.exec_driver_sql("ROLLBACK")

    errors = ended(*crowd(database, add("a"), swallow, add("b")))
    assert [type(error) for error in errors] == [Unavailable, Unavailable, type(None)]
    assert names(database) == ["b"]


def test_a_failed_statement_that_was_swallowed_is_no_success(database: Database) -> None:
    """PostgreSQL would answer a commit after it, and commit nothing."""
    if not is_postgresql(database):
        pytest.skip("a statement that fails there changes nothing else")

    def swallow(conn: sa.Connection) -> None:
        with suppress(sa.exc.ProgrammingError):
            conn.exec_driver_sql("SELECT planted failure")

    assert [type(one) for one in ended(*crowd(database, swallow))] == [Unavailable]
    errors = ended(*crowd(database, add("a"), swallow, add("b")))
    assert [type(one) for one in errors] == [type(None), Unavailable, type(None)]
    assert sorted(names(database)) == ["a", "b"]


# ---------------------------------------------------------------------------- whoever is ended


def interrupt(thread: Thread) -> None:
    """Let an error come out of a thread as soon as it does anything."""
    assert thread.ident is not None
    raised = ctypes.py_object(KeyboardInterrupt)
    assert ctypes.pythonapi.PyThreadState_SetAsyncExc(ctypes.c_ulong(thread.ident), raised) == 1


@pytest.mark.parametrize("place", [1, 2, 3])
def test_a_waiter_that_is_ended_gives_the_turn_on(database: Database, place: int) -> None:
    writers = crowd(database, *map(add, "abcd"))
    interrupt(writers[place])
    errors = ended(*writers)
    assert [type(one) for one in errors if one is not None] == [KeyboardInterrupt]
    assert isinstance(errors[place], KeyboardInterrupt)
    kept = [name for at, name in enumerate("abcd") if at != place]
    assert sorted(names(database)) == kept
    assert Writer(database, add("after")).end() is None


class Ended(Exception):
    """What a signal raises."""


@pytest.mark.skipif(not hasattr(signal, "pthread_kill"), reason="no such signals")
def test_a_waiter_that_a_signal_ends_leaves_the_line(database: Database) -> None:
    if threading.current_thread() is not threading.main_thread():
        pytest.skip("signals come to the main thread")

    def end(*_: object) -> None:
        raise Ended

    def send() -> None:
        wait_for(database, 2, "o")
        signal.pthread_kill(threading.main_thread().ident, signal.SIGUSR1)

    first, other = crowd(database, add("a"), add("b"))
    before = signal.signal(signal.SIGUSR1, end)
    try:
        Thread(target=send, daemon=True).start()
        with pytest.raises(Ended), database.write("o", Outcome()):
            pytest.fail("its turn has not come")
    finally:
        signal.signal(signal.SIGUSR1, before)
    wait_for(database, 1, "o")
    assert ended(first, other) == [None, None]
    assert sorted(names(database)) == ["a", "b"]


def test_whoever_waits_too_long_is_told_so(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    if not is_postgresql(database):
        pytest.skip("nobody there waits for a lock in vain")
    first, second = crowd(database, add("a"), add("b"))
    monkeypatch.setattr(line(database, "o"), "_patience_s", 0.01)
    late = Writer(database, add("late"))
    late.join(PATIENCE_S)
    assert isinstance(late.error, Unavailable)
    assert ended(first, second) == [None, None]
    assert sorted(names(database)) == ["a", "b"]


# ---------------------------------------------------------------------------- all at once

THREADS = 10
EACH = 12


@pytest.mark.parametrize("seed", range(3))
def test_whatever_comes_at_once_ends_and_is_kept_or_not(database: Database, seed: int) -> None:
    """Writers that share or not, fail, are ended, and lend; none waits for ever, none is lost."""
    begun, maybe, kept, guard = Counter[str](), set[str](), set[str](), Lock()
    switching = sys.getswitchinterval()
    sys.setswitchinterval(1e-5)

    def write(at: int) -> None:
        chance = random.Random(seed * THREADS + at)
        for number in range(EACH):
            name, way = f"{at}-{number}", chance.choice(["share"] * 6 + ["alone", "lend", "fail"])
            with guard:
                begun[way] += 1
            if way == "lend":
                with database.lend():
                    continue
            outcome = None if way == "alone" else Outcome()
            try:
                with database.write("o", outcome) as conn:
                    add(name)(conn)
                    if chance.random() < 0.1:
                        # Comes out in the block, or as soon as this thread runs again.
                        with guard:
                            maybe.add(name)
                        interrupt(threading.current_thread())
                    if way == "fail":
                        add(name)(conn)
                if outcome is not None:
                    outcome.wait()
            except (sa.exc.IntegrityError, KeyboardInterrupt):
                continue
            with guard:
                kept.add(name)

    try:
        with ThreadPoolExecutor(THREADS) as pool, counted(database) as commits:
            for running in [pool.submit(write, at) for at in range(THREADS)]:
                running.result(PATIENCE_S)
    finally:
        sys.setswitchinterval(switching)
    found = names(database)
    assert len(found) == len({*found})
    assert kept <= {*found} <= kept | maybe
    assert commits["commits"] < len(found)
    assert begun["share"] > THREADS
    assert Writer(database, add("after")).end() is None
    assert not line(database, "o") or not line(database, "o")._taken
