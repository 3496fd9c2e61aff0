"""Frames: what was written is read; damage is found, counted, and costs what it hit alone."""

import random
from itertools import pairwise

import pytest

from linlog.client.journal import frames

PAYLOADS = [f'{{"step":{at},"loss":{at / 7}}}'.encode() for at in range(24)]


def journal(payloads: list[bytes] = PAYLOADS) -> bytes:
    """Records as they lie on disk."""
    return b"".join(frames.write(number, payload) for number, payload in enumerate(payloads))


def everything(data: bytes) -> frames.Scan:
    """All that can be read."""
    return frames.read(data, most=10**6, expected=0)


def places() -> list[tuple[int, int]]:
    """Where each record begins and ends."""
    ends = [0]
    for payload in PAYLOADS:
        ends.append(ends[-1] + frames.HEAD.size + len(payload))
    return list(pairwise(ends))


def test_what_was_written_is_read() -> None:
    scan = everything(journal())
    assert [frame.payload for frame in scan.frames] == PAYLOADS
    assert [frame.number for frame in scan.frames] == list(range(24))
    assert (scan.lost, scan.expected, scan.stop) == (0, 24, len(journal()))
    assert scan.last == places()[-1][0]


@pytest.mark.parametrize(
    "payload", [b"", b"\0" * 100, b"L\x1e" * 50, "🌍".encode() * 10, frames.MAGIC * 9]
)
def test_any_payload_comes_back(payload: bytes) -> None:
    scan = everything(journal([payload, payload]))
    assert [frame.payload for frame in scan.frames] == [payload, payload]


@pytest.mark.parametrize("hit", range(5))
def test_the_magic_within_a_payload_is_no_record(hit: int) -> None:
    payload = b"a" + frames.MAGIC + b"\x04\0\0\0" + frames.MAGIC * 5 + b"b"
    data = bytearray(journal([payload] * 5))
    data[len(data) // 5 * hit + frames.HEAD.size] ^= 1
    scan = everything(bytes(data))
    assert [frame.number for frame in scan.frames] == [at for at in range(5) if at != hit]
    assert {frame.payload for frame in scan.frames} == {payload}
    assert scan.lost == 1


def test_only_so_many_are_read() -> None:
    scan = frames.read(journal(), most=5)
    assert [frame.number for frame in scan.frames] == [0, 1, 2, 3, 4]
    assert scan.stop == places()[4][1]


@pytest.mark.parametrize("seed", range(40))
def test_a_flipped_bit_costs_the_record_that_it_hit(seed: int) -> None:
    data, chance = bytearray(journal()), random.Random(seed)
    for _ in range(25):
        bit = chance.randrange(len(data) * 8)
        data[bit // 8] ^= 1 << bit % 8
        hit = next(at for at, (begin, end) in enumerate(places()) if begin <= bit // 8 < end)
        scan = everything(bytes(data))
        assert [frame.number for frame in scan.frames] == [at for at in range(24) if at != hit]
        assert [frame.payload for frame in scan.frames] == [*PAYLOADS[:hit], *PAYLOADS[hit + 1 :]]
        assert scan.lost == 1
        data[bit // 8] ^= 1 << bit % 8


def test_a_journal_cut_anywhere_gives_what_is_whole() -> None:
    data, ends = journal(), [end for _, end in places()]
    for size in range(len(data)):
        scan = everything(data[:size])
        whole = sum(end <= size for end in ends)
        assert [frame.number for frame in scan.frames] == list(range(whole))
        assert scan.lost == (0 if size in {0, *ends} else 1)


@pytest.mark.parametrize("seed", range(20))
def test_a_stretch_of_rubbish_counts_every_record_that_it_hit(seed: int) -> None:
    chance = random.Random(seed)
    data = bytearray(journal())
    begin = chance.randrange(places()[-2][0])
    size = chance.randrange(1, 400)
    end = min(begin + size, places()[-1][0])
    data[begin:end] = chance.randbytes(end - begin) if seed % 2 else bytes(end - begin)
    hit = {at for at, (left, right) in enumerate(places()) if left < end and begin < right}
    scan = everything(bytes(data))
    assert [frame.number for frame in scan.frames] == [at for at in range(24) if at not in hit]
    assert scan.lost == len(hit)


def test_a_piece_is_read_to_its_last_whole_record_and_on_from_there() -> None:
    data = journal()
    for size in range(1, len(data)):
        found, at, expected = [], 0, 0
        room = size
        while at < len(data):
            scan = frames.read(
                data[at : at + room],
                most=100,
                expected=expected,
                whole=at + room >= len(data),
            )
            room = size if scan.stop else room * 4
            at, expected = at + scan.stop, scan.expected
            found += scan.frames
            assert scan.lost == 0
        assert [frame.payload for frame in found] == PAYLOADS


def test_zeros_behind_a_magic_are_no_record() -> None:
    data = journal()
    for begin, _ in places():
        for size in range(1, frames.HEAD.size + 1):
            cut = data[: begin + size].ljust(begin + 512, b"\0")
            assert [frame.number for frame in everything(cut).frames] == [
                at for at, (_, end) in enumerate(places()) if end <= begin
            ]


def test_a_length_out_of_bounds_is_damage_and_not_waited_for() -> None:
    data = bytearray(journal())
    data[4:8] = (2**32 - 1).to_bytes(4, "little")
    scan = frames.read(bytes(data), most=100, expected=0, whole=False)
    assert (scan.frames[0].number, scan.lost) == (1, 1)
