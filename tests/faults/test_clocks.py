"""Clocks of servers that jump, back and forth: R14."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import Any

import pytest

from linlog.server import admin, clock
from linlog.server.databases import JOBS
from linlog.server.jobs.worker import LEASE_S
from linlog.server.services import tokens
from linlog.server.store import jobs
from linlog.wire.tokens import TokenCreate
from tests.conftest import Server
from tests.factories import evaluations, log_entries, model_versions, organisations, sessions, users
from tests.faults.counts import tries

JUMPS = [timedelta(hours=1), timedelta(days=1), timedelta(days=3650)]
FAR = timedelta(days=7300)
"""From the first moment; from here on a clock jumps back to it."""
STEPS = 30
TOKEN_DAYS = 2
TOUCHED_S = 60
"""Seconds after which it is noted again that a session is used."""


class Jumping:
    """A clock that stands still until it jumps."""

    def __init__(self, seed: int) -> None:
        self._chance = random.Random(seed)
        self.begun = self.now = clock.now()

    def jump(self) -> int:
        """Go an hour, a day or ten years in either way, but not before 1970."""
        back = -1 if self.now > self.begun else 1
        far = abs(self.now - self.begun) > FAR // timedelta(microseconds=1)
        sign = back if far else self._chance.choice([1, -1, back])
        self.now += sign * (self._chance.choice(JUMPS) // timedelta(microseconds=1))
        return self.now


@pytest.fixture
def jumping(seed: int, monkeypatch: pytest.MonkeyPatch) -> Jumping:
    """The clock of this process's servers."""
    made = Jumping(seed)
    monkeypatch.setattr(clock, "now", lambda: made.now)
    return made


@pytest.mark.parametrize("seed", tries(100))
def test_r14_a_jump_lets_nobody_in_for_longer(server: Server, jumping: Jumping) -> None:
    """Tokens and sessions end when they were to, by whatever the clock says."""
    home = organisations.create(server)
    new: Any = TokenCreate(name="t", role="viewer", expires_days=TOKEN_DAYS)
    with server.machine.database.write("tests") as conn:
        secret = tokens.add(conn, home.id, new, now=jumping.now).secret
    cookie = sessions.cookie(sessions.create(home, users.create(home, "manager").email))
    settings, used, noted = server.machine.settings, jumping.now, None
    token_ends = jumping.begun + TOKEN_DAYS * 24 * 3600 * 1_000_000
    session_ends = jumping.begun + settings.session_s * 1_000_000
    for _ in range(STEPS):
        now = jumping.jump()
        header = {"Authorization": f"Token {secret}"}
        reply = home.call("GET", "/api/v2/projects", role=None, headers=header)
        assert reply.status == (200 if now < token_ends else 401)
        reply = home.call("GET", "/api/v2/projects", role=None, headers=cookie)
        fresh = now < session_ends and now - used <= settings.session_idle_s * 1_000_000
        assert reply.status == (200 if fresh else 401)
        if fresh and (noted is None or now - noted >= TOUCHED_S * 1_000_000):
            # To the minute, and back to where a clock was set back to: no later than it was.
            used = noted = now


@pytest.mark.parametrize("seed", tries(100))
def test_r14_nothing_ends_before_it_began(
    server: Server, jumping: Jumping, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock that jumps whenever it is asked: entries keep their order, and jobs are done."""
    secret = admin.create_token(server.machine.settings.data, "endless", expires_days=None)
    monkeypatch.setattr(clock, "now", jumping.jump)
    with server.client(secret) as client:
        version = model_versions.create(client)
        for number in range(STEPS):
            log_entries.send(client, version.id, [log_entries.of(number, at=number)])
        found = client.log_entries.everything(version.id)
        assert [entry.data["at"] for entry in found] == list(range(STEPS))
        client.model_versions.finish(version.id)
        finished = client.model_versions.get(version.id)
        assert finished.created_date <= finished.finished_date
        evaluation = evaluations.queued(client)
        server.work()
        job = client.jobs.get(evaluation.job_id)
        assert (job.state, job.failure) == ("finished", None)
        assert job.created_date <= job.started_date <= job.finished_date


@pytest.mark.parametrize("jump", [*JUMPS, *(-jump for jump in JUMPS)], ids=str)
def test_r14_what_a_dead_worker_had_is_taken_up_after_a_jump(
    server: Server, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    """Whether its lease is long over by the new time or far away."""
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    secret = admin.create_token(server.machine.settings.data, "endless", expires_days=None)
    with server.client(secret) as client:
        evaluation = evaluations.queued(client)
        with server.machine.database.write(JOBS) as conn:
            lease = now + LEASE_S * 1_000_000
            names = {"evaluate"}
            assert jobs.claim(conn, worker="dead", now=now, lease=lease, names=names) is not None
        assert server.work() == 0
        now += jump // timedelta(microseconds=1)
        server.work()
        job = client.jobs.get(evaluation.job_id)
        assert (job.state, job.attempts) == ("finished", 2)
