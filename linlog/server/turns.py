"""Whose turn it is: threads and workers go to organisations in turn, not to whoever asks most."""

from __future__ import annotations

from asyncio import CancelledError, Future, get_running_loop
from collections import Counter, deque
from contextlib import asynccontextmanager
from threading import Lock
from typing import TYPE_CHECKING, Final

from linlog import limits
from linlog.errors import RateLimited

if TYPE_CHECKING:
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
    `spare` are served so. Belongs to one event loop.
    """

    def __init__(
        self, slots: int, *, spare: int = 0, waiting: int = limits.REQUESTS_WAITING
    ) -> None:
        self._free = slots
        """Fewer than none while organisations that had nothing at work are served beside."""
        self._spare = spare
        self._most_waiting = waiting
        self._at_work: Counter[str] = Counter()
        self._last: dict[str, int] = {}
        """When a request of those who work or wait last began, as a running number."""
        self._number = 0
        self._lines: dict[str, deque[Future[None]]] = {}

    @asynccontextmanager
    async def turn(self, whose: str) -> AsyncIterator[None]:
        """Wait for a turn, and give it back at the end.

        Raises RateLimited where too many requests of the same organisation wait already.
        """
        if self._may_begin(whose):
            self._begin(whose)
        else:
            await self._queue(whose)
        try:
            yield
        finally:
            self._end(whose)

    async def _queue(self, whose: str) -> None:
        line = self._lines.setdefault(whose, deque())
        if len(line) >= self._most_waiting:
            message = f"{len(line)} requests of this organisation wait already; try again later"
            error = RateLimited(message)
            error.retry_after = _AGAIN_S
            raise error
        called: Future[None] = get_running_loop().create_future()
        line.append(called)
        try:
            await called
        except CancelledError:
            # Whoever asked is gone; a turn that came at the same moment goes on to the next.
            if called.done() and not called.cancelled():
                self._end(whose)
            raise

    def _may_begin(self, whose: str) -> bool:
        return self._free > (0 if self._at_work[whose] else -self._spare)

    def _begin(self, whose: str) -> None:
        self._free -= 1
        self._at_work[whose] += 1
        self._number += 1
        self._last[whose] = self._number

    def _end(self, whose: str) -> None:
        self._free += 1
        self._at_work[whose] -= 1
        self._call()
        if not self._at_work[whose] and whose not in self._lines:
            del self._at_work[whose], self._last[whose]

    def _call(self) -> None:
        """Call whoever comes next, if anybody waits."""
        while self._lines:
            whose = min(self._lines, key=self._rank)
            if not self._may_begin(whose):
                return
            line = self._lines[whose]
            called = line.popleft()
            if not line:
                del self._lines[whose]
            if not called.done():
                self._begin(whose)
                called.set_result(None)

    def _rank(self, whose: str) -> tuple[int, int]:
        return self._at_work[whose], self._last.get(whose, 0)
