"""What every format of files promises, run over the whole table."""

from __future__ import annotations

import random
import tracemalloc
from contextlib import suppress

import pytest

from linlog import formats, shapes
from linlog.errors import FormatError
from linlog.formats import Account, _json
from tests.contract.format_samples import SAMPLES

GARBAGE = {
    "empty": b"",
    "zeros": bytes(2000),
    "binary": bytes(range(256)) * 20,
    "deep": b"[" * 100_000,
    "deep objects": b'{"a":' * 100_000,
    "one long line": b"x" * 5_000_000,
    "an open string": b'{"images": [{"id": "' + b"x" * 100_000,
    "not UTF-8": b"id,truth\n1,\xff\xfe\n",
    "a number": b"17",
    "words": b"[1, 2, 3]",
    "more than one": b"[] []",
    "a lone quote": b'a "b\n"c\n',
    "null": b'{"annotations": null}',
    "huge numbers": b'[{"image_id": 1, "category_id": 1, "bbox": [1e999, 0, 1, 1]}]',
}


@pytest.mark.parametrize("name", formats.NAMES)
class TestFormat:
    @pytest.fixture
    def sample(self, name):
        return SAMPLES[name]

    @pytest.fixture
    def read(self, name, sample, tmp_path):
        """Reads a file of so many rows, or of given bytes: the account, the marks."""

        def reading(rows=0, data=None, side="truth"):
            path = tmp_path / f"file{formats.get(name).suffixes[0]}"
            if data is None:
                sample.write(path, rows)
            else:
                path.write_bytes(data)
            account = Account(path)
            opened = formats.get(name).open(account, side=side, shape=sample.shape)
            return account, list(opened.entries()), list(opened.marks())

        return reading

    def test_says_what_it_is(self, name):
        found = formats.get(name)
        assert found.name == name
        assert found.shapes
        assert set(found.shapes) <= set(shapes.NAMES)
        assert all(suffix.startswith(".") for suffix in found.suffixes)

    def test_every_row_is_accounted_for(self, read):
        account, _, marks = read(rows=100)
        assert account.read == len(marks) == 80
        (reason,) = account.refused
        assert account.refused[reason].count == account.refused_count == 20
        assert len(account.refused[reason].places) == 5

    def test_refusals_say_where(self, read):
        account, _, _ = read(rows=12)
        ((_, refused),) = account.refused.items()
        assert len(refused.places) == refused.count == 3
        assert all(any(sign.isdigit() for sign in place) for place in refused.places)
        assert len(set(refused.places)) == 3

    def test_marks_are_on_entries_and_have_shapes(self, read, sample):
        _, entries, marks = read(rows=30)
        assert {mark.key for mark in marks} <= {entry.key for entry in entries}
        assert {mark.shape.name for mark in marks} == {sample.shape}
        assert len({mark.place for mark in marks}) == len(marks)

    def test_reading_twice_gives_the_same(self, name, sample, tmp_path):
        path = tmp_path / "file"
        sample.write(path, 50)
        opened = formats.get(name).open(Account(path), side="truth", shape=sample.shape)
        assert list(opened.marks()) == list(opened.marks())
        assert list(opened.entries()) == list(opened.entries())

    def test_memory_stays_flat(self, name, sample, tmp_path, monkeypatch):
        monkeypatch.setattr(_json, "AT_ONCE", 1 << 16)
        peaks = []
        for rows in (2_000, 20_000):
            path = tmp_path / f"{rows}"
            sample.write(path, rows)
            opened = formats.get(name).open(Account(path), side="truth", shape=sample.shape)
            tracemalloc.start()
            assert sum(1 for _ in opened.marks()) == rows * 4 // 5
            peaks.append(tracemalloc.get_traced_memory()[1])
            tracemalloc.stop()
        assert peaks[1] < 1.5 * peaks[0] + 500_000

    @pytest.mark.parametrize("what", GARBAGE)
    def test_garbage_is_refused_in_words(self, read, what, name):
        for side in ("truth", "predictions"):
            with suppress(FormatError):
                account, _, marks = read(data=GARBAGE[what], side=side)
                assert len(marks) == account.read

    def test_half_a_file_is_no_file(self, read, name, sample, tmp_path):
        path = tmp_path / "whole"
        sample.write(path, 200)
        data = path.read_bytes()
        if sample.breaks_off:
            with pytest.raises(FormatError, match="at byte"):
                read(data=data[: len(data) // 2])

    @pytest.mark.parametrize("seed", range(40))
    def test_broken_bytes_raise_nothing_else(self, read, sample, tmp_path, seed):
        path = tmp_path / "whole"
        sample.write(path, 30)
        chance = random.Random(seed)
        data = bytearray(path.read_bytes())
        for _ in range(chance.choice([1, 3, 30])):
            data[chance.randrange(len(data))] = chance.choice(b'\x00"{}[],:\\\n\t-x9\xff')
        with suppress(FormatError):
            account, _, marks = read(data=bytes(data))
            assert len(marks) <= account.read

    def test_a_missing_file_is_said_by_the_system(self, name, sample, tmp_path):
        with pytest.raises(FileNotFoundError):
            list(
                formats.get(name)
                .open(Account(tmp_path / "none"), side="truth", shape=sample.shape)
                .marks()
            )

    def test_other_shapes_are_refused(self, name, tmp_path):
        with pytest.raises(ValueError, match=f"{name} is read for"):
            formats.get(name).open(Account(tmp_path / "none"), side="truth", shape="other")


def test_unknown_formats_are_named():
    with pytest.raises(ValueError, match="expected one of coco, conll, csv"):
        formats.get("pickle")


def test_reasons_are_bounded(tmp_path):
    account = Account(tmp_path / "file")
    for number in range(1000):
        account.refuse(f"reason {number}", "line 1")
    assert account.refused_count == 1000
    assert len(account.refused) == 101
