"""The short ways into a journal, and who else has the lane's lock."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Any

import pytest

from linlog import ids
from linlog.client import sender
from linlog.client.journal import lanes
from linlog.client.journal.keeper import FORCED_EVERY
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
    made.write(next(made.numbers), b"first")
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


def test_they_wait_while_another_thread_has_the_lock(lane: Lane) -> None:
    """Neither writes before it is free, and both give back what they took."""
    stream: Any = lane.stream
    log, predict = log_writer(lane, stream, lambda: 0), prediction_writer(lane, sender.now)
    before = size(lane)
    found: list[object] = []
    other = threading.Thread(
        target=lambda: found.extend([log({"loss": 0.5}, None), predict("t_1", BOX, 0.5, None)])
    )
    with lane.lock:
        other.start()
        other.join(0.05)
        assert size(lane) == before
    other.join()
    assert found[0] is True
    assert isinstance(found[1], Prediction)
    assert lane.waiting() == 3
    assert taken_by_another(lane)


def test_ctrl_c_while_they_wait_gives_back_nothing_that_another_has(lane: Lane) -> None:
    """The interrupt reaches the loop, and nothing is written."""
    stream: Any = lane.stream
    log, before = log_writer(lane, stream, lambda: 0), size(lane)
    taken, done = threading.Event(), threading.Event()

    def hold() -> None:
        with lane.lock:
            taken.set()
            done.wait()

    other = threading.Thread(target=hold)
    other.start()
    taken.wait()
    earlier = signal.signal(signal.SIGALRM, signal.default_int_handler)

    def interrupted() -> None:
        signal.setitimer(signal.ITIMER_REAL, 0.05)
        log({"loss": 0.5}, None)

    try:
        with pytest.raises(KeyboardInterrupt):
            interrupted()
        assert not taken_by_another(lane)
    finally:
        signal.signal(signal.SIGALRM, earlier)
        done.set()
        other.join()
    assert size(lane) == before
    assert log({"loss": 0.5}, None)


def test_the_keeper_is_asked_again_for_what_comes_while_it_works(
    lane: Lane, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A hundredth record that is told of in the moment in which the keeper begins."""
    asked: list[int] = []
    stream: Any = lane.stream
    monkeypatch.setattr(lanes.keeper, "ask", lambda _: asked.append(0))
    log = log_writer(lane, stream, lambda: 0)
    lane._force_in_passing()
    log({"loss": 0.5}, None)
    # The keeper begins, as another thread, while a record is being told of.
    monkeypatch.setattr(lanes.keeper, "hurry", lane._force_in_passing)
    for _ in range(2 * FORCED_EVERY):
        log({"loss": 0.5}, None)
    assert len(asked) >= 3


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
