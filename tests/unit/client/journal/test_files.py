"""A journal file: the lease, the mark, what is emptied, and what damage to its head costs."""

import os
import random
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from linlog.client.journal import files, folder, frames, lease
from linlog.client.journal.files import Head, Journal

HEAD = Head(
    stream="log_entries",
    address="http://127.0.0.1:8420",
    target="mv_1",
    client_id="here",
    created="2026-01-01T00:00:00+00:00",
)


@pytest.fixture
def journal(tmp_path: Path) -> Journal:
    """A journal of ten records."""
    made = files.create(tmp_path, HEAD)
    for number in range(10):
        made.append(number, b"%d" % number)
    return made


def numbers(journal: Journal, most: int = 100) -> list[int]:
    """The numbers of the next records."""
    piece = journal.read(journal.size_bytes, most=most, size_bytes=10_000)
    return [] if piece is None else [frame.number for frame in piece.frames]


def deliver(journal: Journal, most: int) -> None:
    """Mark the next records as delivered."""
    piece = journal.read(journal.size_bytes, most=most, size_bytes=10_000)
    assert piece is not None
    journal.acknowledge(piece)


def reopened(journal: Journal) -> Journal:
    """The journal as another process finds it after its writer died."""
    journal.abandon()
    found = files.open_left(journal.path)
    assert found is not None
    return found


def test_nobody_else_opens_a_journal_in_use(journal: Journal) -> None:
    assert files.open_left(journal.path) is None
    assert files.look(journal.path)[1]
    program = (
        "import sys; from pathlib import Path; from linlog.client.journal import files;"
        "print(files.open_left(Path(sys.argv[1])))"
    )
    command = [sys.executable, "-c", program, str(journal.path)]
    assert subprocess.run(command, capture_output=True, text=True, check=True).stdout == "None\n"
    journal.abandon()
    assert not files.look(journal.path)[1]
    assert files.open_left(journal.path) is not None


def test_the_file_is_its_owners_alone(journal: Journal) -> None:
    assert journal.path.stat().st_mode & 0o777 == 0o600


def test_what_is_delivered_is_not_read_again(journal: Journal) -> None:
    deliver(journal, 4)
    assert numbers(journal) == [4, 5, 6, 7, 8, 9]
    again = reopened(journal)
    assert numbers(again) == [4, 5, 6, 7, 8, 9]
    deliver(again, 100)
    assert numbers(again) == []
    again.append(10, b"late")
    assert numbers(reopened(again)) == [10]


def test_a_delivered_journal_is_removed_and_another_kept(journal: Journal) -> None:
    deliver(journal, 9)
    journal.close()
    kept = files.open_left(journal.path)
    assert kept is not None
    deliver(kept, 9)
    kept.close()
    assert not journal.path.exists()
    assert files.open_left(journal.path) is None


def test_a_delivered_journal_does_not_grow_for_ever(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "RECLAIM_BYTES", files.START + 100)
    full = journal.size_bytes
    for number in range(10, 100):
        deliver(journal, 100)
        journal.append(number, b"%02d" % number)
        assert journal.size_bytes <= full + 22
        assert numbers(journal) == [number]
    assert numbers(reopened(journal)) == [99]


def test_a_mark_of_before_the_emptying_hides_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(journal, 100)
    mark = journal.path.read_bytes()[:64]
    monkeypatch.setattr(files, "RECLAIM_BYTES", files.START)
    journal.append(10, b"0")
    deliver(journal, 100)
    assert journal.size_bytes == files.START
    # Records of the same size, so that the old mark points at the end of one of them.
    for number in range(11, 21):
        journal.append(number, b"0")
    with journal.path.open("r+b") as file:
        file.write(mark)
    assert numbers(reopened(journal)) == list(range(11, 21))


@pytest.mark.parametrize("seed", range(50))
def test_one_flipped_bit_before_the_records_costs_none(journal: Journal, seed: int) -> None:
    deliver(journal, 3)
    data, chance = bytearray(journal.path.read_bytes()), random.Random(seed)
    bit = chance.randrange(files.START * 8)
    data[bit // 8] ^= 1 << bit % 8
    journal.path.write_bytes(data)
    found = reopened(journal)
    assert found.head == HEAD
    assert numbers(found) in ([3, 4, 5, 6, 7, 8, 9], list(range(10)))


def test_what_is_no_journal_says_so(tmp_path: Path) -> None:
    path = tmp_path / "x.journal"
    path.write_bytes(b"hello" * 1000)
    with pytest.raises(ValueError, match="no journal"):
        files.open_left(path)


def test_a_record_that_was_not_written_whole_leaves_nothing(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    size, write = journal.size_bytes, os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, data[:10]))
    with pytest.raises(OSError, match="No space left"):
        journal.append(10, b"some more")
    monkeypatch.undo()
    assert journal.size_bytes == size
    journal.append(11, b"next")
    piece = journal.read(journal.size_bytes, most=100, size_bytes=10_000)
    assert piece is not None
    assert ([frame.number for frame in piece.frames][-2:], piece.lost) == ([9, 11], 0)


def test_a_record_larger_than_what_is_read_at_a_time(journal: Journal) -> None:
    deliver(journal, 100)
    journal.append(10, b"x" * 300_000)
    piece = journal.read(journal.size_bytes, most=100, size_bytes=1000)
    assert piece is not None
    assert len(piece.frames[0].payload) == 300_000


def test_a_system_without_locks_has_no_journals(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lease, "fcntl", None)
    with pytest.raises(OSError, match="no locks"):
        files.create(tmp_path, HEAD)
    assert list(tmp_path.iterdir()) == []


def test_a_head_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long"):
        files.create(tmp_path, replace(HEAD, address="http://" + "x" * 3000))


def test_credentials_have_no_place_in_it() -> None:
    assert (
        set(frames.read(files.encode_head(HEAD)[64:], most=1).frames[0].payload.split(b'"'))
        & {
            b"token",
            b"password",
            b"email",
        }
        == set()
    )


def test_what_was_only_begun_is_swept_away_one_day(
    journals: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    journals.mkdir()
    for name, age_s in ((".old.journal", 4000), (".new.journal", 10)):
        (journals / name).write_bytes(b"")
        then = time.time() - age_s
        os.utime(journals / name, (then, then))
    assert folder.journals() == []
    assert [path.name for path in journals.iterdir()] == [".new.journal"]
