"""Tokens: secrets shown once, no more powerful than their makers, ended at once."""

from base64 import b64encode
from pathlib import Path

import pytest

from linlog import LinLogClient, errors
from linlog.server import clock, secrets
from linlog.server.store import tokens as token_rows
from linlog.server.store.tables import metadata
from tests.conftest import ORIGIN, Server
from tests.factories import users
from tests.factories.organisations import Home
from tests.factories.replies import Reply

DAY = 24 * 3600 * 1_000_000


def bearer(home: Home, secret: str) -> LinLogClient:
    """A client of a token."""
    return LinLogClient(ORIGIN, secret, transport=home.server.transport)


def everything_written(server: Server) -> bytes:
    """All that the database holds, the bytes of its files where it is in the folder."""
    folder: Path = server.machine.settings.data
    found = [path.read_bytes() for path in folder.glob("linlog.sqlite3*")]
    with server.outside.connect() as conn:
        for table in metadata.sorted_tables:
            rows = conn.exec_driver_sql(f"SELECT * FROM {table.name}").all()
            found.append(repr(rows).encode())
    return b"".join(found)


@pytest.mark.attack("A15")
def test_a_token_acts_with_its_role_for_its_organisation(home: Home) -> None:
    owner = users.client(home, users.create(home))
    made = owner.tokens.create("ci", role="viewer", expires_days=30)
    session = bearer(home, made.secret).sessions.get()
    assert (session.role, session.organisation.id, session.user) == ("viewer", home.id, None)
    assert session.expires_date == made.token.expires_date
    with pytest.raises(errors.NotAllowed):
        bearer(home, made.secret).projects.create("x")
    assert made.token.hint.startswith(made.secret[:8])
    assert len(made.token.hint) < 20


@pytest.mark.attack("H03", "H04")
def test_a_secret_is_in_one_answer_and_nowhere_else(home: Home) -> None:
    owner = users.client(home, users.create(home))
    secret = owner.tokens.create("ci").secret
    assert secret not in repr(owner.tokens.list())
    assert secret.encode() not in everything_written(home.server)


def test_a_repeated_request_makes_no_second_token_and_shows_no_secret(home: Home) -> None:
    person = users.create(home)
    http = users.client(home, person)._http
    headers = {**http._headers(b""), "Idempotency-Key": "once"}
    first = home.call("POST", "/api/v2/tokens", {"name": "ci"}, role=None, headers=headers)
    again = home.call("POST", "/api/v2/tokens", {"name": "ci"}, role=None, headers=headers)
    assert (first.status, again.status, again.data["code"]) == (201, 409, "conflict")
    assert first.data["secret"].encode() not in again.body
    assert users.client(home, person).tokens.list().count == 1


def test_tokens_are_listed_with_their_last_use(home: Home) -> None:
    owner = users.client(home, users.create(home))
    made = owner.tokens.create("ci")
    assert [token.last_used_date for token in owner.tokens.list()] == [None]
    bearer(home, made.secret).projects.list()
    used = owner.tokens.list()[0].last_used_date
    assert used is not None
    assert used >= made.token.created_date


@pytest.mark.attack("A13")
def test_a_revoked_token_is_refused_at_its_next_request(home: Home) -> None:
    owner = users.client(home, users.create(home))
    made = owner.tokens.create("ci")
    client = bearer(home, made.secret)
    assert client.projects.list().count == 0
    assert owner.tokens.delete(made.token.id).deleted == 1
    with pytest.raises(errors.NotAuthenticated):
        client.projects.list()
    with pytest.raises(errors.NotFound):
        owner.tokens.delete(made.token.id)


@pytest.mark.attack("A13")
def test_a_token_ends_with_its_last_day(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now)
    owner = users.client(home, users.create(home))
    client = bearer(home, owner.tokens.create("ci", expires_days=1).secret)
    lasting = bearer(home, owner.tokens.create("robot", expires_days=None).secret)
    monkeypatch.setattr(clock, "now", lambda: now + DAY - 60_000_000)
    assert client.projects.list().count == 0
    monkeypatch.setattr(clock, "now", lambda: now + DAY + 1)
    with pytest.raises(errors.NotAuthenticated):
        client.projects.list()
    assert lasting.projects.list().count == 0


@pytest.mark.attack("A15")
def test_no_token_makes_a_token(home: Home) -> None:
    with pytest.raises(errors.NotAllowed, match="sign in as a person"):
        home.client("owner").tokens.create("child", role="viewer")


@pytest.mark.attack("A15")
def test_nobody_makes_a_token_more_powerful_than_they_are(home: Home) -> None:
    users.create(home, "owner")
    admin = users.client(home, users.create(home, "admin"))
    with pytest.raises(errors.NotAllowed) as caught:
        admin.tokens.create("ci", role="owner")
    assert caught.value.field == "role"
    assert admin.tokens.create("ci", role="admin").token.role == "admin"


@pytest.mark.parametrize("days", [0, -1, 3651])
def test_the_days_of_a_token_have_bounds(home: Home, days: int) -> None:
    body = {"name": "ci", "expires_days": days}
    reply = home.call("POST", "/api/v2/tokens", body, role="admin")
    assert (reply.status, reply.data["field"]) == (422, "expires_days")


WRONG = {
    "detail": "the credentials are missing or wrong; send a token or sign in",
    "code": "not_authenticated",
    "field": None,
}


def without_id(reply: Reply) -> dict[str, str]:
    """What a refusal says, whichever request it answers."""
    return {name: one for name, one in reply.data.items() if name != "request_id"}


def wrong_credentials(home: Home) -> dict[str, str]:
    """Headers that say who asks, and are wrong."""
    good = home.token()
    other = "a" if good[-1] != "a" else "b"
    return {
        "cut": f"Token {good[:-1]}",
        "changed": f"Token {good[:-8]}{'a' if good[-8] != 'a' else 'b'}{good[-7:]}",
        "checksum": f"Token {good[:-1]}{other}",
        "prefix alone": "Token ll_svc_",
        "no scheme": good,
        "unknown scheme": f"Digest {good}",
        "empty": "Token ",
        "basic with a token": f"Basic {good}",
        "basic with a token as a name": f"Basic {b64encode(f'{good}:'.encode()).decode()}",
        "basic with a token as a password": f"Basic {b64encode(f':{good}'.encode()).decode()}",
        "basic without a colon": "Basic YWRh",
        "long": f"Token {'x' * 1_000_000}",
        "not ascii": "Token ll_svc_é",
    }


@pytest.mark.attack("A13", "A14")
def test_wrong_credentials_are_all_refused_alike(home: Home) -> None:
    for name, header in wrong_credentials(home).items():
        headers = {"Authorization": header}
        reply = home.call("GET", "/api/v2/projects", role=None, headers=headers)
        assert (name, reply.status, reply.data["code"]) == (name, 401, "not_authenticated")
        assert without_id(reply) == WRONG
        assert home.token() not in reply.body.decode()
    both = b64encode(f"{home.token()}:{home.token()}".encode()).decode()
    named = home.call(
        "GET", "/api/v2/projects", role=None, headers={"Authorization": f"Basic {both}"}
    )
    assert (named.status, named.data["code"]) == (401, "not_authenticated")
    assert home.call("GET", f"/api/v2/projects?token={home.token()}", role=None).status == 401


@pytest.mark.attack("A13")
def test_what_was_or_might_be_a_token_is_refused_in_the_same_words(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner = users.client(home, users.create(home))
    revoked, ended = (owner.tokens.create("ci", expires_days=1) for _ in range(2))
    owner.tokens.delete(revoked.token.id)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + DAY + 1)
    for secret in (revoked.secret, ended.secret, secrets.new_token(), secrets.new_token()[:-1]):
        headers = {"Authorization": f"Token {secret}"}
        reply = home.call("GET", "/api/v2/projects", role=None, headers=headers)
        assert (reply.status, without_id(reply)) == (401, WRONG)


@pytest.mark.attack("A13")
def test_a_damaged_token_is_refused_without_a_question_to_the_database(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(token_rows, "find", lambda _, digest: asked.append(digest))
    for header in wrong_credentials(home).values():
        home.call("GET", "/api/v2/projects", role=None, headers={"Authorization": header})
    assert asked == []
    headers = {"Authorization": f"Token {secrets.new_token()}"}
    assert home.call("GET", "/api/v2/projects", role=None, headers=headers).status == 401
    assert len(asked) == 1


@pytest.mark.attack("A14")
def test_a_token_counts_in_its_header_alone(home: Home) -> None:
    token = home.token("owner")
    header = {"Authorization": f"Token {token}"}
    elsewhere = [
        ("GET", f"/api/v2/projects?token={token}", None, {}),
        ("GET", f"/api/v2/projects?access_token={token}&Authorization=Token%20{token}", None, {}),
        ("GET", "/api/v2/projects", None, {"Cookie": f"ll_session={token}; token={token}"}),
        ("GET", "/api/v2/projects", None, {"Cookie": f"__Host-ll_session={token}"}),
        ("GET", "/api/v2/projects", None, {"X-Api-Key": token, "Token": token}),
        ("POST", "/api/v2/projects", {"title": "x", "token": token}, {}),
        ("POST", "/api/v2/projects", {"title": "x", "Authorization": f"Token {token}"}, {}),
    ]
    for method, where, body, headers in elsewhere:
        reply = home.call(method, where, body, role=None, headers=headers)
        assert (where, reply.status, token in reply.body.decode()) == (where, 401, False)
    for scheme in ("Token", "Bearer", "token", "BEARER"):
        sent = {"Authorization": f"{scheme} {token}"}
        assert home.call("GET", "/api/v2/projects", role=None, headers=sent).status == 200
    asked = home.call("GET", f"/api/v2/projects?token={token}", role=None, headers=header)
    assert (asked.status, token in asked.body.decode()) == (422, False)
    assert home.client().projects.list().count == 0
