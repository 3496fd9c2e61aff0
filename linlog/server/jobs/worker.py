"""The worker: takes up jobs one after the other, keeps their leases, notes how they ended."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from secrets import token_hex
from threading import Event, Thread
from time import monotonic
from typing import TYPE_CHECKING, Final

from linlog import limits
from linlog.errors import LinLogError
from linlog.server import clock, jobs
from linlog.server.context import Actor, Context
from linlog.server.databases import JOBS, Unavailable
from linlog.server.jobs._protocol import JobLost
from linlog.server.log import log
from linlog.server.store import jobs as job_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from linlog.compute._protocol import Compute
    from linlog.server.jobs._protocol import Progress
    from linlog.server.jobs.apart import Apart
    from linlog.server.machine import Machine
    from linlog.server.settings import Settings
    from linlog.server.store.jobs import Claim

LEASE_S: Final = 30
HEARTBEAT_S: Final = 8.0
POLL_S: Final = 0.5
PROGRESS_S: Final = 0.25
"""Seconds between two notes of how far a job is: each is a transaction that others wait for."""
MOST_ATTEMPTS: Final = limits.JOB_ATTEMPTS


@dataclass(frozen=True, slots=True)
class _JobTransactions:
    """The store as a job reaches it: bound to the job's organisation."""

    machine: Machine
    organisation_id: str
    settings: Settings

    @contextmanager
    def read(self) -> Iterator[Context]:
        """A context that sees one snapshot."""
        with self.machine.database.read() as conn:
            yield self._context(conn)

    @contextmanager
    def write(self) -> Iterator[Context]:
        """A context whose changes are committed at its end."""
        with self.machine.database.write(self.organisation_id) as conn:
            yield self._context(conn)

    @property
    def compute(self) -> Compute:
        """Where tasks are matched."""
        return self.machine.compute

    def _context(self, conn: object) -> Context:
        return self.machine.context(conn, Actor(self.organisation_id, "manager"))  # type: ignore[arg-type]


FETCHING: Final = frozenset({"fetch_file"})
"""Jobs that wait for other machines, which may be slow: they have threads of their own."""


def working(machine: Machine, apart: Apart, workers: int) -> list[Worker]:
    """As many workers, and those who fetch beside them; none where there are to be none."""
    if not workers:
        return []
    fetchers = [
        Worker(machine, names=FETCHING, most_each=limits.FETCHES_EACH)
        for _ in range(limits.FETCHES)
    ]
    return [*(Worker(machine, apart, leaving=FETCHING) for _ in range(workers)), *fetchers]


class Worker:
    """Works on jobs in a thread of its own until it is stopped."""

    def __init__(
        self,
        machine: Machine,
        apart: Apart | None = None,
        names: Collection[str] | None = None,
        *,
        leaving: Collection[str] = (),
        most_each: int | None = None,
    ) -> None:
        """Take up jobs of some `names` or of all, but leave those of a table to `apart`.

        Others may be left to whoever else works here. Of one organisation at most `most_each` such
        jobs run at once, in whatever process.
        """
        self.name = f"worker-{token_hex(6)}"
        self._machine = machine
        self._apart = apart
        self._names = names
        self._leaving = frozenset(leaving)
        self._most_each = most_each
        self._idle_since: float | None = None
        self._stopping = Event()
        self._wake = machine.job_waiting
        self._thread = Thread(target=self.run, name=self.name, daemon=True)

    def start(self) -> None:
        """Begin in the background."""
        self._thread.start()

    def stop(self, timeout_s: float = 10.0) -> None:
        """Finish the job at hand, if it ends in time, and stop."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def run(self) -> None:
        """Take up jobs until stopped."""
        while not self._stopping.is_set():
            try:
                worked = self.work_once()
            except Exception as error:  # noqa: BLE001 - the loop must outlive a database that is away
                log("error", _said_of(error), error=repr(error))
                worked = False
            if not worked:
                self._idle_since = self._idle_since or monotonic()
                self._wake.wait(POLL_S)
                self._wake.clear()

    def work_once(self) -> bool:
        """Take up one job, if one waits; whether there was one."""
        now = clock.now()
        lease = now + LEASE_S * 1_000_000
        with self._machine.database.read() as conn:
            names = self._mine(job_rows.names_waiting(conn, now))
        if not names:
            return False
        # Who waits for the turn to take one up has work to do, however long that takes.
        self._idle_since = None
        with self._machine.database.write(JOBS) as conn:
            whose = job_rows.waiting_organisations(conn, now, names, most_each=self._most_each)
            if not whose:
                return False
            scope = self._machine.turns.choose(whose)
            claim = job_rows.claim(
                conn, worker=self.name, now=now, lease=lease, names=names, of=scope
            )
        if claim is None:
            return False
        with self._kept(claim):
            self._run(claim)
        self._idle_since = monotonic()
        return True

    def idle_s(self) -> float:
        """For how long there was no job: since it looked and found none."""
        since = self._idle_since
        return 0.0 if since is None else monotonic() - since

    def _mine(self, waiting: set[str]) -> set[str]:
        """Those of the jobs that wait which are for this worker."""
        if self._names is not None:
            waiting = waiting.intersection(self._names)
        waiting = waiting - self._leaving
        if self._apart is None:
            return waiting
        if waiting & jobs.APART:
            self._apart.wake()
            jobs.make_ready()
        return waiting - jobs.APART

    def _run(self, claim: Claim) -> None:
        transactions = _JobTransactions(
            self._machine, claim.organisation_id, self._machine.settings
        )
        try:
            _check_attempts(claim)
            jobs.get(claim.name)(transactions, claim.payload, self._noting(claim))
        except JobLost:
            return
        except LinLogError as error:
            self._fail(claim, transactions, str(error))
        except Exception as error:  # noqa: BLE001 - a bug in a job must not end the worker
            log("error", "a job failed", job=claim.id, name=claim.name, error=repr(error))
            self._retry(claim, transactions, error)
        else:
            self._finish(claim, "finished", None)

    def _retry(self, claim: Claim, transactions: _JobTransactions, error: Exception) -> None:
        if claim.attempts >= MOST_ATTEMPTS:
            self._fail(claim, transactions, _reason_of(error, claim.name))
            return
        with self._machine.database.write(JOBS) as conn:
            job_rows.requeue(conn, claim.id, worker=self.name)

    def _fail(self, claim: Claim, transactions: _JobTransactions, reason: str) -> None:
        try:
            give_up = jobs.giving_up(claim.name)
            if give_up is not None:
                give_up(transactions, claim.payload, reason)
        except Exception as error:  # noqa: BLE001 - a bug in a job must not keep it from ending
            log("error", "a job could not be given up", job=claim.id, error=repr(error))
        self._finish(claim, "failed", reason)

    def _finish(self, claim: Claim, state: str, failure: str | None) -> None:
        with self._machine.database.write(JOBS) as conn:
            job_rows.finish(
                conn, claim.id, worker=self.name, state=state, now=clock.now(), failure=failure
            )

    def _noting(self, claim: Claim) -> Progress:
        """What notes how far a job is, now and then."""
        noted = monotonic()

        def note(share: float) -> None:
            nonlocal noted
            if monotonic() - noted >= PROGRESS_S:
                self._extend(claim, share)
                noted = monotonic()

        return note

    def _extend(self, claim: Claim, share: float | None = None) -> None:
        lease = clock.now() + LEASE_S * 1_000_000
        with self._machine.database.write(JOBS) as conn:
            held = job_rows.extend(conn, claim.id, worker=self.name, lease=lease, progress=share)
        if not held:
            raise JobLost

    @contextmanager
    def _kept(self, claim: Claim) -> Iterator[None]:
        """Extend the lease in the background while the job runs."""
        done = Event()

        def beat() -> None:
            while not done.wait(HEARTBEAT_S):
                try:
                    self._extend(claim)
                except JobLost:
                    return
                except Exception as error:  # noqa: BLE001 - the next beat may reach it again
                    log("warning", "a lease could not be extended", error=repr(error))

        heart = Thread(target=beat, name=f"{self.name}-lease", daemon=True)
        heart.start()
        try:
            yield
        finally:
            done.set()
            heart.join()


def _said_of(error: Exception) -> str:
    """What went wrong outside of a job, in words for the log."""
    if isinstance(error, Unavailable):
        return "the worker could not reach the database"
    return "the worker could not take up a job"


def _reason_of(error: Exception, name: str) -> str:
    """Why a job failed, for people who read no log: what is missing, or the sort of error."""
    if isinstance(error, ImportError):
        return f"job {name} needs what is not installed here: {error}"
    return f"{type(error).__name__} in job {name}; the server's log says more"


def _check_attempts(claim: Claim) -> None:
    if claim.attempts > MOST_ATTEMPTS:
        message = f"given up after {MOST_ATTEMPTS} attempts that ended with their worker"
        raise LinLogError(message)
