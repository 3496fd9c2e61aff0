"""Delivery in the background: batches, retries while the server is away, nothing lost in silence.

The thread lives only while there is something to send and is no daemon, so that a normal exit
waits for it. It never raises; what the server refused is kept for whoever calls `flush`.
"""

from __future__ import annotations

import atexit
import logging
import os
import threading
import time
import weakref
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from linlog import errors
from linlog.client.http import pause_s
from linlog.client.outbox import Batch, Outbox, Refusal, Stream

log = logging.getLogger("linlog")

LINGER_S: Final = 0.1
"""Seconds that a first entry waits for others to leave with it."""
IDLE_S: Final = 2.0
"""Seconds that the thread waits for more before it ends."""
TICK_S: Final = 0.05
"""Seconds between looks at whether the program is ending."""
EXIT_GRACE_S: Final = 10.0
"""Seconds that a program's end waits for a server that does not answer."""
FLUSH_TIMEOUT_S: Final = 60.0
"""Seconds that `flush` waits while nothing at all gets through."""
FULL_TIMEOUT_S: Final = 300.0
"""Seconds that `put` waits for room before it gives up."""
_LASTING: Final = (errors.NotAuthenticated, errors.NotAllowed)
"""Refusals of the caller, not of what was sent: nothing is dropped, and waiting does not help."""


class Sender:
    """Sends what is put into its outbox, from a thread of its own."""

    def __init__(self, outbox: Outbox | None = None) -> None:
        self._outbox = outbox or Outbox()
        self._lock = self._outbox.lock
        self._thread: threading.Thread | None = None
        self._hurried = False
        self._sending = False
        self._failure: errors.LinLogError | None = None
        self._failures = 0
        self._refusals: list[Refusal] = []
        self._dropped = 0
        self._warned: set[str] = set()
        self._ended_s: float | None = None
        _senders.add(self)

    def put(self, stream: Stream, entry: bytes, *, wait: bool) -> bool:
        """Take an encoded entry to send. False where there was no room and `wait` is False.

        With `wait` a full outbox holds the caller back until there is room again; after
        `FULL_TIMEOUT_S` without any it raises `ConnectionLost`.
        """
        with self._lock:
            if self._outbox.full and not self._make_room(wait=wait):
                self._dropped += 1
                return False
            self._outbox.put(stream, entry)
            if self._thread is None:
                self._start()
            elif self._outbox.waiting == 1 or self._outbox.waiting % 1000 == 0:
                self._lock.notify_all()
        return True

    def flush(self, timeout_s: float = FLUSH_TIMEOUT_S) -> None:
        """Wait until everything is delivered.

        Raises `PredictionsRefused` (or the server's reason, where log entries were refused) for
        what the server did not take, and the last failure where it does not answer in time: all
        then waits on, and `flush` may be called again.
        """
        self._wait_for_empty(timeout_s)
        self._raise_refusals()

    @property
    def waiting(self) -> int:
        """How many entries are not delivered yet."""
        with self._lock:
            return self._outbox.waiting

    def drop(self, count: int, reason: str) -> None:
        """Note that entries were lost, and warn about each reason once."""
        with self._lock:
            self._dropped += count
        self.warn_once(reason)

    def warn_once(self, sentence: str) -> None:
        """Log a warning, unless the same was logged before."""
        if sentence not in self._warned:
            self._warned.add(sentence)
            log.warning("%s", sentence)

    def never_raise(self, function: Callable[..., object], *arguments: Any) -> None:
        """Call a function; any error becomes a warning and is counted as an entry lost."""
        try:
            function(*arguments)
        except Exception as error:  # noqa: BLE001 - a training loop must go on
            self.drop(1, f"a log entry was dropped: {type(error).__name__}: {error}")

    # ------------------------------------------------------------------------ waiting

    def _make_room(self, *, wait: bool) -> bool:
        """Whether there is room now. The caller holds the lock."""
        deadline = time.monotonic() + FULL_TIMEOUT_S
        while wait and self._outbox.full:
            self._hurried = True
            self._start()
            self._lock.notify_all()
            self._lock.wait(TICK_S)
            if time.monotonic() >= deadline:
                raise errors.ConnectionLost(
                    f"{self._outbox.waiting:,} entries wait to be sent and there is no room "
                    f"for more: {self._failure or 'the server is too slow'}"
                )
        self._hurried = False
        return not self._outbox.full

    def _wait_for_empty(self, timeout_s: float) -> None:
        with self._lock:
            failures, left = self._failures, self._outbox.waiting
            deadline = time.monotonic() + timeout_s
            while self._outbox.waiting:
                self._hurried = True
                self._start()
                self._lock.notify_all()
                self._lock.wait(max(0.001, min(1.0, deadline - time.monotonic())))
                self._raise_lasting(failures)
                if self._outbox.waiting < left:
                    left, deadline = self._outbox.waiting, time.monotonic() + timeout_s
                if self._outbox.waiting and time.monotonic() >= deadline:
                    raise errors.Timeout(
                        f"{self._outbox.waiting:,} entries are not delivered yet and wait on: "
                        f"{self._failure or 'the server is slow'}"
                    )
            self._hurried = False

    def _raise_lasting(self, failures: int) -> None:
        if isinstance(self._failure, _LASTING) and self._failures > failures:
            raise self._failure

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
        """Start the thread unless it runs. The caller holds the lock."""
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="linlog-sender", daemon=False)
            try:
                self._thread.start()
            except RuntimeError:
                # The interpreter is ending: nothing can be started, `report` counts the loss.
                self._thread = None

    def _run(self) -> None:
        while True:
            batch = self._next_batch()
            if batch is None:
                return
            try:
                refusals = self._deliver(batch)
            except errors.LinLogError as error:
                if not self._failed(batch, error):
                    return
            else:
                self._delivered(batch, refusals)

    def _next_batch(self) -> Batch | None:
        """The next batch, or None when the thread should end."""
        with self._lock:
            until = time.monotonic() + IDLE_S
            while not self._outbox.waiting and time.monotonic() < until and not self._is_ending():
                self._lock.wait(TICK_S)
            until = time.monotonic() + LINGER_S
            while (
                not (self._hurried or self._outbox.ready() or self._is_ending())
                and self._outbox.waiting
                and time.monotonic() < until
            ):
                self._lock.wait(max(0.001, until - time.monotonic()))
            batch = self._outbox.take()
            if batch is None:
                self._thread = None
                self._lock.notify_all()
            return batch

    def _deliver(self, batch: Batch) -> list[Refusal]:
        """Send a batch; where the server refuses it whole, its halves, down to the one entry."""
        try:
            return list(batch.stream.deliver(batch.entries))
        except _LASTING:
            raise
        except (errors.RateLimited, errors.ServerFailed, errors.TransportError):
            raise
        except errors.ApiError as error:
            if len(batch.entries) == 1 or isinstance(error, (errors.NotFound, errors.Conflict)):
                return [batch.stream.refusal(entry, error) for entry in batch.entries]
            middle = len(batch.entries) // 2
            parts = (batch.entries[:middle], batch.entries[middle:])
            return [
                refusal for part in parts for refusal in self._deliver(Batch(batch.stream, part))
            ]
        except errors.LinLogError:
            raise
        except Exception as error:  # noqa: BLE001 - the thread must live on; the loss is reported
            reason = errors.Invalid(f"could not be sent: {type(error).__name__}: {error}")
            return [batch.stream.refusal(entry, reason) for entry in batch.entries]

    def _delivered(self, batch: Batch, refusals: Sequence[Refusal]) -> None:
        with self._lock:
            self._failures, self._failure = 0, None
            self._outbox.done(batch)
            self._refusals.extend(refusals)
            self._lock.notify_all()

    def _failed(self, batch: Batch, error: errors.LinLogError) -> bool:
        """Wait before the next attempt; False where the program is ending and time is up."""
        with self._lock:
            self._failures += 1
            self._failure = error
            self._outbox.put_back(batch)
            self._lock.notify_all()
            until = time.monotonic() + pause_s(self._failures)
            while time.monotonic() < until:
                if self._is_given_up():
                    self._thread = None
                    return False
                self._lock.wait(TICK_S)
        self.warn_once(f"the server cannot be reached; what waits is sent later: {error}")
        return True

    def _is_ending(self) -> bool:
        """Whether the program is about to end and waits for this thread."""
        if threading.main_thread().is_alive():
            return False
        if self._ended_s is None:
            self._ended_s = time.monotonic()
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
            log.warning("%s", _sentence(refusals, "entries"))
        if self._outbox.waiting:
            log.warning(
                "%d entries were not delivered and are lost: %s",
                self._outbox.waiting,
                self._failure or "the program ended",
            )

    def forget(self) -> None:
        """In a forked child: what waits is the parent's to send, and its thread is not here."""
        outbox = Outbox()
        self.__init__(outbox)  # type: ignore[misc]


def now() -> datetime:
    """The time by this machine's clock, for what is logged and predicted here."""
    return datetime.now(UTC)


def _sentence(refusals: Sequence[Refusal], what: str) -> str:
    first = refusals[0]
    more = f" and {len(refusals) - 1:,} more" if len(refusals) > 1 else ""
    return f"the server refused {what}: {first.entry}: {first.error}{more}"


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
