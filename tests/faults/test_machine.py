"""Disks that fill up, folders that go, clocks that jump, journals at their bound or damaged."""

from __future__ import annotations

import random
import shutil
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from linlog import LinLogClient, ModelTrainer, errors
from linlog.client import sender
from linlog.client.journal import files, lanes
from linlog.client.transports.recorded import RecordedTransport
from tests.client.test_trainer import LOG, VERSION, accepted, entries
from tests.faults.conftest import World
from tests.faults.counts import SHARE, tries
from tests.faults.scenarios import Forker, notes, wait

LOGGED = 600
"""Entries where the journal has a bound, which is looked at every hundred of them."""


@pytest.mark.parametrize("seed", tries(200))
def test_r11_a_disk_that_fills_up(
    world: World, forker: Forker, tmp_path: Path, journals: Path, seed: int
) -> None:
    version, history = world.version(), tmp_path / "history"
    given = world.given(version.id) | {"seed": seed}
    wait(forker.start("train_on_a_small_disk", history, journals, **given))
    assert notes(history, "lost") == [["0"]]
    assert world.log_of(version.id) == list(range(300))
    assert list(journals.iterdir()) == []


@pytest.mark.parametrize("seed", tries(60))
def test_r13_the_folder_goes_in_the_middle(
    world: World, journals: Path, seed: int, caplog: pytest.LogCaptureFixture
) -> None:
    chance, version = random.Random(seed), world.version()
    gone = chance.randrange(300)
    with LinLogClient(world.url, world.token) as client:
        trainer = ModelTrainer(client)
        trainer.resume(version.id)
        for at in range(300):
            if at == gone:
                shutil.rmtree(journals, ignore_errors=True)
                if chance.random() < 0.5:
                    journals.write_text("a file in its place")
            trainer.log({"at": at})
        client.flush()
        assert client.losses == {}
    assert world.log_of(version.id) == list(range(300))
    assert len(caplog.records) <= 2


@pytest.mark.parametrize("seed", tries(30))
def test_r13_a_home_that_cannot_be_written(
    world: World, plain: Forker, tmp_path: Path, seed: int
) -> None:
    """Records wait in memory, are delivered, and one line says so."""
    version, history, home = world.version(), tmp_path / "history", tmp_path / "home"
    if seed % 2:
        home.mkdir(mode=0o500)
    else:
        home.write_text("a file in its place")
    given = world.given(version.id) | {"home": str(home)}
    wait(plain.start("train_without_a_home", history, tmp_path, **given))
    assert notes(history, "lost") == [["0"]]
    assert len(notes(history, "said")) == 1
    assert world.log_of(version.id) == list(range(300))


JUMPS = [timedelta(hours=1), timedelta(days=1), timedelta(days=3650)]


@pytest.mark.parametrize("seed", tries(100))
def test_r14_a_clock_that_jumps(world: World, seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    chance, version = random.Random(seed), world.version()
    jumps = [chance.choice([1, -1]) * chance.choice(JUMPS) for _ in range(4)]
    moments = sorted(chance.sample(range(300), 4))
    away = timedelta()

    def now_ns() -> int:
        return time.time_ns() + away // timedelta(microseconds=1) * 1000

    monkeypatch.setattr(sender, "now_ns", now_ns)
    with LinLogClient(world.url, world.token) as client:
        trainer = ModelTrainer(client)
        trainer.resume(version.id)
        for at in range(300):
            if at in moments:
                away += jumps[moments.index(at)]
            trainer.log({"at": at})
    found = world.client.log_entries.everything(version.id)
    assert [entry.data["at"] for entry in found] == list(range(300))
    assert [entry.sequence for entry in found] == list(range(1, 301))
    # The clock is told as it was, and orders nothing.
    dates = [entry.logged_date for entry in found]
    assert (dates == sorted(dates)) is all(jump > timedelta() for jump in jumps)


@pytest.mark.parametrize("seed", tries(50))
def test_r22_a_journal_at_its_bound_keeps_the_oldest(
    seed: int, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    chance = random.Random(seed)
    monkeypatch.setattr(sender, "pause_s", lambda attempt, after=None: 0.005)
    monkeypatch.setattr(lanes, "LARGEST_BYTES", chance.randint(1000, 8000))
    dead = errors.ConnectionLost("refused")
    transport = RecordedTransport({"POST /api/v2/models/m_1/versions": VERSION, LOG: dead})
    client = LinLogClient("http://127.0.0.1:1", "t", transport=transport)
    trainer = ModelTrainer(client)
    trainer.init("m_1", "v")
    for at in range(LOGGED):
        trainer.log({"at": at})
    kept = client._sender.waiting
    assert 0 < kept < LOGGED
    assert client.losses == {"log entries are dropped: the journal is full": LOGGED - kept}
    transport.answers[LOG] = accepted
    transport.requests.clear()
    client.flush()
    trainer.log({"at": LOGGED})
    client.close()
    assert [entry["data"]["at"] for entry in entries(transport)] == [*range(kept), LOGGED]


@pytest.mark.parametrize("seed", tries(1000))
def test_r26_a_bit_of_a_journal_flips(tmp_path: Path, seed: int) -> None:
    chance = random.Random(seed)
    data, ends = journal(tmp_path, 40)
    bit = chance.randrange(len(data) * 8)
    damaged = bytearray(data)
    damaged[bit // 8] ^= 1 << bit % 8
    (tmp_path / "x.journal").write_bytes(damaged)
    piece, head = read(tmp_path / "x.journal")
    assert head.target == "mv_1"
    hit = [at for at, (begin, end) in enumerate(ends) if begin <= bit // 8 < end]
    assert [frame.number for frame in piece.frames] == [at for at in range(40) if at not in hit]
    assert piece.lost == len(hit)


def test_r26_a_journal_cut_at_any_length(tmp_path: Path) -> None:
    data, ends = journal(tmp_path, 70)
    assert len(data) - files.START >= 4096
    for size in range(files.START, len(data), max(1, round(1 / SHARE))):
        (tmp_path / "x.journal").write_bytes(data[:size])
        whole = [at for at, (_, end) in enumerate(ends) if end <= size]
        at_an_end = size in {files.START, *(end for _, end in ends)}
        if size == files.START:
            continue
        piece, _ = read(tmp_path / "x.journal")
        assert [frame.number for frame in piece.frames] == whole
        assert piece.lost == (0 if at_an_end else 1)


def journal(folder: Path, count: int) -> tuple[bytes, list[tuple[int, int]]]:
    """The bytes of a journal, and where each of its records lies."""
    head = files.Head(
        stream="log_entries", address="http://x", target="mv_1", client_id="c", created="now"
    )
    made, ends = files.create(folder, head), [files.START]
    for number in range(count):
        size = made.append(
            number, b'{"number":%d,"step":0,"data":{"loss":%f}}' % (number, number / 7)
        )
        ends.append(ends[-1] + size)
    made.abandon()
    return made.path.read_bytes(), list(pairwise(ends))


def read(path: Path) -> tuple[files.Piece, files.Head]:
    """All that a journal gives."""
    found = files.open_left(path)
    assert found is not None
    piece = found.read(found.size_bytes, most=1000, size_bytes=10**6)
    found.abandon()
    assert piece is not None
    return piece, found.head
