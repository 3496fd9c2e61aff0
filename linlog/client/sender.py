"""Delivery in the background: batches, retries while the server is away, nothing lost in silence.

The thread lives only while there is something to send and is no daemon, so that a normal exit
waits for it. It never raises; what the server refused is kept for whoever calls `flush`, and set
aside beside the journal.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import Any, Final

from linlog import errors
from linlog.client.http import pause_s
from linlog.client.journal import folder
from linlog.client.journal.files import Head, Journal
from linlog.client.journal.lanes import (
    BATCH_BYTES,
    LARGEST_BATCH_BYTES,
    SMALLEST_BATCH_BYTES,
    Batch,
    Lane,
)
from linlog.client.streams import Refusal, Stream

log = logging.getLogger("linlog")

THREAD: Final = "linlog-sender"
"""The name of every thread that delivers."""
LINGER_S: Final = 0.1
"""Seconds that a first record waits for others to leave with it."""
IDLE_S: Final = 2.0
"""Seconds that the thread waits for more before it ends."""
TICK_S: Final = 0.05
"""Seconds between looks at whether the program is ending."""
EXIT_GRACE_S: Final = 5.0
"""Seconds that a program's end waits for a server that does not answer."""
FLUSH_TIMEOUT_S: Final = 60.0
"""Seconds that `flush` waits while nothing at all gets through."""
FULL_TIMEOUT_S: Final = 300.0
"""Seconds that a prediction waits for room before it is given up."""
OF_CALLER: Final = (errors.NotAuthenticated, errors.NotAllowed)
"""Refusals of the caller, not of what was sent: nothing is dropped, and waiting does not help."""
OF_MOMENT: Final = (errors.RateLimited, errors.ServerFailed, errors.TransportError)
"""Failures that pass."""


class Sender:
    """Sends what waits in its lanes to one server, from a thread of its own."""

    def __init__(
        self, address: str, find_left: Callable[[Sender], Iterable[Lane]] | None = None
    ) -> None:
        self._address = address
        self._find_left = find_left
        self.losses: Counter[str] = Counter()
        """How many records were lost, by the reason."""
        self._warned: set[str] = set()
        self._begin()
        _senders.add(self)

    def __del__(self) -> None:
        self.rest()

    def _begin(self) -> None:
        self._lock = threading.Condition(threading.RLock())
        self._lanes: list[Lane] = []
        self._after_fork: set[weakref.WeakMethod[Callable[[], None]]] = set()
        self._adopted: list[Lane] = []
        self._looked = self._find_left is None
        self._stopped = False
        self._thread: threading.Thread | None = None
        self._hurried = False
        self._failure: errors.LinLogError | None = None
        self._failures = 0
        self._batch_bytes = LARGEST_BATCH_BYTES
        self._refusals: list[Refusal] = []
        self._dropped = 0
        self._ended_s: float | None = None
        self._due: dict[Lane, int] = {}
        self._over = False

    # ------------------------------------------------------------------------ lanes

    def lane(self, stream: Stream, after_fork: Callable[[], None] | None = None) -> Lane:
        """A lane for a stream of this process, whose journal is begun with its first record.

        In a forked child `after_fork` is called, a method that does not live on for it.
        """
        made = Lane(stream, lambda: self._journal(stream), warn=self.warn_once, rouse=self.rouse)
        with self._lock:
            self._lanes.append(made)
            if after_fork is not None:
                self._after_fork.add(weakref.WeakMethod(after_fork))
        return made

    def adopt(self, stream: Stream, journal: Journal) -> Lane:
        """A lane for what another process left."""
        return Lane(stream, None, journal=journal, warn=self.warn_once, rouse=self.rouse)

    def rouse(self) -> None:
        """There is something to send."""
        with self._lock:
            if self._thread is None:
                self._start()
            else:
                self._lock.notify_all()

    def _journal(self, stream: Stream) -> Journal:
        return folder.begin(
            Head(
                stream=stream.name,
                address=self._address,
                target=stream.target,
                client_id=stream.client_id,
                created=now().isoformat(),
                segment=stream.segment,
            )
        )

    # ------------------------------------------------------------------------ for callers

    def wait_for_room(self, lane: Lane) -> None:
        """Wait until a lane has room. Raises `ConnectionLost` after `FULL_TIMEOUT_S`."""
        deadline = time.monotonic() + FULL_TIMEOUT_S
        while lane.full:
            self._hurry()
            with self._lock:
                self._lock.wait(TICK_S)
            if time.monotonic() >= deadline:
                raise errors.ConnectionLost(
                    f"{self.waiting:,} records wait to be sent and there is no room "
                    f"for more: {self._failure or 'the server is too slow'}"
                )

    def flush(self, timeout_s: float = FLUSH_TIMEOUT_S) -> None:
        """Wait until everything of this process is delivered.

        Raises `PredictionsRefused` (or the server's reason, where log entries were refused) for
        what the server did not take, and the last failure where it does not answer in time: all
        then waits on, and `flush` may be called again.
        """
        with self._lock:
            lanes = list(self._lanes)
        for lane in lanes:
            lane.force()
        self._wait_for(lanes, timeout_s)
        self._raise_refusals()

    def rest(self) -> None:
        """Close the journals of this process; those that are delivered are removed."""
        with self._lock:
            self._looked = self._stopped = True
            lanes = list(self._lanes)
        for lane in lanes:
            lane.rest()

    def settle(self, timeout_s: float = EXIT_GRACE_S) -> None:
        """Wait a little until what other processes left is delivered too."""
        deadline = time.monotonic() + timeout_s
        with self._lock:
            while self._thread is not None and (self._adopted or not self._looked):
                if time.monotonic() >= deadline:
                    break
                self._hurry()
                self._lock.wait(TICK_S)

    @property
    def waiting(self) -> int:
        """How many records of this process are not delivered yet; they are counted."""
        with self._lock:
            lanes = list(self._lanes)
        return sum(lane.waiting() for lane in lanes)

    def drop(self, count: int, reason: str) -> None:
        """Note that records were lost, and warn about each reason once."""
        with self._lock:
            self._dropped += count
            self.losses[reason] += count
        self.warn_once(reason)

    def warn_once(self, sentence: str, about: str = "") -> None:
        """Log a warning, unless the same, or one that is `about` the same, was logged before."""
        if (about or sentence) not in self._warned:
            self._warned.add(about or sentence)
            log.warning("%s", sentence)

    def never_raise(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function; any error becomes a warning and is counted as a record lost."""
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - a training loop must go on
            self.drop(1, f"a log entry was dropped: {type(error).__name__}: {error}")

    # ------------------------------------------------------------------------ waiting

    def _hurry(self) -> None:
        with self._lock:
            self._hurried = True
            self.rouse()

    def _wait_for(self, lanes: Sequence[Lane], timeout_s: float) -> None:
        with self._lock:
            failures, left = self._failures, _size_bytes(lanes)
            deadline = time.monotonic() + timeout_s
            while (size_bytes := _size_bytes(lanes)) > 0:
                if size_bytes < left:
                    left, deadline = size_bytes, time.monotonic() + timeout_s
                elif time.monotonic() >= deadline:
                    break
                self._hurry()
                self._lock.wait(max(0.001, min(1.0, deadline - time.monotonic())))
                if isinstance(self._failure, OF_CALLER) and self._failures > failures:
                    raise self._failure
            self._hurried = False
        if size_bytes:
            raise errors.Timeout(
                f"{self.waiting:,} records are not delivered yet and wait on: "
                f"{self._failure or 'the server is slow'}"
            )

    def _raise_refusals(self) -> None:
        with self._lock:
            refusals, self._refusals = self._refusals, []
            dropped, self._dropped = self._dropped, 0
        if dropped:
            self.warn_once(f"{dropped:,} log entries were dropped; see the warnings before")
        predictions = [refusal for refusal in refusals if refusal.record is not None]
        others = [refusal for refusal in refusals if refusal.record is None]
        if predictions:
            raise errors.PredictionsRefused(
                _sentence(predictions, "predictions"), [one.record for one in predictions]
            )
        if others:
            first = others[0].error
            raise type(first)(
                _sentence(others, "log entries"), field=first.field, request_id=first.request_id
            )

    # ------------------------------------------------------------------------ the thread

    def _start(self) -> None:
        """Start the thread. The caller holds the lock."""
        if self._over:
            # A daemon thread that appends for ever must not keep the program from its end.
            return
        self._thread = threading.Thread(target=self._run, name=THREAD, daemon=False)
        try:
            self._thread.start()
        except RuntimeError:
            # The interpreter is ending: nothing can be started; what waits is on disk.
            self._thread = None

    def _run(self) -> None:
        while (batch := self._next_batch()) is not None:
            try:
                refusals = deliver(batch.lane.stream, batch.entries)
            except errors.LinLogError as error:
                if not self._failed(batch, error):
                    return
            else:
                self._delivered(batch, refusals)

    def _next_batch(self) -> Batch | None:
        """The next batch, or None when the thread should end."""
        until = time.monotonic() + IDLE_S
        while True:
            self._linger()
            batch = self._take(self._awaited()) or self._take(self._left())
            if batch is not None:
                return batch
            with self._lock:
                ending = time.monotonic() >= until or self._is_ending()
                if self._is_given_up() or (ending and self._is_empty()):
                    # Whoever appends from now on starts another thread.
                    self._thread, self._over = None, self._is_ending()
                    self._lock.notify_all()
                    return None
                if all(lane.quiet for lane in self._lanes):
                    self._lock.wait(TICK_S)

    def _is_empty(self) -> bool:
        return all(lane.quiet and lane.empty for lane in self._awaited())

    def _awaited(self) -> list[Lane]:
        """The lanes that the thread stays for: at the end, those with records from before it."""
        with self._lock:
            if not self._is_ending():
                return list(self._lanes)
            return [lane for lane in self._lanes if self._due.get(lane, 0) > 0]

    def _linger(self) -> None:
        """Let a first record wait for others."""
        with self._lock:
            until = time.monotonic() + LINGER_S
            while (
                0 < _size_bytes(self._lanes) < BATCH_BYTES
                and not (self._hurried or self._is_ending())
                and (left := until - time.monotonic()) > 0
            ):
                self._lock.wait(left)

    def _take(self, lanes: Sequence[Lane]) -> Batch | None:
        """A batch of the first lane that has one, which goes to the end of the line."""
        for lane in list(lanes):
            try:
                batch = lane.take(self._batch_bytes)
                if batch is None:
                    # A record that comes now is seen by the second look, or rouses.
                    lane.listen()
                    batch = lane.take(self._batch_bytes)
            except OSError as error:
                self.warn_once(f"the journal {lane.path} cannot be read: {error.strerror}")
                lane.listen()
                continue
            if batch is not None:
                lane.quiet = False
                return batch
        return None

    def _left(self) -> Sequence[Lane]:
        """What other processes left, once, when there is nothing of our own to send."""
        if self._stopped or self._is_given_up():
            for lane in list(self._adopted):
                self._release(lane)
        elif not self._looked and self._find_left is not None:
            self._adopted = list(self._find_left(self))
            self._looked = True
        return self._adopted

    def _delivered(self, batch: Batch, refusals: Sequence[Refusal]) -> None:
        if refusals:
            self._set_aside(batch, refusals)
        if batch.piece.lost:
            self.drop(batch.piece.lost, f"the journal {batch.lane.path} is damaged")
        batch.lane.done(batch)
        with self._lock:
            self._failures, self._failure = 0, None
            self._batch_bytes = min(2 * self._batch_bytes, LARGEST_BATCH_BYTES)
            self._refusals.extend(refusals)
            if batch.lane in self._due:
                self._due[batch.lane] -= sum(map(len, batch.entries))
            if batch.lane in self._lanes:
                self._lanes.remove(batch.lane)
                self._lanes.append(batch.lane)
            self._lock.notify_all()
        if batch.lane in self._adopted and batch.lane.empty:
            self._release(batch.lane)

    def _release(self, lane: Lane) -> None:
        """Give up what another process left: all is delivered, or none of it can be."""
        self._adopted.remove(lane)
        lane.rest()

    def _set_aside(self, batch: Batch, refusals: Sequence[Refusal]) -> None:
        path = batch.lane.path
        try:
            if path is not None:
                folder.set_aside(path, refusals)
        except OSError as error:
            self.warn_once(f"what the server refused cannot be set aside: {error.strerror}")

    def _failed(self, batch: Batch, error: errors.LinLogError) -> bool:
        """Wait before the next attempt; False where the program is ending and time is up."""
        if batch.lane in self._adopted and not isinstance(error, OF_MOMENT):
            self.warn_once(f"{batch.lane.path} waits on, as the server does not take it: {error}")
            self._release(batch.lane)
            return True
        with self._lock:
            self._failures += 1
            self._failure = error
            if isinstance(error, errors.Timeout):
                # A slow line takes less at a time; whatever of it arrived is known by its numbers.
                self._batch_bytes = max(self._batch_bytes // 4, SMALLEST_BATCH_BYTES)
            self._lock.notify_all()
            retry_after = getattr(error, "retry_after", None)
            until = time.monotonic() + pause_s(self._failures, retry_after)
            while time.monotonic() < until:
                if self._is_given_up():
                    self._thread, self._over = None, True
                    return False
                self._lock.wait(TICK_S)
        # A server that is killed resets a connection and then refuses others: that is one outage.
        self.warn_once(
            f"the server cannot be reached; what waits is sent later: {error}", type(error).__name__
        )
        return True

    def _is_ending(self) -> bool:
        """Whether the program is about to end and waits for such threads alone."""
        if self._ended_s is None:
            if any(map(_is_working, threading.enumerate())):
                return False
            self._ended_s = time.monotonic()
            self._due = {lane: lane.waiting_bytes for lane in self._lanes}
        return True

    def _is_given_up(self) -> bool:
        return (
            self._is_ending()
            and self._ended_s is not None
            and time.monotonic() - self._ended_s > EXIT_GRACE_S
        )

    # ------------------------------------------------------------------------ the end

    def report(self) -> None:
        """At the program's end: one warning for what was refused, one for what is left."""
        refusals, self._refusals = self._refusals, []
        if refusals:
            log.warning("%s", _sentence(refusals, "records"))
        # A journal that was closed before was spoken of then.
        lost = sum(lane.in_memory for lane in self._lanes)
        kept = self.waiting - lost
        for lane in (*self._lanes, *self._adopted):
            lane.rest()
        reason = self._failure or "the program ended"
        if kept:
            log.warning(
                "%d records are not delivered yet (%s): `linlog sync`, or the next program that "
                "logs to %s, sends them",
                *(kept, reason, self._address),
            )
        if lost:
            log.warning("%d records were not delivered and are lost: %s", lost, reason)

    def forget(self) -> None:
        """In a forked child: what waits is the parent's to send, and its thread is not here."""
        for lane in (*self._lanes, *self._adopted):
            lane.abandon()
        asked = self._after_fork
        self._begin()
        for method in asked:
            if (call := method()) is not None:
                call()


def deliver(stream: Stream, entries: Sequence[bytes]) -> list[Refusal]:
    """Send records; where the server refuses them whole, their halves, down to the one.

    Raises LinLogError where the server was not reached, or refuses the caller.
    """
    if not entries:
        return []
    try:
        return list(stream.deliver(entries))
    except (*OF_CALLER, *OF_MOMENT):
        raise
    except errors.ApiError as error:
        if stream.late and isinstance(error, errors.NotFound):
            # It may be there for somebody with other credentials.
            raise
        if len(entries) == 1 or isinstance(error, (errors.NotFound, errors.Conflict)):
            return [stream.refusal(entry, error) for entry in entries]
        middle = len(entries) // 2
        return [*deliver(stream, entries[:middle]), *deliver(stream, entries[middle:])]
    except errors.LinLogError:
        raise
    except Exception as error:  # noqa: BLE001 - the thread must live on; the loss is reported
        reason = errors.Invalid(f"could not be sent: {type(error).__name__}: {error}")
        return [stream.refusal(entry, reason) for entry in entries]


def _is_working(thread: threading.Thread) -> bool:
    """Whether a program goes on while this thread does, and not for delivery."""
    return thread.is_alive() and not thread.daemon and thread.name != THREAD


now: Final = partial(datetime.now, UTC)
"""The time by this machine's clock, for what is logged and predicted here."""

now_ns: Final = time.time_ns
"""The same in nanoseconds since 1970, which is had in a sixth of the time."""


def _size_bytes(lanes: Sequence[Lane]) -> int:
    return sum(lane.waiting_bytes for lane in lanes)


def _sentence(refusals: Sequence[Refusal], what: str) -> str:
    first = refusals[0]
    more = f" and {len(refusals) - 1:,} more" if len(refusals) > 1 else ""
    return f"the server refused {what}: {first.what}: {first.error}{more}"


_senders: weakref.WeakSet[Sender] = weakref.WeakSet()


def _report_all() -> None:
    for sender in list(_senders):
        sender.report()


def _forget_all() -> None:
    for sender in list(_senders):
        sender.forget()


atexit.register(_report_all)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget_all)
