"""Signing in under attack: guesses are counted, hashes are bounded, and nobody is locked out."""

from __future__ import annotations

import os
from base64 import b64encode
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from threading import Event, Semaphore, get_ident
from typing import Any

import pytest
import sqlalchemy as sa
from argon2 import PasswordHasher

from linlog.server import attempts, clock, secrets
from linlog.server.store import tables
from tests.conftest import PASSWORD, Server, Template, running
from tests.factories import organisations, processes, sessions, users
from tests.factories.organisations import Home
from tests.factories.replies import Reply
from tests.patience import PATIENCE_S

WRONG = "wrong horse battery staple"
LIES = ("X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Client-IP", "CF-Connecting-IP")


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Hashes that cost little: what is counted here is guesses."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    monkeypatch.setattr(secrets, "_hasher", cheap)
    monkeypatch.setattr(secrets, "_NOBODY", cheap.hash("nobody has this password"))


@pytest.fixture
def home(server: Server) -> Home:
    """An organisation of a server whose counts are this test's alone."""
    return organisations.create(server)


@pytest.fixture
def behind(template: Template, tmp_path) -> Iterator[Home]:
    """An organisation of a server that trusts the proxy in front of it."""
    with running(template, tmp_path / "data", trusted_proxies="127.0.0.0/8, 10.0.0.0/8") as found:
        yield organisations.create(found)


def basic(home: Home, email: str, password: str) -> Reply:
    """What a request with Basic credentials answers."""
    said = b64encode(f"{email}:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {said}"}
    return home.call("GET", "/api/v2/projects", role=None, headers=headers)


def at(source: str) -> dict[str, Any]:
    """Coming from an address, as a proxy says."""
    return {"headers": {"X-Forwarded-For": source}}


def is_told_to_wait(reply: Reply) -> None:
    """A refusal that says when to come back, and nothing of the account."""
    assert (reply.status, reply.data["code"]) == (429, "rate_limited")
    assert 0 < int(reply.headers["retry-after"]) <= attempts.WINDOW_S
    assert "set-cookie" not in reply.headers


# -------------------------------------------------------------------------------- A02, A03, A04


@pytest.mark.attack("A02")
def test_two_hundred_guesses_are_nine(home: Home) -> None:
    person = users.create(home).email
    found = [sessions.create(home, person, WRONG).status for _ in range(200)]
    assert found == [401] * 9 + [429] * 191
    is_told_to_wait(sessions.create(home, person))


@pytest.mark.attack("A02", "A05")
def test_an_unknown_account_is_counted_alike(home: Home) -> None:
    person = users.create(home).email
    for email in (person, "nobody@example.org"):
        found = [sessions.create(home, email, WRONG) for _ in range(11)]
        assert [each.status for each in found] == [401] * 9 + [429] * 2
        assert {each.data["detail"][:40] for each in found[9:]} == {
            "too many attempts to sign in failed; try"
        }


@pytest.mark.attack("A02")
def test_the_right_password_fits_again_after_a_while(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert attempts.WINDOW_S <= 15 * 60
    person = users.create(home).email
    for _ in range(30):
        sessions.create(home, person, WRONG)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + attempts.WINDOW_S * 1_000_000)
    assert sessions.create(home, person).status == 201


def test_whoever_signs_in_starts_anew(home: Home) -> None:
    person = users.create(home).email
    for _ in range(3):
        found = [sessions.create(home, person, WRONG).status for _ in range(9)]
        assert (set(found), sessions.create(home, person).status) == ({401}, 429)
        home.server.machine.attempts = attempts.Attempts()
    for _ in range(3):
        for _ in range(8):
            sessions.create(home, person, WRONG)
        assert sessions.create(home, person).status == 201


def test_other_spellings_of_an_account_are_the_same(home: Home) -> None:
    person = users.create(home).email
    spelled = [person.upper(), f" {person}", f"{person} ", person.title(), person]
    found = [sessions.create(home, each, WRONG).status for each in spelled * 2]
    assert found == [401] * 9 + [429]


@pytest.mark.attack("A03")
def test_one_password_on_many_accounts_ends_at_fifty(home: Home) -> None:
    known = users.create(home).email
    emails = [f"person-{number}@example.org" for number in range(199)]
    found = [sessions.create(home, each, WRONG) for each in [known, *emails]]
    assert [each.status for each in found] == [401] * 50 + [429] * 150
    # The first one is of somebody who is there.
    assert len({each.data["detail"] for each in found[:50]}) == 1
    is_told_to_wait(sessions.create(home, known))


def test_a_success_between_guesses_buys_no_more_of_them(home: Home) -> None:
    own = users.create(home).email
    found = []
    for number in range(60):
        found.append(sessions.create(home, f"person-{number}@example.org", WRONG).status)
        sessions.create(home, own)
    assert found == [401] * 50 + [429] * 10


@pytest.mark.attack("A04")
@pytest.mark.parametrize("header", LIES)
def test_addresses_that_a_stranger_says_are_not_believed(home: Home, header: str) -> None:
    person = users.create(home).email
    found = [
        sessions.create(home, person, WRONG, headers={header: f"for=203.0.113.{number}"}).status
        for number in range(60)
    ]
    assert found == [401] * 9 + [429] * 51
    other = [
        sessions.create(home, f"p{number}@b.org", WRONG, headers={header: f"203.0.113.{number}"})
        for number in range(60)
    ]
    assert [each.status for each in other].count(401) == 50 - 9


@pytest.mark.attack("A04", "I05")
def test_a_trusted_proxy_says_who_comes_and_a_stranger_behind_it_does_not(behind: Home) -> None:
    chains = [f"198.51.100.{number}, 203.0.113.7, 10.0.0.9" for number in range(60)]
    found = [
        sessions.create(behind, f"p{number}@b.org", WRONG, **at(chain)).status
        for number, chain in enumerate(chains)
    ]
    assert found == [401] * 50 + [429] * 10
    assert sessions.create(behind, "x@b.org", WRONG, **at("203.0.113.8")).status == 401


def test_who_has_one_address_of_a_network_has_all(behind: Home) -> None:
    found = [
        sessions.create(behind, f"p{number}@b.org", WRONG, **at(f"2001:db8:1:2::{number:x}"))
        for number in range(1, 61)
    ]
    assert [each.status for each in found] == [401] * 50 + [429] * 10
    assert sessions.create(behind, "x@b.org", WRONG, **at("2001:db8:1:3::1")).status == 401


@pytest.mark.attack("A02")
def test_a_stranger_cannot_lock_somebody_out_of_where_they_are_known(behind: Home) -> None:
    person = users.create(behind).email
    assert sessions.create(behind, person, **at("203.0.113.1")).status == 201
    for number in range(30):
        sessions.create(behind, person, WRONG, **at(f"198.51.100.{number}"))
    assert sessions.create(behind, person, **at("198.51.100.99")).status == 429
    assert sessions.create(behind, person, **at("203.0.113.1")).status == 201


# ------------------------------------------------------------------------------------ A06, A19


@pytest.mark.attack("A19")
def test_basic_credentials_are_no_second_way_in(home: Home) -> None:
    person = users.create(home).email
    found = [basic(home, person, f"{WRONG} {number}").status for number in range(12)]
    assert found == [401] * 9 + [429] * 3
    is_told_to_wait(basic(home, person, PASSWORD))
    is_told_to_wait(sessions.create(home, person))


@pytest.mark.attack("A19")
def test_a_pair_that_was_right_before_is_no_oracle(home: Home) -> None:
    person = users.create(home).email
    assert basic(home, person, PASSWORD).status == 200
    found = [basic(home, person, WRONG).status for _ in range(10)]
    assert found == [401] * 9 + [429]
    is_told_to_wait(basic(home, person, PASSWORD))


def test_credentials_in_another_encoding_are_no_guesses(home: Home) -> None:
    email = f"{home.id.lower()}@example.org"
    home.person("owner").users.create(email, "pässwört aus ümläuten", role="viewer")
    said = b64encode(f"{email}:pässwört aus ümläuten".encode("latin-1")).decode()
    headers = {"Authorization": f"Basic {said}"}
    for _ in range(60):
        assert home.call("GET", "/api/v2/session", role=None, headers=headers).status == 200


class Slow:
    """A hasher that waits until it is let go, and knows how many were at work at once."""

    def __init__(self) -> None:
        self.began, self.go = Semaphore(0), Event()
        self.at_work: set[int] = set()
        self.most = 0

    def verify(self, *_: str) -> None:
        """As Argon2 does for a password that fits, only later."""
        self.at_work.add(get_ident())
        self.most = max(self.most, len(self.at_work))
        self.began.release()
        assert self.go.wait(PATIENCE_S)
        self.at_work.discard(get_ident())


@pytest.mark.attack("A06")
def test_many_at_once_leave_a_thread_to_others(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = Slow()
    monkeypatch.setattr(secrets, "_hasher", slow)
    people = [f"p{number}@b.org" for number in range(64)]
    with ThreadPoolExecutor(64) as pool:
        asked = [pool.submit(sessions.create, home, each) for each in people]
        slow.began.acquire()
        assert home.call("GET", "/healthz", role=None).status == 200
        # Whoever comes later than this would be no longer one of many at once.
        places = secrets._MOST_AT_ONCE + 1
        processes.until(lambda: sum(map(Future.done, asked)) == 64 - places, "the refusals")
        slow.go.set()
        found = [each.result() for each in asked]
    refused = [each for each in found if each.status == 429]
    assert {each.status for each in found} <= {401, 429}
    assert {each.headers["retry-after"] for each in refused} == {"1"}
    assert 1 <= slow.most <= secrets._MOST_AT_ONCE <= (os.cpu_count() or 1)
    # What nobody looked at was no guess.
    failed = sum(each.status == 401 for each in found)
    counts = home.server.machine.attempts._failed
    assert sum(len(times) for key, times in counts.items() if key[0] == "from") == failed


# ------------------------------------------------------------------------------------ A07, A08


@pytest.mark.attack("A07")
def test_passwords_without_end_are_refused_before_they_are_hashed(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = users.create(home).email
    page = sessions.own_page(sessions.create(home, person))
    monkeypatch.setattr(secrets, "_hasher", None)
    assert sessions.create(home, person, "x" * 10**6).status == 413
    assert sessions.create(home, person, "x" * 10**4).status == 422
    assert sessions.create(home, person, PASSWORD + "\0").status == 422
    body = {"email": "new@example.org", "password": "äöü" * 300}
    reply = home.call("POST", "/api/v2/users", body, role=None, headers=page)
    assert (reply.status, reply.data["field"]) == (422, "password")
    assert "1,024 bytes" in reply.data["detail"]


@pytest.mark.attack("A07")
@pytest.mark.parametrize("length", [15, 64, 72, 73, 1024])
def test_every_character_of_a_password_counts(home: Home, length: int) -> None:
    password = ("k7 Fjord mit vielen Inseln. " * 40)[:length]
    email = f"{home.id.lower()}-{length}@example.org"
    home.person("owner").users.create(email, password, role="viewer")
    assert sessions.create(home, email, password).status == 201
    assert sessions.create(home, email, password[:-1]).status == 401
    assert sessions.create(home, email, password[:-1] + "#").status == 401


@pytest.mark.attack("A08")
def test_a_weak_password_is_refused_wherever_one_is_set(home: Home) -> None:
    owner = users.create(home)
    page = sessions.own_page(sessions.create(home, owner.email))
    invited = users.client(home, owner).users.invite("invited@example.org")
    secret = invited.link.partition("#")[2]
    weak = ["short", "passwordpassword", "dragonmonkey123456", "linlog-annotation", "own address"]
    for word in weak:
        for method, path, address, body in (
            ("POST", "users", "new@example.org", {"email": "new@example.org", "password": ...}),
            ("PATCH", f"users/{owner.id}", owner.email, {"password": ...}),
            ("POST", "users/passwords", invited.user.email, {"secret": secret, "password": ...}),
            (
                *("POST", "sessions/password", owner.email),
                {"old_password": PASSWORD, "new_password": ...},
            ),
        ):
            password = address if word == "own address" else word
            sent = {name: password if one is ... else one for name, one in body.items()}
            reply = home.call(method, f"/api/v2/{path}", sent, role=None, headers=page)
            assert (word, path, reply.status) == (word, path, 422)
            assert reply.data["field"].endswith("password")
    assert sessions.create(home, owner.email).status == 201


# ------------------------------------------------------------------------- A09, A12, and hashes


@pytest.mark.attack("A09")
@pytest.mark.parametrize("made_up", [False, True])
def test_a_session_that_was_fixed_before_signing_in_ends_there(home: Home, made_up: bool) -> None:
    attacker, victim = users.create(home, "viewer"), users.create(home, "owner")
    planted = sessions.cookie(sessions.create(home, attacker.email))
    if made_up:
        planted = {"Cookie": f"ll_session={secrets.new_session()}"}
    reply = sessions.create(home, victim.email, headers=planted)
    assert sessions.cookie(reply) != planted
    page = {**planted, **sessions.SAME_SITE}
    assert home.call("GET", "/api/v2/session", role=None, headers=page).status == 401
    page = sessions.own_page(reply)
    assert home.call("GET", "/api/v2/session", role=None, headers=page).data["role"] == "owner"


@pytest.mark.attack("H04")
def test_an_old_hash_is_made_anew_when_its_password_comes(home: Home) -> None:
    person = users.create(home)
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    held = tables.users.c

    def stored() -> str:
        with home.server.machine.database.read() as conn:
            query = sa.select(held.password_hash).where(held.id == person.id)
            return conn.execute(query).scalar_one()

    with home.server.machine.database.write(home.id) as conn:
        conn.execute(tables.users.update().where(held.id == person.id).values(password_hash=old))
    assert sessions.create(home, person.email, WRONG).status == 401
    assert stored() == old
    assert sessions.create(home, person.email).status == 201
    fresh = stored()
    assert not secrets.is_outdated(fresh)
    assert sessions.create(home, person.email).status == 201
    assert stored() == fresh
