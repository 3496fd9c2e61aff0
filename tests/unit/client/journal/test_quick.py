"""The short ways into a journal, while somebody else has the lane's lock."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from linlog import ids
from linlog.client import sender
from linlog.client.journal.lanes import Lane
from linlog.client.journal.quick import log_writer, prediction_writer
from linlog.client.resources.log_entries import LogStream
from linlog.wire.predictions import Prediction

BOX = {"label": "cell", "left": 1.0, "top": 2.0, "width": 3.0, "height": 4.0}


@pytest.fixture
def lane(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Lane:
    """A lane that has its journal."""
    monkeypatch.setenv("LINLOG_JOURNAL", str(tmp_path))
    http: Any = None
    made = sender.Sender("http://server").lane(LogStream(http, ids.new("model version"), "maker"))
    made.quiet = False
    made.write(made.number(), b"first")
    return made


def size(lane: Lane) -> int:
    """Bytes that wait."""
    return lane.waiting_bytes


def test_they_write_where_the_lock_is_free_and_leave_it_free(lane: Lane) -> None:
    """Also in the thread that has it already, which keeps it."""
    stream: Any = lane.stream
    log, predict = log_writer(lane, stream, lambda: 0), prediction_writer(lane, sender.now)
    with lane.lock:
        before = size(lane)
        assert log({"loss": 0.5}, None)
        assert isinstance(predict("t_1", BOX, 0.5, None), Prediction)
        assert size(lane) > before
        assert not taken_by_another(lane)
    assert taken_by_another(lane)


@pytest.mark.parametrize(
    ("task", "box", "confidence", "label"),
    [
        ("no id", BOX, 0.5, None),
        ("t_1", {**BOX, "left": 1}, 0.5, None),
        ("t_1", {**BOX, "more": 1.0}, 0.5, None),
        ("t_1", {"label": "cell"}, 0.5, None),
        ("t_1", BOX, 1.5, None),
        ("t_1", BOX, 0.5, ["a list"]),
        ("t_1", {**BOX, "width": -1.0}, 0.5, None),
    ],
)
def test_what_needs_care_leaves_the_lock_as_it_is(
    lane: Lane, task: str, box: dict[str, Any], confidence: float, label: Any
) -> None:
    """Nothing is written, and a thread that has the lock keeps it."""
    predict, before = prediction_writer(lane, sender.now), size(lane)
    with lane.lock:
        assert predict(task, box, confidence, label) is None
        assert not taken_by_another(lane)
    assert size(lane) == before


def test_they_leave_it_to_the_long_way_where_another_thread_has_the_lock(lane: Lane) -> None:
    """Which waits for it; neither writes, nor gives back what it has not."""
    stream: Any = lane.stream
    log, predict = log_writer(lane, stream, lambda: 0), prediction_writer(lane, sender.now)
    before = size(lane)
    found: list[object] = []
    with lane.lock:
        other = threading.Thread(
            target=lambda: found.extend([log({"loss": 0.5}, None), predict("t_1", BOX, 0.5, None)])
        )
        other.start()
        other.join()
        assert not taken_by_another(lane)
    assert found == [False, None]
    assert size(lane) == before


def taken_by_another(lane: Lane) -> bool:
    """Whether another thread could take the lock."""
    found: list[bool] = []

    def attempt() -> None:
        found.append(lane.lock.acquire(blocking=False))
        if found[0]:
            lane.lock.release()

    thread = threading.Thread(target=attempt)
    thread.start()
    thread.join()
    return found[0]
