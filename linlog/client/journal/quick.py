"""The short ways into a journal, which nearly every log entry and prediction takes.

They do what `trainer.log`, `predictions.create`, `prediction_rows.write` and `lanes.write` do, for
what needs no care, in a small part of the time: a loop should not notice what it logs and predicts.

They take the lane's lock by hand, which takes half the time of `with`. It is taken and given back
within one `try`, so that Ctrl-C cannot come between; giving back fails where Ctrl-C came before.
What they call is global, as each variable of a closure is copied at every call.
"""

from __future__ import annotations

from collections.abc import Callable
from os import write
from struct import error as StructError  # noqa: N812 - it is called error there
from typing import TYPE_CHECKING, Any, Final
from zlib import crc32

import msgspec

from linlog import ids, limits
from linlog.client.journal.frames import HEAD, MAGIC, SEED
from linlog.client.journal.thawed import thawed
from linlog.shapes import Box
from linlog.wire.constraints import NAME_LENGTH, Length
from linlog.wire.log_entries import LARGEST_STEP
from linlog.wire.predictions import Prediction

if TYPE_CHECKING:
    from datetime import datetime

    from linlog.client.journal.lanes import Lane
    from linlog.client.resources.log_entries import LogStream

Log = Callable[[dict[str, Any], int | None], bool]
"""Writes an entry at a step, or at the next one."""
Write = Callable[[Any, dict[str, Any], Any, Any], Prediction | None]
"""Writes a prediction: on a task, a box, with a confidence, and a label unless the box has one."""
_MOST_KEYS: Final = limits.LOG_KEYS
_FAREST: Final = limits.COORDINATE
_NAME: Final = Length(1, NAME_LENGTH)
_PLAIN: Final = frozenset({str, bool, type(None)})
_encode: Final = msgspec.json.Encoder().encode
_encode_log: Final = msgspec.msgpack.Encoder().encode
"""Takes two thirds of the time of JSON, and NaN and infinities as they are."""
_pack: Final = HEAD.pack


def log_writer(lane: Lane, stream: LogStream, now_ns: Callable[[], int]) -> Log:
    """A function that writes an entry where it can; False leaves it to the long way.

    It takes flat data of exact types that JSON has, and a whole number or nothing as the step, and
    writes MessagePack, which `LogStream` makes JSON of when it is sent.
    """
    lock, numbers = lane.lock, lane.numbers
    known: set[str] = set()

    def write_entry(data: dict[str, Any], step: int | None) -> bool:
        if step is not None and not (type(step) is int and -LARGEST_STEP <= step <= LARGEST_STEP):
            return False
        for key, value in data.items():
            if type(value) is not float and (
                not -(2**63) <= value < 2**64 if type(value) is int else type(value) not in _PLAIN
            ):
                # Few readers of JSON keep such a whole number; the others are no plain values.
                return False
            if key not in known and not _is_key(known, key):
                return False
        try:
            lock.acquire()
            descriptor = lane.descriptor
            if descriptor < 0:
                return False
            number = next(numbers)
            at = stream.next_step if step is None else step
            payload = _encode_log((number, at, now_ns(), data))
            frame = _pack(MAGIC, len(payload), number, crc32(payload, number ^ SEED)) + payload
            written = write(descriptor, frame)
            if written != len(frame):
                lane.take_back(written)
                return False
            stream.next_step = at + 1
            if number >= lane.due:
                lane.tell(number)
        except (OSError, UnicodeError, StructError):
            # The long way does it, or says what is wrong.
            return False
        finally:
            try:  # noqa: SIM105 - to suppress it otherwise takes a tenth of the whole time
                lock.release()
            except RuntimeError:
                pass
        return True

    return write_entry


def prediction_writer(lane: Lane, now: Callable[[], datetime]) -> Write:
    """A function that writes a prediction where it can; None leaves it to the long way.

    It takes the id of a task, a label and four floats, as nearly every prediction is such a box,
    and a float or nothing as the confidence.
    """
    lock, numbers = lane.lock, lane.numbers
    run_id = lane.stream.target
    begin = ids.numbered("prediction", lane.stream.client_id, 0)[:-1]
    tasks: set[str] = set()
    labels: set[str] = set()

    def write_prediction(
        task_id: Any, box: dict[str, Any], confidence: Any, label: Any
    ) -> Prediction | None:
        if confidence is not None and not (type(confidence) is float and 0 <= confidence <= 1):
            return None
        try:
            named = box["label"]
            left, top, width, height = box["left"], box["top"], box["width"], box["height"]
        except KeyError:
            return None
        label = named if label is None else label
        if not (
            type(task_id) is type(label) is str
            and (task_id in tasks or _is_task_id(tasks, task_id))
            and (label in labels or _is_label(labels, label))
            and len(box) == 5
            and type(left) is type(top) is type(width) is type(height) is float
            and -_FAREST <= left <= _FAREST
            and -_FAREST <= top <= _FAREST
            and 0 <= width <= _FAREST
            and 0 <= height <= _FAREST
        ):
            return None
        try:
            lock.acquire()
            descriptor = lane.descriptor
            if descriptor < 0:
                return None
            number = next(numbers)
            payload = _encode((task_id, number, label, confidence, left, top, width, height))
            frame = _pack(MAGIC, len(payload), number, crc32(payload, number ^ SEED)) + payload
            written = write(descriptor, frame)
            if written != len(frame):
                lane.take_back(written)
                return None
            if number >= lane.due:
                lane.tell(number)
        except (OSError, StructError):
            return None
        finally:
            try:  # noqa: SIM105 - to suppress it otherwise takes a tenth of the whole time
                lock.release()
            except RuntimeError:
                pass
        shape = _ThawedBox(left, top, width, height, 0.0, "box")
        shape.__class__ = Box
        made = _Thawed(f"{begin}{number}", run_id, task_id, label, shape, confidence, {}, now())
        made.__class__ = Prediction
        return made  # type: ignore[no-any-return]

    return write_prediction


_ThawedBox: Final = thawed(Box)
_Thawed: Final = thawed(Prediction)


def _is_task_id(known: set[str], task_id: str) -> bool:
    """Whether it is a task's id; it is remembered then."""
    return ids.is_id("task", task_id) and _remember(known, task_id)


def _is_label(known: set[str], label: str) -> bool:
    """Whether it is a label; it is remembered then."""
    try:
        _NAME.check(label)
    except ValueError:
        return False
    return _remember(known, label)


def _remember(known: set[str], text: str) -> bool:
    if len(known) >= _MOST_KEYS:
        known.clear()
    known.add(text)
    return True


def _is_key(known: set[str], key: object) -> bool:
    """Whether a key stands for itself in JSON; it is remembered then."""
    return type(key) is str and not key.startswith("$") and _remember(known, key)
