"""Users: who may sign in, at most as powerful as who added them."""

import pytest

from linlog import LinLogClient, errors
from linlog.server import clock
from linlog.server.services.authentication import PRESENCE_S
from tests.conftest import ORIGIN, PASSWORD, Server
from tests.factories import organisations, sessions, users
from tests.factories.organisations import Home


def signed_in(server: Server, email: str, password: str = PASSWORD) -> LinLogClient:
    """A client of a person."""
    return LinLogClient(ORIGIN, email=email, password=password, transport=server.transport)


def test_a_user_is_added_and_can_do_what_the_role_may(home: Home) -> None:
    users.create(home, "owner")
    made = home.person("admin").users.create(" Ada@Example.ORG ", PASSWORD, role="viewer")
    assert (made.email, made.name, made.role, made.disabled) == (
        *("ada@example.org", "ada", "viewer", False),
    )
    assert home.client("admin").users.get(made.id) == made
    person = signed_in(home.server, "ADA@example.org")
    assert person.sessions.get().user == made
    with pytest.raises(errors.NotAllowed):
        person.projects.create("x")
    home.person("owner").users.update(made.id, role="manager", name="Ada L.")
    assert person.projects.create("x").title == "x"
    assert person.sessions.get().user.name == "Ada L."


def test_users_are_listed_oldest_first_without_their_secrets(home: Home) -> None:
    made = [users.create(home, role) for role in ("owner", "viewer")]
    assert [*home.client("admin").users.list()] == made
    reply = home.call("GET", "/api/v2/users", role="admin")
    assert b"password" not in reply.body
    assert b"argon2" not in reply.body


@pytest.mark.attack("B06")
def test_an_address_belongs_to_one_user_of_the_whole_server(home: Home, shared: Server) -> None:
    email = users.create(home).email
    other = organisations.create(shared)
    for somewhere in (home, other):
        with pytest.raises(errors.Conflict, match="cannot be added") as caught:
            somewhere.person("owner").users.create(email.upper(), PASSWORD)
        assert caught.value.field == "email"


@pytest.mark.parametrize("email", ["ada", "@b.org", "a@", "a@b@c", "a b@c.org", "a\n@c.org"])
def test_what_is_no_address_is_refused(home: Home, email: str) -> None:
    page = sessions.own_page(sessions.create(home, users.create(home, "admin").email))
    body = {"email": email, "password": PASSWORD}
    reply = home.call("POST", "/api/v2/users", body, role=None, headers=page)
    assert (reply.status, reply.data["field"]) == (422, "email")


@pytest.mark.attack("B06")
def test_nobody_makes_or_changes_somebody_more_powerful(home: Home) -> None:
    owner, admin = users.create(home, "owner"), home.person("admin")
    with pytest.raises(errors.NotAllowed):
        admin.users.create("new@example.org", PASSWORD, role="owner")
    for change in ({"role": "viewer"}, {"disabled": True}, {"password": "x" * 20}, {"name": "x"}):
        with pytest.raises(errors.NotAllowed):
            admin.users.update(owner.id, **change)
    person = users.create(home, "viewer")
    with pytest.raises(errors.NotAllowed):
        admin.users.update(person.id, role="owner")
    itself = admin.sessions.get().user
    assert itself is not None
    with pytest.raises(errors.NotAllowed):
        admin.users.update(itself.id, role="owner")
    assert [user.role for user in admin.users.list()] == ["owner", "admin", "viewer"]


@pytest.mark.attack("B06")
@pytest.mark.parametrize("change", [{"role": "admin"}, {"disabled": True}])
def test_the_last_owner_stays(home: Home, change: dict) -> None:
    owner = users.create(home, "owner")
    with pytest.raises(errors.Conflict, match="at least one owner"):
        users.client(home, owner).users.update(owner.id, **change)
    assert home.client("owner").users.get(owner.id) == owner
    other = users.create(home, "owner")
    users.client(home, other).users.update(owner.id, **change)


@pytest.mark.attack("A10")
@pytest.mark.parametrize(
    "change", [{"disabled": True}, {"role": "viewer"}, {"password": "another long passphrase"}]
)
def test_being_locked_out_ends_every_session(home: Home, change: dict) -> None:
    users.create(home, "owner")
    person = users.create(home, "manager")
    page = sessions.own_page(sessions.create(home, person.email))
    assert home.call("GET", "/api/v2/session", role=None, headers=page).status == 200
    home.person("owner").users.update(person.id, **change)
    assert home.call("GET", "/api/v2/session", role=None, headers=page).status == 401


@pytest.mark.attack("A10")
def test_a_new_password_replaces_the_old_at_once(home: Home) -> None:
    users.create(home, "owner")
    person = users.create(home, "manager")
    assert users.client(home, person).sessions.get().user.id == person.id
    home.person("owner").users.update(person.id, password="another long passphrase")
    with pytest.raises(errors.NotAuthenticated):
        users.client(home, person).sessions.get()
    fresh = signed_in(home.server, person.email, "another long passphrase")
    assert fresh.sessions.get().user.id == person.id


@pytest.mark.attack("A19", "B16")
def test_whoever_is_locked_out_is_refused_at_every_door(home: Home) -> None:
    users.create(home, "owner")
    person = users.create(home, "manager")
    client = users.client(home, person)
    token = client.tokens.create_own("mine").secret
    assert client.projects.list().count == 0
    home.person("owner").users.update(person.id, disabled=True)
    with pytest.raises(errors.NotAuthenticated, match="the email address or the password is"):
        client.projects.list()
    reply = sessions.create(home, person.email)
    assert (reply.status, reply.data["detail"]) == (
        *(401, "the email address or the password is wrong"),
    )
    for path in ("/api/v2/projects", "/api/v1/projects"):
        headers = {"Authorization": f"Token {token}"}
        assert home.call("GET", path, role=None, headers=headers).status == 401


@pytest.mark.attack("A15")
@pytest.mark.parametrize("role", ["admin", "owner"])
def test_no_token_makes_a_person_or_changes_what_one_may(home: Home, role: str) -> None:
    users.create(home, "owner")
    person = users.create(home, "viewer")
    token = home.client(role)
    with pytest.raises(errors.NotAllowed, match="sign in as a person"):
        token.users.create("new@example.org", PASSWORD)
    for change in ({"role": "manager"}, {"disabled": True}, {"password": "another long phrase"}):
        with pytest.raises(errors.NotAllowed, match="sign in as a person"):
            token.users.update(person.id, **change)
    assert token.users.get(person.id) == person
    assert token.users.update(person.id, name="Ada").name == "Ada"
    assert users.client(home, person).sessions.get().role == "viewer"


@pytest.mark.attack("A18")
def test_who_is_long_signed_in_gives_the_password_again(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, person = users.create(home, "owner"), users.create(home, "viewer")
    page = sessions.own_page(sessions.create(home, owner.email))
    where = f"/api/v2/users/{person.id}"
    new = {"email": f"b-{person.email}", "password": PASSWORD}
    sensitive = [
        ("POST", "/api/v2/users", new),
        ("PATCH", where, {"role": "manager"}),
        ("PATCH", where, {"password": "another long phrase"}),
        ("PATCH", where, {"disabled": True}),
        ("POST", "/api/v2/tokens", {"name": "ci"}),
        ("POST", "/api/v2/tokens/personal", {"name": "laptop"}),
        ("POST", "/api/v2/users/invitations", {"email": f"c-{person.email}"}),
        ("DELETE", f"{where}/sessions", None),
        ("DELETE", f"{where}/second-factor", None),
        ("POST", "/api/v2/sessions/second-factor", None),
    ]
    start = clock.now()
    monkeypatch.setattr(clock, "now", lambda: start + (PRESENCE_S + 1) * 1_000_000)
    for request in sensitive:
        reply = home.call(*request, role=None, headers=page)
        assert (request, reply.status, reply.data["code"]) == (request, 403, "presence_needed")
        assert "give it again" in reply.data["detail"]
    named = home.call("PATCH", where, {"name": "Ada"}, role=None, headers=page)
    assert named.status == 200
    fresh = sessions.own_page(sessions.create(home, owner.email))
    for request in sensitive:
        assert home.call(*request, role=None, headers=fresh).status in {200, 201}


@pytest.mark.attack("B06")
@pytest.mark.parametrize("role", ["viewer", "annotator", "reviewer", "manager"])
def test_nobody_below_an_admin_changes_people_themselves_included(home: Home, role: str) -> None:
    owner, person = users.create(home, "owner"), users.create(home, role)
    client = users.client(home, person)
    for user in (owner, person):
        for change in ({"role": "owner"}, {"disabled": True}, {"name": "x"}):
            with pytest.raises(errors.NotAllowed):
                client.users.update(user.id, **change)
    assert users.client(home, person).sessions.get().user == person
