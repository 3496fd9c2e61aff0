"""Clients that are killed, cut off or end in any way: R06 to R09 and R23."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from linlog import LinLogClient
from linlog.client import left, sender
from linlog.client.journal import files, folder, frames
from tests.faults.conftest import World, left_log
from tests.faults.counts import tries
from tests.faults.scenarios import Forker, kill, notes, wait
from tests.patience import PATIENCE_S, shared


def synced(world: World) -> list[left.Delivery]:
    """Deliver what waits, from this process."""
    with LinLogClient(world.url, world.token) as client:
        return list(left.deliver(client._http))


def undelivered(world: World) -> list[left.Delivery]:
    """Deliver what waits; what became of the journals of which something was not taken.

    The kernel writes page by page, and stops between two where the process is killed: the record
    that was being written may be half there. It counts as damaged, and was not accepted.
    """
    return [each for each in synced(world) if each.refused or each.problem or each.damaged > 1]


def journals_in(folder: Path) -> list[Path]:
    """The journals that there are; what is hidden was being begun, and has no records."""
    found = folder.iterdir() if folder.exists() else []
    return [path for path in found if path.name[0] != "."]


def predicted(world: World, run_id: str) -> list[str]:
    """The ids of a run's predictions."""
    page = world.client.predictions.list(run_id, limit=1000).everything()
    return [prediction.id for prediction in page]


@pytest.mark.parametrize("seed", tries(1000))
def test_r06_killed_while_it_logs(
    world: World, forker: Forker, tmp_path: Path, journals: Path, seed: int
) -> None:
    chance, version, history = random.Random(seed), world.version(), tmp_path / "history"
    run = world.run(version.id)
    given = world.given(version.id) | {"most": 3000, "pause_s": chance.choice([0, 0.0002])}
    process = forker.start("train", history, journals, **given)
    assert notes(history, "begun", patient=True)
    time.sleep(chance.uniform(0, 0.06))
    kill(process)
    assert undelivered(world) == []
    logged, found = len(notes(history, "logged")), world.log_of(version.id)
    assert found == list(range(len(found)))
    assert logged <= len(found) <= logged + 1
    ids, there = [line[0] for line in notes(history, "predicted")], predicted(world, run.id)
    assert len(there) == len({*there})
    assert {*ids} <= {*there}
    assert len(ids) <= len(there) <= len(ids) + 1
    assert journals_in(journals) == []


@pytest.mark.parametrize("seed", tries(300))
def test_r07_what_was_not_forced_to_disk_is_gone(
    world: World, forker: Forker, tmp_path: Path, journals: Path, seed: int
) -> None:
    chance, version, history = random.Random(seed), world.version(), tmp_path / "history"
    given = world.given(version.id) | {"most": 3000, "pause_s": chance.choice([0, 0.0005])}
    process = forker.start("train_noting_what_is_forced", history, journals, **given)
    assert notes(history, "logged", patient=True)
    time.sleep(chance.uniform(0.05, 0.4))
    kill(process)
    (path,) = (path for path in journals_in(journals) if version.id in path.name)
    sizes = [int(line[1]) for line in notes(history, "forced") if line[0] == str(path)]
    forced = max(sizes, default=files.START)
    kept = scan(path.read_bytes()[:forced]).frames
    path.write_bytes(crashed(path.read_bytes(), forced, chance))
    held, left_over = world.log_of(version.id), scan(path.read_bytes()).frames
    lost = scan(behind(path.read_bytes(), held)).lost
    found = [each for each in synced(world) if each.target == version.id]
    there = world.log_of(version.id)
    assert there == sorted({*there})
    assert {frame.number for frame in kept} <= {*there}
    assert len(there) <= len(notes(history, "logged")) + 1
    assert [each.problem for each in found] == [None]
    # Rubbish is seen, unless a request that was under way brought what was there; a journal that
    # ends early with a whole record has nothing to tell it by.
    brought = {*there} - {*held} - {frame.number for frame in left_over}
    assert found[0].damaged >= min(1, lost) or brought


def crashed(data: bytes, forced: int, chance: random.Random) -> bytes:
    """What a power cut may leave of a journal: what was forced, and little or rubbish behind."""
    way = chance.choice(["nothing", "cut", "sectors", "zeros"])
    if way == "nothing":
        return data[:forced]
    if way == "cut":
        return data[: chance.randint(forced, len(data))]
    return data[:forced] + b"".join(
        bytes(512) if way == "zeros" or chance.random() < 0.5 else data[at : at + 512]
        for at in range(forced, len(data), 512)
    )


def behind(data: bytes, held: list[int]) -> bytes:
    """A journal without the records up to the last that the server holds: damage there is none."""
    known = [frame for frame in scan(data).frames if frame.number <= max(held, default=-1)]
    if not known:
        return data
    last = frames.write(*known[-1])
    return data[: files.START] + data[data.rindex(last) + len(last) :]


def scan(data: bytes) -> frames.Scan:
    """The records in the bytes of a journal."""
    return frames.read(data[files.START :], most=10**6)


def told(journals: Path, tmp_path: Path) -> str:
    """What there is to be seen when a journal was not delivered as it should be."""
    lines = ["what is in the folder:"]
    for path in sorted(journals.iterdir()):
        inode = f":{path.stat().st_ino} "
        locks = [line for line in Path("/proc/locks").read_text().splitlines() if inode in line]
        lines += [f"  {path.name}, {path.stat().st_size} bytes, locks {locks}"]
    lines += [f"  {found}" for found in folder.waiting()]
    for history in sorted(tmp_path.glob("[abh]*")):
        if history.is_file():
            lines += [f"{history.name}:", *history.read_text().splitlines()[-20:]]
    return "\n".join(lines)


@pytest.mark.parametrize("seed", tries(500))
def test_r08_killed_while_it_syncs(
    world: World, forker: Forker, tmp_path: Path, journals: Path, seed: int
) -> None:
    chance, version = random.Random(seed), world.version()
    left_log(journals, world.url, version.id, 600)
    given = {"url": world.url, "token": world.token, "batch_bytes": 2048}
    for attempt in range(2):
        history = tmp_path / f"history-{attempt}"
        process = forker.start("sync", history, journals, **given)
        assert notes(history, "begun", patient=True), told(journals, tmp_path)
        time.sleep(chance.uniform(0, 0.15))
        kill(process)
    found = undelivered(world)
    assert found == [], f"{found}\n{told(journals, tmp_path)}"
    assert world.log_of(version.id) == list(range(600)), told(journals, tmp_path)
    assert journals_in(journals) == [], told(journals, tmp_path)


@pytest.mark.parametrize("seed", tries(200))
def test_r08_two_sync_one_journal_while_its_writer_may_live(
    world: World, forker: Forker, tmp_path: Path, journals: Path, seed: int
) -> None:
    chance, version = random.Random(seed), world.version()
    history = tmp_path / "history"
    given = world.given(version.id) | {"most": 400, "pause_s": 0.0001}
    trains = forker.start("train", history, journals, **given)
    assert notes(history, "begun", patient=True)
    asked = {"url": world.url, "token": world.token, "batch_bytes": 2048}
    before = [forker.start("sync", tmp_path / f"a{at}", journals, **asked) for at in range(2)]
    time.sleep(chance.uniform(0, 0.05))
    kill(trains)
    after = [forker.start("sync", tmp_path / f"b{at}", journals, **asked) for at in range(2)]
    for process in (*before, *after):
        wait(process)
    left_behind = undelivered(world)
    assert left_behind == [], f"{left_behind}\n{told(journals, tmp_path)}"
    found = world.log_of(version.id)
    assert found == list(range(len(found)))
    assert len(notes(history, "logged")) <= len(found)


@pytest.mark.parametrize("seed", tries(200))
def test_r23_two_processes_of_one_version(
    world: World, forker: Forker, tmp_path: Path, journals: Path, seed: int
) -> None:
    chance, version = random.Random(seed), world.version()
    given = world.given(version.id) | {"most": 300, "pause_s": 0.0001}
    histories = [tmp_path / "one", tmp_path / "two"]
    processes = [forker.start("train", path, journals, **given) for path in histories]
    for history, process in zip(histories, processes, strict=True):
        assert notes(history, "begun", patient=True)
        time.sleep(chance.uniform(0, 0.05))
        kill(process)
    assert undelivered(world) == []
    entries = world.client.log_entries.everything(version.id)
    for segment in (1, 2):
        found = [entry.data["at"] for entry in entries if entry.segment == segment]
        assert found == list(range(len(found)))
    logged = sum(len(notes(history, "logged")) for history in histories)
    assert logged <= len(entries) <= logged + 2


PROGRAM = """
import atexit, code, multiprocessing, os, signal, sys, threading, time
from linlog import LinLogClient, ModelTrainer
url, token, version_id, history, ending = sys.argv[1:]
noted = os.open(history, os.O_WRONLY | os.O_CREAT | os.O_APPEND)

def log(who, at):
    trainer.log({"who": who, "at": at})
    os.write(noted, f"logged {who}-{at}\\n".encode())

def work(at):
    log(f"worker-{os.getpid()}", at)

def spawned(at):
    return at

def endless():
    at = 0
    while True:
        log("daemon", at)
        at += 1
        time.sleep(0.0005)

def wait():
    # Python may see a signal only when the next call returns.
    for _ in range(3000):
        time.sleep(0.01)

if __name__ == "__main__":
    # Who is started in the background of a shell ignores it.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    client = LinLogClient(url, token)
    trainer = ModelTrainer(client)
    trainer.resume(version_id)
    for at in range(200):
        log("main", at)
    if ending == "exception":
        raise KeyError("the end")
    if ending == "ctrl-c":
        os.kill(os.getpid(), signal.SIGINT)
        wait()
    if ending == "sigterm":
        os.kill(os.getpid(), signal.SIGTERM)
        wait()
    if ending == "sigterm with a handler":
        signal.signal(signal.SIGTERM, lambda *_: (log("handler", 0), sys.exit(0)))
        os.kill(os.getpid(), signal.SIGTERM)
        wait()
    if ending == "sys.exit":
        sys.exit(3)
    if ending == "os._exit":
        os._exit(0)
    if ending == "fork":
        child = os.fork()
        for at in range(50):
            log("child" if child == 0 else "parent", at)
        if child == 0:
            os._exit(0)
        os.waitpid(child, 0)
    if ending == "spawn":
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            pool.map(spawned, range(3))
    if ending == "workers":
        with multiprocessing.get_context("fork").Pool(2) as pool:
            pool.map(work, range(40))
    if ending == "notebook":
        cells = code.InteractiveInterpreter({"log": log})
        cells.runsource("log('cell', 0)")
        cells.runsource("for at in range(1, 50): log('cell', at)", symbol="exec")
        os.kill(os.getpid(), signal.SIGKILL)
    if ending == "at exit":
        atexit.register(lambda: log("atexit", 0))
    if ending == "a thread goes on":
        threading.Thread(target=lambda: [(time.sleep(0.01), work(at)) for at in range(50)]).start()
    if ending == "daemon thread":
        threading.Thread(target=endless, daemon=True).start()
        time.sleep(0.05)
"""
ENDINGS = (
    *("return", "exception", "ctrl-c", "sigterm", "sigterm with a handler", "sys.exit"),
    *("os._exit", "fork", "spawn", "workers", "notebook", "at exit", "daemon thread"),
    "a thread goes on",
)
DELIVERED = ("return", "exception", "sys.exit", "a thread goes on")
"""Ends before which everything was delivered."""
ENDS_S = 30.0
"""Seconds within which a program ends; as many times that as a busy machine has work."""


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("seed", tries(25))
def test_r09_every_way_to_end(
    world: World, tmp_path: Path, journals: Path, ending: str, seed: int
) -> None:
    version, history, program = world.version(), tmp_path / "history", tmp_path / "program.py"
    program.write_text(PROGRAM)
    command = [sys.executable, program, world.url, world.token, version.id, history, ending]
    subprocess.run(command, timeout=PATIENCE_S, check=False, stderr=subprocess.DEVNULL)
    # From what it logged last: how soon a program begins is the machine's.
    took_s = time.time() - history.stat().st_mtime
    assert took_s < ENDS_S * shared()
    if ending in DELIVERED:
        # A server on a busy machine may be slower than who ends waits for it.
        assert journals_in(journals) == [] or took_s > sender.EXIT_GRACE_S
    assert undelivered(world) == []
    entries = world.client.log_entries.everything(version.id)
    found = [f"{entry.data['who']}-{entry.data['at']}" for entry in entries]
    logged = [line[0] for line in notes(history, "logged")]
    assert len(found) == len({*found})
    assert {*logged} <= {*found}
    # What was logged in the moment of the end may or may not be there.
    assert len(found) <= len(logged) + 1
    assert [name for name in found if name.startswith("main")] == [
        f"main-{at}" for at in range(200)
    ]
