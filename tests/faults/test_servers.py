"""Servers that are killed, and disks that fail below them: R01 to R05, R36."""

from __future__ import annotations

import random
import re
import shutil
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.factories import processes
from tests.factories.commits import of_sqlite
from tests.faults.counts import tries
from tests.faults.images import TRACE, WAYS, Disk, events, is_answer
from tests.faults.servers import STRACE, SYNCS, WRITES, House, Running
from tests.faults.sessions import Session, check_disk, opened

CLIENTS = 8
STEPS = 30
ENDS = 10
"""How often a server ends in one try."""
RESTART_S = 5.0
STOP_S = 10.0
LATE_S = 60.0
"""Seconds that a busy machine may take beside."""
CUTS = 10
"""How often, and in each way, power is cut in one try."""
traced = pytest.mark.skipif(STRACE is None, reason="strace is not installed")
pytestmark = pytest.mark.usefixtures("impatient")


def prove(house: House, sessions: list[Session]) -> None:
    """Start a server on what is left: it holds what was answered for, and goes on."""
    house.answering()
    with house.client() as client:
        for session in sessions:
            session.check(client)
            session.client = client
            assert all(session.step() for _ in range(3))
            session.check(client)
    check_disk(house.data)


@pytest.mark.parametrize("seed", tries(1000 // ENDS))
def test_r01_killed_at_a_random_time(house: House, seed: int) -> None:
    ended_at_work(house, seed, lambda server: server.kill())


@pytest.mark.parametrize("seed", tries(200 // ENDS))
def test_r36_told_to_stop_at_a_random_time(house: House, seed: int) -> None:
    ended_at_work(house, seed, stopped)


def stopped(server: Running) -> None:
    """Tell a server to stop: within ten seconds no request is under way any more."""
    begun = time.monotonic()
    server.stop()
    assert time.monotonic() - begun < STOP_S + LATE_S


def ended_at_work(house: House, seed: int, end: Callable[[Running], None]) -> None:
    """Several clients work until the server ends, and again as soon as the next one answers."""
    server, chance = house.answering(), random.Random(seed)
    clients = [house.client() for _ in range(CLIENTS)]
    sessions = [Session(client, seed * CLIENTS + at) for at, client in enumerate(clients)]

    def work(session: Session) -> None:
        while session.step():
            pass

    for _ in range(ENDS):
        begun, asked = time.monotonic(), sum(len(session.asked) for session in sessions)
        server = house.answering()
        assert time.monotonic() - begun < RESTART_S + LATE_S
        with ThreadPoolExecutor(CLIENTS) as pool:
            working = [pool.submit(work, session) for session in sessions]
            time.sleep(chance.uniform(0, 0.5))
            end(server)
            for each in working:
                each.result()
        assert sum(len(session.asked) for session in sessions) >= asked + CLIENTS
    for client in clients:
        client.close()
    prove(house, sessions)


SMALL = ("annotation", "entry", "prediction")
"""What shares its commit."""


def test_r01_killed_in_the_middle_of_shared_commits(house: House) -> None:
    """Clients write a little each, again and again, until the server is killed between two writes.

    The server commits less often than it answers: else nothing was shared, and nothing proved.
    """
    answers = commits = 0
    for seed in tries(50):
        chance = random.Random(seed)
        house.answering().kill()
        # A busy machine ends no commit early.
        server = Running(house.forker, house.data, house.port, shared_ms=60_000)
        assert server.wait(house.token)
        clients = [house.client() for _ in range(CLIENTS)]
        sessions = [
            Session(client, seed * CLIENTS + at, SMALL) for at, client in enumerate(clients)
        ]
        before = of_sqlite(house.database)
        shared = wrote(sessions, server, until=chance.randint(CLIENTS, 20 * CLIENTS))
        answers += shared
        commits += of_sqlite(house.database) - before
        for client in clients:
            client.close()
        prove(house, sessions)
    assert commits < answers


def wrote(sessions: list[Session], server: Running, *, until: int) -> int:
    """Let sessions write, and kill the server after so many answers; how many there were."""

    def work(session: Session) -> None:
        while session.step():
            pass

    def answered() -> int:
        return sum(len(session.answered) for session in sessions)

    with ThreadPoolExecutor(len(sessions)) as pool:
        working = [pool.submit(work, session) for session in sessions]
        processes.until(lambda: answered() >= until, "answers")
        server.kill()
        for each in working:
            each.result()
    return answered()


@traced
@pytest.mark.parametrize("seed", tries(300))
def test_r02_killed_at_a_write_or_sync(house: House, seed: int) -> None:
    chance = random.Random(seed)
    calls, most = chance.choice([(WRITES, 300), (SYNCS, 15)])
    server = house.answering()
    with house.client() as client:
        session = Session(client, seed)
        server.kill()
        at = f"{calls}:signal=KILL:when={chance.randint(1, most)}"
        server = house.start("-e", f"trace={calls}", "-e", f"inject={at}", "-o", "/dev/null")
        if server.wait(house.token):
            steps = 0
            while session.step() and steps < STEPS:
                steps += 1
        server.kill()
    prove(house, [session])


@traced
@pytest.mark.parametrize("seed", tries(50))
def test_r05_a_sync_that_fails(house: House, seed: int) -> None:
    chance = random.Random(seed)
    server = house.answering()
    with house.client() as client:
        session = Session(client, seed)
        server.kill()
        at = f"{SYNCS}:error=EIO:when={chance.randint(1, 8)}+{chance.choice(['', '5'])}"
        server = house.start("-e", f"trace={SYNCS}", "-e", f"inject={at}", "-o", "/dev/null")
        if server.wait(house.token):
            done = [session.step() for _ in range(STEPS)]
            assert not all(done), "a sync failed, and nobody was told"
        server.kill()
    prove(house, [session])


@traced
@pytest.mark.parametrize("seed", tries(34))
def test_r04_nothing_is_answered_for_before_it_is_on_disk(
    house: House, tmp_path: Path, seed: int
) -> None:
    order = tmp_path / "order"
    words = ("-y", "-s", "16", "-e", f"trace=mkdir,{WRITES},{SYNCS}", "-o", str(order))
    house.answering().kill()
    server = house.start(*words)
    assert server.wait(house.token)
    with house.client() as client:
        session = Session(client, seed)
        assert all(session.step() for _ in range(STEPS))
    server.kill()
    answers, early = audited(order.read_text(errors="replace"), house.data)
    assert answers >= STEPS
    assert early == []
    prove(house, [session])


@traced
@pytest.mark.parametrize("seed", tries(500 // CUTS))
def test_r03_power_is_cut(house: House, tmp_path: Path, seed: int) -> None:
    chance, trace, steps = random.Random(seed), tmp_path / "trace", 12
    house.answering()
    with house.client() as client:
        session = Session(client, seed)
        house.answering().kill()
        disk = Disk.of(house.data)
        server = house.start(*TRACE, "-o", str(trace))
        assert server.wait(house.token)
        assert all(session.step() for _ in range(steps))
    server.kill()
    happened = [*events(trace.read_text())]
    first = next(at for at, event in enumerate(happened) if is_answer(event))
    cuts = Counter(
        (chance.randrange(first, len(happened)), way) for way in WAYS for _ in range(CUTS)
    )
    answers = -1
    for at, event in enumerate(happened):
        disk.see(event)
        answers += is_answer(event)
        for way in WAYS:
            for number in range(cuts[at, way]):
                left = tmp_path / f"{way}-{at}-{number}"
                disk.cut(way, chance, left)
                with opened(left, house.token) as client:
                    session.after(answers).check(client)
                check_disk(left)
                shutil.rmtree(left)
    assert answers == steps


def test_the_audit_sees_what_comes_too_early() -> None:
    written = '7 pwrite64(9</d/x-wal>, "\\0"..., 24, 0) = 24'
    answered = '6 write(4<socket:[1]>, "HTTP/1.1 200 OK"..., 90) = 90'
    begun, ended = "7 fdatasync(9</d/x-wal> <unfinished ...>", "7 <... fdatasync resumed>) = 0"
    renamed = '7 rename("/d/.a", "/d/a") = 0'
    for lines, early in (
        ([written, begun, ended, answered], []),
        ([written, begun, answered, ended], ["/d/x-wal"]),
        ([written, answered], ["/d/x-wal"]),
        ([answered, written], []),
        ([renamed, answered], ["/d"]),
        ([renamed, "7 fsync(3</d>) = 0", answered], []),
        (['7 rename("/d/.a/b", "/d/c/b") = 0', "7 fsync(3</d/.a>) = 0", answered], ["/d/c"]),
        (['7 mkdir("/d/ab", 0700) = 0', answered], ["/d"]),
        (['7 mkdir("/d/ab", 0700) = -1 EEXIST (File exists)', answered], []),
        (
            [written, "7 fdatasync(9</d/x-wal>) = -1 EIO (Input/output error)", answered],
            ["/d/x-wal"],
        ),
    ):
        answers, found = audited("\n".join(lines), Path("/d"))
        assert answers == 1
        assert [each.partition(" ")[0] for each in found] == early


_CALL = re.compile(r'(\w+)\((?:\d+<(.*?)>|"(.*?)"(?:, "(.*?)")?)')


def audited(order: str, data: Path) -> tuple[int, list[str]]:
    """How many answers of success there were, and what was not on disk when one was given."""
    dirty: set[str] = set()
    syncing: dict[str, str] = {}
    answers, early = 0, []
    for line in order.splitlines():
        process, _, said = line.partition(" ")
        said = said.lstrip()
        if said.startswith("<... "):
            begun = syncing.pop(process, "")
            dirty -= {begun} if said.endswith("= 0") else set()
            continue
        found = _CALL.match(said)
        if found is None:
            continue
        call, where = found[1], found[2] or found[3]
        if call in SYNCS.split(","):
            if said.endswith("<unfinished ...>"):
                syncing[process] = where
            elif said.endswith("= 0"):
                dirty.discard(where)
        elif call in {"rename", "mkdir"}:
            if " = -1 " in said:
                continue
            name = found[4] or where
            dirty |= {str(Path(name).parent)} if name.startswith(str(data)) else set()
            dirty = {name if each == where else each for each in dirty}
        elif where.startswith(str(data)) and not where.endswith("-shm"):
            dirty.add(where)
        elif "HTTP/1.1 20" in said:
            answers += 1
            early += [f"{each} before {said[:80]}" for each in dirty]
    return answers, early
