"""Sessions: signing in and out of the pages, and who may use the cookie from where."""

import pytest
import sqlalchemy as sa

from linlog.server import clock, secrets
from linlog.server.store import tables
from tests.api.test_tokens import everything_written
from tests.conftest import ORIGIN, PASSWORD, Template, running
from tests.factories import organisations, projects, sessions, users
from tests.factories.organisations import Home

TITLE = {"title": "from a page"}


@pytest.fixture
def person(home: Home) -> str:
    """The address of a manager."""
    return users.create(home, "manager").email


def attributes(cookie: str) -> dict[str, str]:
    """The attributes of a cookie, in lower case."""
    parts = [part.strip().partition("=") for part in cookie.split(";")[1:]]
    return {name.lower(): value.lower() for name, _, value in parts}


@pytest.mark.attack("A12")
def test_signing_in_sets_a_cookie_that_scripts_cannot_read(home: Home, person: str) -> None:
    reply = sessions.create(home, person)
    assert reply.status == 201
    assert (reply.data["user"]["email"], reply.data["role"]) == (person, "manager")
    assert reply.data["organisation"]["id"] == home.id
    name, _, value = reply.headers["set-cookie"].partition(";")[0].partition("=")
    found = attributes(reply.headers["set-cookie"])
    assert (name, found["samesite"], found["path"]) == ("ll_session", "lax", "/")
    assert "httponly" in found
    assert "domain" not in found
    assert len(value) >= 43
    assert value not in reply.body.decode()


@pytest.mark.attack("A12")
def test_away_from_plain_loopback_the_cookie_is_the_hosts_alone(
    template: Template, tmp_path
) -> None:
    with running(template, tmp_path / "data", origin="https://labels.example.org") as server:
        home = organisations.create(server)
        person = users.create(home)
        reply = sessions.create(home, person.email)
        signed_in = {**sessions.cookie(reply), "Sec-Fetch-Site": "same-origin"}
        out = home.call("DELETE", "/api/v2/session", role=None, headers=signed_in)
    for cookie in (reply.headers["set-cookie"], out.headers["set-cookie"]):
        assert cookie.startswith("__Host-ll_session=")
        assert {"secure", "httponly"} <= attributes(cookie).keys()
        assert (attributes(cookie)["path"], attributes(cookie)["samesite"]) == ("/", "lax")
        assert "domain" not in attributes(cookie)


def test_the_cookie_says_who_asks(home: Home, person: str) -> None:
    page = sessions.own_page(sessions.create(home, person))
    assert home.call("POST", "/api/v2/projects", TITLE, role=None, headers=page).status == 201
    found = home.call("GET", "/api/v2/session", role=None, headers=page).data
    assert found["user"]["email"] == person
    assert [project.title for project in home.client().projects.list()] == ["from a page"]


@pytest.mark.attack("A10")
def test_signing_out_ends_the_session_for_good(home: Home, person: str) -> None:
    page = sessions.own_page(sessions.create(home, person))
    other = sessions.own_page(sessions.create(home, person))
    reply = home.call("DELETE", "/api/v2/session", role=None, headers=page)
    assert (reply.status, reply.data) == (200, {"deleted": 1})
    assert attributes(reply.headers["set-cookie"])["max-age"] == "0"
    assert reply.headers["clear-site-data"] == '"cache", "storage"'
    assert home.call("GET", "/api/v2/session", role=None, headers=page).status == 401
    assert home.call("GET", "/api/v2/session", role=None, headers=other).status == 200


@pytest.mark.attack("A05")
def test_a_wrong_password_and_an_unknown_address_are_refused_alike(home: Home, person: str) -> None:
    replies = [
        sessions.create(home, person, "wrong horse battery staple"),
        sessions.create(home, "nobody@example.org"),
        sessions.create(home, person, PASSWORD.upper()),
    ]
    for reply in replies:
        assert (reply.status, reply.data["code"]) == (401, "not_authenticated")
        assert reply.data["detail"] == replies[0].data["detail"]
        assert "set-cookie" not in reply.headers


@pytest.mark.attack("A12", "H04")
def test_a_session_is_kept_as_a_hash(home: Home, person: str) -> None:
    cookie = sessions.cookie(sessions.create(home, person))["Cookie"].partition("=")[2]
    with home.server.machine.database.read() as conn:
        held = tables.sessions.c
        query = sa.select(held.secret_hash).where(held.organisation_id == home.id)
        kept = [*conn.execute(query).scalars()]
    assert kept == [secrets.digest(cookie)]
    assert cookie.encode() not in everything_written(home.server)


@pytest.mark.attack("A11")
def test_a_session_ends_when_nobody_uses_it(
    home: Home, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home.server.machine.settings
    assert (settings.session_idle_s, settings.session_s) == (12 * 3600, 7 * 24 * 3600)
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start)
    page = sessions.own_page(sessions.create(home, person))

    def status_at(seconds: int) -> int:
        monkeypatch.setattr(clock, "now", lambda: start + seconds * 1_000_000)
        return home.call("GET", "/api/v2/session", role=None, headers=page).status

    idle = settings.session_idle_s
    assert status_at(idle - 60) == 200
    assert status_at(2 * idle - 180) == 200
    assert status_at(3 * idle) == 401


@pytest.mark.attack("A11")
def test_a_session_ends_in_any_case(
    home: Home, person: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = home.server.machine.settings
    page = sessions.own_page(sessions.create(home, person))
    start = clock.now()
    step = settings.session_idle_s // 2
    seen = set()
    for seconds in [*range(step, settings.session_s, step), settings.session_s + 1]:
        monkeypatch.setattr(clock, "now", lambda at=seconds: start + at * 1_000_000)
        found = home.call("GET", "/api/v2/session", role=None, headers=page).status
        seen.add((found, seconds < settings.session_s))
    assert seen == {(200, True), (401, False)}


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site", "Origin": "http://evil.localhost"},
        {"Sec-Fetch-Site": "none"},
        {"Sec-Fetch-Site": "cross-site", "Origin": ORIGIN},
        {"Origin": "https://evil.test"},
        {"Origin": "null"},
        {"Origin": f"{ORIGIN}.evil.test"},
        {"Origin": ORIGIN.replace("http:", "https:")},
        {},
    ],
    ids=str,
)
def test_a_cookie_alone_lets_no_other_site_act(home: Home, person: str, headers: dict) -> None:
    cookie = sessions.cookie(sessions.create(home, person))
    sent = {**cookie, **headers}
    reply = home.call("POST", "/api/v2/projects", TITLE, role=None, headers=sent)
    assert (reply.status, reply.data["code"]) == (403, "not_allowed")
    assert home.client().projects.list().count == 0
    assert "access-control-allow-origin" not in reply.headers


def test_an_own_page_is_known_by_its_origin_too(home: Home, person: str) -> None:
    cookie = sessions.cookie(sessions.create(home, person))
    sent = {**cookie, "Origin": ORIGIN}
    assert home.call("POST", "/api/v2/projects", TITLE, role=None, headers=sent).status == 201


def test_a_token_needs_no_page(home: Home) -> None:
    headers = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.test"}
    assert home.call("POST", "/api/v2/projects", TITLE, headers=headers).status == 201


def test_a_form_of_an_other_site_signs_nobody_in(home: Home, person: str) -> None:
    body = b'{"email":"' + person.encode() + b'","password":"' + PASSWORD.encode() + b'"}'
    for kind in ("text/plain", "application/x-www-form-urlencoded"):
        headers = {"Content-Type": kind}
        reply = home.call("POST", "/api/v2/sessions", body, role=None, headers=headers)
        assert (reply.status, "set-cookie" in reply.headers) == (415, False)


def test_clients_of_people_and_programs_learn_who_they_are(home: Home) -> None:
    person = users.create(home, "reviewer")
    assert users.client(home, person).sessions.get().user == person
    assert home.client("viewer").sessions.get().user is None
    assert home.call("DELETE", "/api/v2/session").data == {"deleted": 0}
    assert projects.create(home.client()).title == "Cells"
