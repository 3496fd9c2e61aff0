"""Second factors: asked for at every way in, good once each, and reset by an operator alone."""

from __future__ import annotations

from base64 import b32decode, b64encode
from typing import Any

import pytest
from typer.testing import CliRunner

from linlog import LinLogClient, errors
from linlog.cli.main import program
from linlog.server import clock, totp
from tests.api.test_tokens import everything_written
from tests.conftest import ORIGIN, OWNER, PASSWORD, Server
from tests.factories import organisations, sessions, users
from tests.factories.organisations import Home
from tests.factories.replies import Reply

WHERE = "/api/v2/sessions/second-factor"
STEP = 30 * 1_000_000


class Clock:
    """A clock that only this test moves, so that no code ends while it is sent."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.now = clock.now()
        patch.setattr(clock, "now", lambda: self.now)

    def code(self, secret: str) -> str:
        """The code that an app shows a step later than it was last asked."""
        self.now += STEP
        return totp.code(b32decode(secret), self.now // STEP)

    def wrong(self, secret: str, number: int = 1) -> list[str]:
        """Codes that no step about now has."""
        near = range(self.now // STEP - 2, self.now // STEP + 4)
        right = {totp.code(b32decode(secret), step) for step in near}
        tried = (f"{at:06d}" for at in range(number + len(near)))
        return [code for code in tried if code not in right][:number]


@pytest.fixture
def time(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock."""
    return Clock(monkeypatch)


@pytest.fixture
def home(server: Server) -> Home:
    """An organisation of a server whose counts are this test's alone."""
    return organisations.create(server)


def enrol(home: Home, email: str, time: Clock) -> tuple[str, list[str], dict[str, str]]:
    """Take a second factor: its secret, its recovery codes, and the page that did."""
    page = sessions.own_page(sessions.create(home, email))
    secret = home.call("POST", WHERE, role=None, headers=page).data["secret"]
    body = {"code": time.code(secret)}
    where = f"{WHERE}/confirmation"
    told = home.call("POST", where, body, role=None, headers=page)
    assert told.status == 200, told.data
    return secret, told.data["recovery_codes"], page


def enter(home: Home, email: str, code: str | None = None, password: str = PASSWORD) -> Reply:
    """What signing in with a code answers."""
    body: dict[str, Any] = {"email": email, "password": password, "code": code}
    return home.call("POST", "/api/v2/sessions", body, role=None)


@pytest.mark.attack("A19")
def test_who_has_one_signs_in_with_a_code(home: Home, time: Clock) -> None:
    person = users.create(home)
    secret, _, _ = enrol(home, person.email, time)
    bare = enter(home, person.email)
    assert (bare.status, bare.data["code"]) == (401, "second_factor_needed")
    assert "set-cookie" not in bare.headers
    wrong = enter(home, person.email, *time.wrong(secret))
    assert (wrong.status, wrong.data["code"]) == (401, "not_authenticated")
    found = enter(home, person.email, time.code(secret))
    assert (found.status, found.data["user"]["second_factor"]) == (201, True)


@pytest.mark.attack("A19")
def test_a_code_is_good_once(home: Home, time: Clock) -> None:
    person = users.create(home)
    secret, _, _ = enrol(home, person.email, time)
    code = time.code(secret)
    assert [enter(home, person.email, code).status for _ in range(2)] == [201, 401]
    old = totp.code(b32decode(secret), time.now // STEP - 1)
    assert enter(home, person.email, old).status == 401


@pytest.mark.attack("A19")
def test_basic_credentials_are_no_way_around_it(home: Home, time: Clock) -> None:
    person = users.create(home)
    said = b64encode(f"{person.email}:{PASSWORD}".encode()).decode()
    basic = {"Authorization": f"Basic {said}"}
    # Known to be right from before, which must not help.
    assert home.call("GET", "/api/v2/projects", role=None, headers=basic).status == 200
    _, _, page = enrol(home, person.email, time)
    for path in ("/api/v2/projects", "/api/v1/projects"):
        assert home.call("GET", path, role=None, headers=basic).status == 401
    made = home.call("POST", "/api/v2/tokens/personal", {"name": "x"}, role=None, headers=page)
    token = LinLogClient(ORIGIN, made.data["secret"], transport=home.server.transport)
    assert token.projects.list().count == 0


@pytest.mark.attack("A19", "A16")
def test_choosing_a_password_by_a_link_is_no_way_around_it(server: Server, time: Clock) -> None:
    home = Home(server, "")
    secret, _, _ = enrol(home, OWNER, time)
    data = str(server.machine.settings.data)
    words = ["users", "reset-password", OWNER, "--data", data]
    environment = {"LINLOG_DATABASE": server.machine.settings.database}
    link = CliRunner().invoke(program(), words, env=environment).stdout.strip().splitlines()[-1]
    new = "another horse, another battery"
    body = {"secret": link.partition("#")[2], "password": new}
    chosen = home.call("POST", "/api/v2/users/passwords", body, role=None)
    assert (chosen.status, "set-cookie" in chosen.headers) == (200, False)
    assert enter(home, OWNER, None, new).data["code"] == "second_factor_needed"
    assert enter(home, OWNER, time.code(secret), new).status == 201


@pytest.mark.attack("A18", "A19")
def test_proving_oneself_and_changing_it_ask_for_it(home: Home, time: Clock) -> None:
    person = users.create(home)
    secret, _, page = enrol(home, person.email, time)
    time.now += 16 * 60 * 1_000_000
    refused = home.call("DELETE", WHERE, role=None, headers=page)
    assert (refused.status, refused.data["code"]) == (403, "presence_needed")

    def prove(code: str | None) -> int:
        body = {"password": PASSWORD, "code": code}
        where = "/api/v2/sessions/presence"
        return home.call("POST", where, body, role=None, headers=page).status

    (wrong,) = time.wrong(secret)
    assert [prove(None), prove(wrong), prove(time.code(secret))] == [403, 403, 200]
    assert home.call("DELETE", WHERE, role=None, headers=page).data == {"deleted": 1}
    assert enter(home, person.email).status == 201


@pytest.mark.attack("A02", "A19")
def test_codes_are_guessed_no_faster_than_passwords(home: Home, time: Clock) -> None:
    person = users.create(home)
    secret, _, _ = enrol(home, person.email, time)
    found = [enter(home, person.email, code).status for code in time.wrong(secret, 20)]
    assert found == [401] * 9 + [429] * 11
    assert enter(home, person.email, time.code(secret)).status == 429


def test_the_right_password_alone_counts_as_no_guess(home: Home, time: Clock) -> None:
    person = users.create(home)
    secret, _, _ = enrol(home, person.email, time)
    assert {enter(home, person.email).status for _ in range(60)} == {401}
    assert enter(home, person.email, time.code(secret)).status == 201


def test_a_recovery_code_is_good_once(home: Home, time: Clock) -> None:
    person = users.create(home)
    _, codes, _ = enrol(home, person.email, time)
    assert len(codes) == 10
    found = [
        enter(home, person.email, one).status for one in (codes[0].upper(), codes[0], codes[1])
    ]
    assert found == [201, 401, 201]


def test_the_first_code_takes_it_up_and_ends_other_sessions(home: Home, time: Clock) -> None:
    person = users.create(home)
    other = sessions.own_page(sessions.create(home, person.email))
    page = sessions.own_page(sessions.create(home, person.email))
    where = f"{WHERE}/confirmation"
    assert home.call("POST", where, {"code": "1"}, role=None, headers=page).status == 409
    secret = home.call("POST", WHERE, role=None, headers=page).data["secret"]
    (wrong,) = time.wrong(secret)
    assert home.call("POST", where, {"code": wrong}, role=None, headers=page).status == 422
    assert enter(home, person.email).status == 201
    body = {"code": time.code(secret)}
    assert home.call("POST", where, body, role=None, headers=page).status == 200
    assert home.call("GET", "/api/v2/session", role=None, headers=other).status == 401
    assert home.call("POST", WHERE, role=None, headers=page).status == 409


@pytest.mark.attack("H04", "H03")
def test_a_database_alone_makes_no_codes(home: Home, time: Clock) -> None:
    person = users.create(home)
    secret, codes, _ = enrol(home, person.email, time)
    held = everything_written(home.server)
    for one in (secret, b32decode(secret).hex(), *codes):
        assert one.encode() not in held
    assert b32decode(secret) not in held


def test_an_operator_takes_it_away_from_who_lost_it(server: Server, time: Clock) -> None:
    home = Home(server, "")
    _, _, page = enrol(home, OWNER, time)
    data = str(server.machine.settings.data)
    environment = {"LINLOG_DATABASE": server.machine.settings.database}
    words = ["users", "reset-second-factor", OWNER, "--data", data]
    assert CliRunner().invoke(program(), words, env=environment).exit_code == 0
    assert home.call("GET", "/api/v2/session", role=None, headers=page).status == 401
    assert enter(home, OWNER).status == 201


def test_no_token_takes_or_gives_one_up(home: Home) -> None:
    for method in ("POST", "DELETE"):
        assert home.call(method, WHERE, role="owner").status == 403
    with pytest.raises(errors.NotAllowed):
        home.client("owner").tokens.create_own("x")
