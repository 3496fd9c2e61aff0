"""Whose turn it is: threads and workers go to organisations in turn, not to whoever asks most."""

from __future__ import annotations

from asyncio import CancelledError, Future, get_running_loop, timeout
from collections import deque
from contextlib import asynccontextmanager
from math import inf
from threading import Lock
from typing import TYPE_CHECKING, Final

from linlog import limits
from linlog.errors import RateLimited

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from collections.abc import AsyncIterator, Sequence
    from contextlib import AbstractAsyncContextManager

_MOST_KNOWN: Final = 10_000
_AGAIN_S: Final = "1"


class Turns:
    """Who was served when; safe to use from many threads."""

    def __init__(self) -> None:
        self._served: dict[str, int] = {}
        self._number = 0
        self._lock = Lock()

    def choose(self, waiting: Sequence[str]) -> str:
        """Whoever was served longest ago; of those who never were, the first. Notes the turn."""
        with self._lock:
            chosen = min(waiting, key=lambda each: self._served.get(each, 0))
            if len(self._served) > _MOST_KNOWN:
                self._served.clear()
            self._number += 1
            self._served[chosen] = self._number
            return chosen


class Rooms:
    """A gate for each organisation, for what takes much memory: one waits for its own alone."""

    def __init__(self, slots: int) -> None:
        self._slots = slots
        self._gates: dict[str, Gate] = {}

    def turn(self, whose: str) -> AbstractAsyncContextManager[None]:
        """Wait for a turn among those of the same organisation, as `Gate.turn` does."""
        return self._gates.setdefault(whose, Gate(self._slots)).turn(whose)


class Gate:
    """Lets as many requests work at once as there are threads.

    Where more want to, the organisation with the fewest at work comes next; of several the one
    whose last request began the longest ago. Its own requests come in their order. So one that asks
    for a thousand things makes itself wait, and another one's next request begins when the first of
    those at work ends; at once, beside them, where that one has nothing at work and fewer than
    `spare` are served so.

    While others ask, the requests of one begin one after the other: the next when the last has
    ended, or worked for `alone_s`. What works at once takes the interpreter from each other, so
    that a short request would wait for all that one organisation has begun. Belongs to one event
    loop.
    """

    def __init__(
        self,
        slots: int,
        *,
        spare: int = 0,
        waiting: int = limits.REQUESTS_WAITING,
        waiting_s: float = limits.WAITING_S,
        alone_s: float = limits.ALONE_MS / 1000,
    ) -> None:
        self._free = slots
        """Fewer than none while organisations that had nothing at work are served beside."""
        self._spare = spare
        self._most_waiting = waiting
        self._longest_s = waiting_s
        self._alone_s = alone_s
        self._at_work: dict[str, list[float]] = {}
        """When the requests that are at work began, in this order."""
        self._last: dict[str, int] = {}
        """When a request of those who work or wait last began, as a running number."""
        self._number = 0
        self._lines: dict[str, deque[Future[float]]] = {}
        self._asking = Asking()
        self._timer: TimerHandle | None = None

    @asynccontextmanager
    async def turn(self, whose: str) -> AsyncIterator[None]:
        """Wait for a turn, and give it back at the end.

        Raises RateLimited where too many requests of the same organisation wait already, or for
        too long: whoever asked would be gone before the answer.
        """
        now = get_running_loop().time()
        self._asking.note(whose, now)
        if self._may_begin(whose, now):
            began = self._begin(whose, now)
        else:
            began = await self._queue(whose)
        try:
            yield
        finally:
            self._end(whose, began)

    async def _queue(self, whose: str) -> float:
        line = self._lines.setdefault(whose, deque())
        if len(line) >= self._most_waiting:
            raise _come_back(f"{len(line)} requests of this organisation wait already")
        called: Future[float] = get_running_loop().create_future()
        line.append(called)
        self._look_again()
        try:
            async with timeout(self._longest_s):
                return await called
        except (CancelledError, TimeoutError) as error:
            # Whoever asked is gone; a turn that came at the same moment goes on to the next.
            if called.done() and not called.cancelled():
                self._end(whose, called.result())
            elif called in line:
                self._leave(whose, called)
            if isinstance(error, TimeoutError):
                message = (
                    f"the requests of this organisation took {self._longest_s:g} s before this"
                )
                raise _come_back(message) from None
            raise

    def _leave(self, whose: str, called: Future[float]) -> None:
        self._lines[whose].remove(called)
        if not self._lines[whose]:
            del self._lines[whose]

    def _may_begin(self, whose: str, now: float) -> bool:
        at_work = self._at_work.get(whose)
        if not at_work:
            return self._free > -self._spare
        if self._free <= 0:
            return False
        return now - at_work[-1] >= self._alone_s or not self._asking.beside(whose, now)

    def _begin(self, whose: str, now: float) -> float:
        self._free -= 1
        self._at_work.setdefault(whose, []).append(now)
        self._number += 1
        self._last[whose] = self._number
        return now

    def _end(self, whose: str, began: float) -> None:
        self._free += 1
        self._at_work[whose].remove(began)
        self._call()
        if not self._at_work[whose] and whose not in self._lines:
            del self._at_work[whose], self._last[whose]

    def _call(self) -> None:
        """Call whoever comes next, if anybody waits and may begin."""
        now = get_running_loop().time()
        while True:
            able = [each for each in self._lines if self._may_begin(each, now)]
            if not able:
                break
            whose = min(able, key=self._rank)
            line = self._lines[whose]
            called = line.popleft()
            if not line:
                del self._lines[whose]
            if not called.done():
                called.set_result(self._begin(whose, now))
        self._look_again()

    def _look_again(self) -> None:
        """Call again when what works has worked for long enough that others may begin beside it."""
        if self._timer is None and self._lines and self._free > 0:
            self._timer = get_running_loop().call_later(self._alone_s, self._time_is_up)

    def _time_is_up(self) -> None:
        self._timer = None
        self._call()

    def _rank(self, whose: str) -> tuple[int, int]:
        return len(self._at_work.get(whose, ())), self._last.get(whose, 0)


def _come_back(why: str) -> RateLimited:
    error = RateLimited(f"{why}; try again later")
    error.retry_after = _AGAIN_S
    return error


class Asking:
    """Who asked of late. What nobody's credentials are shown for is no organisation's."""

    def __init__(self) -> None:
        self._newest, self._newest_time = "", -inf
        self._before = -inf
        """When another organisation than the newest last asked."""

    def note(self, whose: str, now: float) -> None:
        """Note that an organisation asks."""
        if not whose:
            return
        if whose != self._newest:
            self._newest, self._before = whose, self._newest_time
        self._newest_time = now

    def beside(self, whose: str, now: float) -> bool:
        """Whether another organisation asked within `ASKING_S`."""
        last = self._before if whose == self._newest else self._newest_time
        return now - last < limits.ASKING_S
