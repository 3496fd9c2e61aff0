"""Tokens of people and scopes of tokens: never more than the person may, and often less."""

from __future__ import annotations

import re

import pytest

from linlog import LinLogClient, errors
from linlog.server import clock
from tests.conftest import ORIGIN, PASSWORD
from tests.factories import projects, sessions, users
from tests.factories.organisations import Home


def bearer(home: Home, secret: str) -> LinLogClient:
    """A client of a token."""
    return LinLogClient(ORIGIN, secret, transport=home.server.transport)


def test_a_person_makes_a_token_that_is_them(home: Home) -> None:
    person = users.create(home, "annotator")
    made = users.client(home, person).tokens.create_own("laptop", expires_days=7)
    assert re.fullmatch(r"ll_pat_[0-9A-Za-z]{49}", made.secret)
    found = bearer(home, made.secret).sessions.get()
    assert (found.user, found.role) == (person, "annotator")
    assert (made.token.user_id, made.token.scope) == (person.id, "write")
    assert [one.id for one in users.client(home, person).tokens.list_own()] == [made.token.id]
    assert made.token.id in [one.id for one in home.client("admin").tokens.list()]


@pytest.mark.attack("A15")
def test_a_token_follows_its_person_down_and_out(home: Home) -> None:
    owner = users.client(home, users.create(home))
    person = users.create(home, "manager")
    token = bearer(home, users.client(home, person).tokens.create_own("ci").secret)
    assert token.projects.create("x").title == "x"
    owner.users.update(person.id, role="viewer")
    with pytest.raises(errors.NotAllowed):
        token.projects.create("y")
    assert token.projects.list().count == 1
    owner.users.update(person.id, disabled=True)
    with pytest.raises(errors.NotAuthenticated):
        token.projects.list()


SCOPED = {
    "read": {"list projects": True, "create project": False, "list people": False},
    "write": {"list projects": True, "create project": True, "list people": False},
    "admin": {"list projects": True, "create project": True, "list people": True},
}


@pytest.mark.attack("A15")
@pytest.mark.parametrize("scope", SCOPED)
@pytest.mark.parametrize("personal", [True, False])
def test_a_scope_bounds_what_a_role_may(home: Home, scope: str, personal: bool) -> None:
    owner = users.client(home, users.create(home))
    made = (
        owner.tokens.create_own("ci", scope=scope)
        if personal
        else owner.tokens.create("ci", role="owner", scope=scope)
    )
    sent = {"Authorization": f"Token {made.secret}"}
    asked = {
        "list projects": ("GET", "/api/v2/projects", None),
        "create project": ("POST", "/api/v2/projects", {"title": "x"}),
        "list people": ("GET", "/api/v2/users", None),
    }
    found = {
        name: home.call(*request, role=None, headers=sent).status < 300
        for name, request in asked.items()
    }
    assert found == SCOPED[scope]


@pytest.mark.attack("A15", "A18")
@pytest.mark.parametrize("scope", SCOPED)
def test_no_token_makes_another_or_acts_as_a_person_who_is_there(home: Home, scope: str) -> None:
    owner = users.create(home)
    secret = users.client(home, owner).tokens.create_own("ci", scope=scope).secret
    sent = {"Authorization": f"Token {secret}"}
    for path, body in (
        ("/api/v2/tokens", {"name": "x"}),
        ("/api/v2/tokens/personal", {"name": "x"}),
        ("/api/v2/sessions/password", {"old_password": "x", "new_password": "y"}),
        ("/api/v2/sessions/presence", {"password": "x"}),
        (f"/api/v2/users/{owner.id}", {"role": "owner"}),
    ):
        method = "PATCH" if "users" in path else "POST"
        reply = home.call(method, path, body, role=None, headers=sent)
        assert (path, reply.status, reply.data["code"]) == (path, 403, "not_allowed")
    assert home.call("GET", "/api/v2/sessions", role=None, headers=sent).data["results"] == []


def test_a_person_ends_their_own_tokens_alone(home: Home) -> None:
    one, other = users.create(home, "viewer"), users.create(home, "viewer")
    made = users.client(home, one).tokens.create_own("laptop")
    with pytest.raises(errors.NotFound):
        users.client(home, other).tokens.delete_own(made.token.id)
    with pytest.raises(errors.NotFound):
        home.client("admin").tokens.delete_own(made.token.id)
    assert users.client(home, other).tokens.list_own().count == 0
    assert users.client(home, one).tokens.delete_own(made.token.id).deleted == 1
    with pytest.raises(errors.NotAuthenticated):
        bearer(home, made.secret).projects.list()


@pytest.mark.parametrize("days", [0, 366, None])
def test_a_persons_token_ends_within_a_year(home: Home, days: int | None) -> None:
    page = sessions.own_page(sessions.create(home, users.create(home).email))
    body = {"name": "x", "expires_days": days}
    reply = home.call("POST", "/api/v2/tokens/personal", body, role=None, headers=page)
    assert (reply.status, reply.data["field"]) == (422, "expires_days")


@pytest.mark.attack("A18")
def test_an_old_session_gives_the_password_again_and_goes_on(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    person = users.create(home)
    page = sessions.own_page(sessions.create(home, person.email))

    def make(minutes: int) -> tuple[int, str]:
        monkeypatch.setattr(clock, "now", lambda: start + minutes * 60 * 1_000_000)
        body = {"name": "x"}
        reply = home.call("POST", "/api/v2/tokens/personal", body, role=None, headers=page)
        return reply.status, reply.data.get("code", "")

    def prove(password: str) -> int:
        body = {"password": password}
        where = "/api/v2/sessions/presence"
        return home.call("POST", where, body, role=None, headers=page).status

    assert make(14) == (201, "")
    assert make(16) == (403, "presence_needed")
    assert prove("not the password at all") == 403
    assert make(17) == (403, "presence_needed")
    assert prove(PASSWORD) == 200
    assert make(31) == (201, "")
    assert make(33) == (403, "presence_needed")


@pytest.mark.attack("A18", "A02")
def test_proving_oneself_is_guessed_at_no_faster_than_signing_in(home: Home) -> None:
    page = sessions.own_page(sessions.create(home, users.create(home).email))
    found = [
        home.call(
            "POST",
            "/api/v2/sessions/presence",
            {"password": f"guess {at}"},
            role=None,
            headers=page,
        ).status
        for at in range(20)
    ]
    assert found == [403] * 9 + [429] * 11


@pytest.mark.attack("A10", "A18")
def test_a_new_password_of_ones_own_ends_the_other_sessions(home: Home) -> None:
    person = users.create(home, "viewer")
    here, there = (sessions.own_page(sessions.create(home, person.email)) for _ in range(2))
    new = "another horse, another battery"
    where, body = "/api/v2/sessions/password", {"old_password": "wrong one", "new_password": new}
    guessed = home.call("POST", where, body, role=None, headers=here)
    assert (guessed.status, guessed.data["field"]) == (403, "old_password")
    weak = {"old_password": PASSWORD, "new_password": "short"}
    assert home.call("POST", where, weak, role=None, headers=here).data["field"] == "new_password"
    assert home.call("GET", "/api/v2/session", role=None, headers=there).status == 200
    body["old_password"] = PASSWORD
    assert home.call("POST", where, body, role=None, headers=here).status == 200
    assert home.call("GET", "/api/v2/session", role=None, headers=here).status == 200
    assert home.call("GET", "/api/v2/session", role=None, headers=there).status == 401
    assert sessions.create(home, person.email).status == 401
    assert sessions.create(home, person.email, new).status == 201


@pytest.mark.attack("A10")
def test_own_sessions_are_listed_and_ended(home: Home) -> None:
    person, other = users.create(home, "viewer"), users.create(home)
    headers = {"User-Agent": "Browser/1.0 " + "x" * 500}
    here = sessions.own_page(sessions.create(home, person.email))
    there = sessions.own_page(sessions.create(home, person.email, headers=headers))
    sessions.create(home, other.email)
    listed = home.call("GET", "/api/v2/sessions", role=None, headers=here).data["results"]
    assert [one["current"] for one in listed] == [False, True]
    assert (listed[0]["program"][:11], len(listed[0]["program"])) == ("Browser/1.0", 200)
    assert users.client(home, other).sessions.list().count == 1
    gone = users.client(home, other)
    with pytest.raises(errors.NotFound):
        gone.sessions.delete(listed[0]["id"])
    where = f"/api/v2/sessions/{listed[0]['id']}"
    assert home.call("DELETE", where, role=None, headers=here).data == {"deleted": 1}
    assert home.call("GET", "/api/v2/session", role=None, headers=there).status == 401
    assert home.call("DELETE", where, role=None, headers=here).status == 404


def test_old_tokens_stay_as_they_were(home: Home) -> None:
    """A token that was made before there were scopes does all that its role may."""
    secret = home.token("admin")
    assert secret.startswith("ll_svc_")
    assert bearer(home, secret).users.list().count == 0
    assert projects.create(bearer(home, home.token("manager"))).title == "Cells"
