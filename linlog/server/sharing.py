"""Writers of one turn come one after the other, and those who write little share a commit.

Forcing a commit to disk takes longer than a small write. So a writer that is done while others wait
hands its open transaction on instead of committing it; the last one commits for all. Whoever writes
alone does exactly what it would do without this, and nobody waits for others to come. Where several
organisations share, each comes in once: who writes little waits for one write of who writes much.

Each writer after the first works behind a savepoint, so what fails takes back its own work alone.
Where the commit itself fails, or the database gave the transaction up, all in it have failed.
"""

from __future__ import annotations

from collections import deque
from contextlib import ExitStack, contextmanager, suppress
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, Final

import sqlalchemy as sa

from linlog import limits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from linlog.server.databases._protocol import Database

_LOST: Final = "the transaction of this write was given up"
_LATE: Final = "the writes before this one take too long"


class Outcome:
    """Whether what one writer did is committed; asked and told from any thread."""

    __slots__ = ("_calls", "_error", "_known", "_lock")

    def __init__(self) -> None:
        self._lock = Lock()
        self._known = False
        self._error: BaseException | None = None
        self._calls: list[Callable[[], object]] = []

    @property
    def known(self) -> bool:
        """Whether it has been told."""
        return self._known

    def then(self, call: Callable[[], object]) -> None:
        """Call something when it is told, or now where it was; what is called must not raise."""
        with self._lock:
            if not self._known:
                self._calls.append(call)
                return
        call()

    def check(self) -> None:
        """Raise Unavailable where the commit failed; whether it did must be known."""
        assert self._known, "nobody has told yet whether it is committed"
        if self._error is not None:
            raise _unavailable(self._error)

    def wait(self) -> None:
        """Wait until it is told. Raises Unavailable where the commit failed."""
        told = Lock()
        told.acquire()
        self.then(told.release)
        told.acquire()
        self.check()

    def tell(self, error: BaseException | None) -> None:
        """Say that it is committed, or why not."""
        with self._lock:
            self._known, self._error = True, error
            calls, self._calls = self._calls, []
        for call in calls:
            call()


COMMITTED: Final = Outcome()
"""The outcome of what was committed at once."""
COMMITTED.tell(None)


@contextmanager
def written(database: Database, turn: str) -> Iterator[sa.Connection]:
    """A small write that may share its commit, which it waits for. Raises Unavailable."""
    outcome = Outcome()
    with database.write(turn, outcome) as conn:
        yield conn
    outcome.wait()


class _Shared:
    """An open transaction, and what is done in it and not committed yet."""

    def __init__(
        self,
        begun: AbstractContextManager[sa.Connection],
        is_open: Callable[[sa.Connection], bool],
        whose: str,
    ) -> None:
        self._came = {whose}
        """The organisations whose writers are in it."""
        self._held = ExitStack()
        self.conn = self._held.enter_context(begun)
        self._is_open = is_open
        self._ends = monotonic() + limits.SHARED_COMMIT_MS / 1000
        self.done: list[Outcome] = []

    def takes(self, whose: str) -> bool:
        """Whether one more writer of an organisation may come in.

        Of one that is alone all may; where others wait for their commit too, each once.
        """
        again = whose in self._came and len(self._came) > 1
        return not again and len(self.done) < limits.SHARED_COMMITS and monotonic() < self._ends

    def take(self, whose: str) -> None:
        """Note whose writer comes in."""
        self._came.add(whose)

    def check_open(self) -> None:
        """Raise Unavailable where the database has given up what was done in it, unasked."""
        if not self._is_open(self.conn):
            raise _unavailable(RuntimeError(_LOST))

    def took_back(self, savepoint: sa.NestedTransaction | None) -> bool:
        """Take back what came after a savepoint; False where that is more than that, or fails."""
        if savepoint is None or not savepoint.is_active:
            return False
        try:
            savepoint.rollback()
        except sa.exc.SQLAlchemyError:
            return False
        return self._is_open(self.conn)

    def commit(self) -> None:
        """Commit all of it, durably."""
        with self._held:
            transaction = self.conn.get_transaction()
            assert transaction is not None, "nobody else ends it"
            try:
                transaction.commit()
            except BaseException:
                # Else the connection would go back with it still open.
                transaction.rollback()
                raise

    def roll_back(self) -> None:
        """Take all of it back."""
        self._held.close()

    def tell(self, error: BaseException | None) -> None:
        """Tell all whose work is in it how it ended."""
        for outcome in self.done:
            outcome.tell(error)


class _Waiter:
    """A writer that waits for its turn."""

    __slots__ = ("called", "shared", "shares", "whose")

    def __init__(self, whose: str, *, shares: bool) -> None:
        self.whose = whose
        self.shares = shares
        self.shared: _Shared | None = None
        """The transaction that it is handed; none where it begins its own."""
        self.called = Lock()
        self.called.acquire()


class Line:
    """The writers of one turn in this process.

    Those of one organisation come in their order. Between organisations the turn goes back and
    forth: whoever writes much is not in front of whoever writes little.
    """

    def __init__(
        self,
        begin: Callable[[], AbstractContextManager[sa.Connection]],
        is_open: Callable[[sa.Connection], bool],
        *,
        lost: Callable[[], object],
        patience_s: float = -1,
    ) -> None:
        """Transactions are begun by `begin`, which rolls back what is not committed at its end.

        `is_open` tells whether one still goes on, `lost` is told when work that others have seen
        was not committed. Writers that share wait for `patience_s` at most, or for ever.
        """
        self._begin = begin
        self._is_open = is_open
        self._lost = lost
        self._patience_s = patience_s
        self._lock = Lock()
        self._taken = False
        self._whose = ""
        """The organisation that has the turn."""
        self._waiting: deque[_Waiter] = deque()

    @contextmanager
    def alone(self) -> Iterator[None]:
        """The turn itself, for whoever writes by other means."""
        self._come("", shares=False)
        try:
            yield
        finally:
            self._pass_on()

    @contextmanager
    def write(self, whose: str, outcome: Outcome | None = None) -> Iterator[sa.Connection]:
        """An organisation's transaction, which is committed at the end of the block.

        With an `outcome` it may be committed later, together with others, and the outcome is told.
        """
        handed = self._come(whose, shares=outcome is not None)
        shared = self._begun(whose) if handed is None else handed
        savepoint = None
        try:
            if handed is not None:
                savepoint = shared.conn.begin_nested()
            yield shared.conn
            shared.check_open()
            if savepoint is not None:
                savepoint.commit()
        except BaseException as error:
            self._fail(shared, savepoint, error)
            raise
        if outcome is None:
            self._commit(shared)
        else:
            shared.done.append(outcome)
            self._go_on(shared)

    def _fail(
        self, shared: _Shared, savepoint: sa.NestedTransaction | None, error: BaseException
    ) -> None:
        """Take one writer's work back, and all of it where that is not possible."""
        if shared.took_back(savepoint):
            # What failed for those before is told to them; whoever failed has a reason of its own.
            with suppress(sa.exc.SQLAlchemyError):
                self._go_on(shared)
            return
        try:
            shared.roll_back()
        finally:
            self._end(shared, error)

    def _go_on(self, shared: _Shared) -> None:
        """Hand a transaction to whoever comes next, or commit it."""
        with self._lock:
            waiter = self._next()
            if waiter is not None and waiter.shares and shared.takes(waiter.whose):
                shared.take(waiter.whose)
                waiter.shared = shared
                self._call(waiter)
            else:
                waiter = None
        if waiter is None:
            self._commit(shared)
        else:
            waiter.called.release()

    def _commit(self, shared: _Shared) -> None:
        error: BaseException | None = None
        try:
            shared.commit()
        except BaseException as caught:
            error = caught
            raise
        finally:
            self._end(shared, error)

    def _end(self, shared: _Shared, error: BaseException | None) -> None:
        """Let the next one come, and tell those whose work was in a transaction."""
        if error is not None and shared.done:
            self._lost()
        self._pass_on()
        shared.tell(error)

    def _begun(self, whose: str) -> _Shared:
        try:
            return _Shared(self._begin(), self._is_open, whose)
        except BaseException:
            self._pass_on()
            raise

    def _next(self) -> _Waiter | None:
        """Whoever comes next: the first of another organisation, if one waits, or the first."""
        others = (each for each in self._waiting if each.whose != self._whose)
        return next(others, self._waiting[0] if self._waiting else None)

    def _call(self, waiter: _Waiter) -> None:
        """Give the turn to one that waits."""
        self._waiting.remove(waiter)
        self._whose = waiter.whose

    def _come(self, whose: str, *, shares: bool) -> _Shared | None:
        """Wait for the turn; the transaction that is handed with it, if one is."""
        with self._lock:
            if not self._taken:
                self._taken, self._whose = True, whose
                return None
            waiter = _Waiter(whose, shares=shares)
            self._waiting.append(waiter)
        try:
            called = waiter.called.acquire(timeout=self._patience_s if shares else -1)
        except BaseException:
            self._leave(waiter)
            raise
        if not called:
            self._leave(waiter)
            raise _unavailable(TimeoutError(_LATE))
        return waiter.shared

    def _leave(self, waiter: _Waiter) -> None:
        """Stop waiting; a turn that came at the same moment goes on to the next."""
        with self._lock:
            waits = waiter in self._waiting
            if waits:
                self._waiting.remove(waiter)
        if waits:
            return
        if waiter.shared is None:
            self._pass_on()
            return
        with suppress(sa.exc.SQLAlchemyError):
            self._go_on(waiter.shared)

    def _pass_on(self) -> None:
        with self._lock:
            waiter = self._next()
            self._taken = waiter is not None
            if waiter is not None:
                self._call(waiter)
        if waiter is not None:
            waiter.called.release()


def _unavailable(error: BaseException) -> sa.exc.OperationalError:
    """A new error for each who is told: threads that raise one mix up its trace."""
    cause = error.orig if isinstance(error, sa.exc.DBAPIError) and error.orig else error
    made = sa.exc.OperationalError(None, None, cause)
    made.__cause__ = error
    return made
