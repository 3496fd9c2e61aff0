"""The first start: one code, one owner, once."""

from collections.abc import Iterator

import pytest

from linlog.client.transports.app import AppTransport
from linlog.server import app
from linlog.server.machine import open_machine
from linlog.server.settings import Settings
from linlog.server.store import tables
from tests.attacks.witness import Watched
from tests.conftest import PASSWORD, Server, Template
from tests.factories import sessions
from tests.factories.organisations import Home

CODE = "a-code-that-was-printed"


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server on an empty folder."""
    data = tmp_path_factory.mktemp("setup") / "data"
    machine = open_machine(Settings(data=data, workers=0))
    transport = AppTransport(Watched(app.build(machine), machine))
    yield Server(machine, "", transport)
    transport.close()
    machine.close()


@pytest.fixture
def fresh(empty: Server) -> Home:
    """The empty server, and nobody's organisation in it."""
    with empty.machine.database.write("tests") as conn:
        conn.execute(tables.organisations.delete())
    empty.machine.setup_code = CODE
    return Home(empty, "")


def setup(home: Home, **changes: object):
    """The answer to the first start."""
    body = {
        "code": CODE,
        "organisation": " Acme ",
        "email": "Ada@example.org",
        "password": PASSWORD,
        **changes,
    }
    return home.call("POST", "/api/v2/setup", body, role=None)


def test_the_code_makes_the_owner_and_signs_in(fresh: Home) -> None:
    assert fresh.call("GET", "/api/v2/setup", role=None).data == {"needed": True}
    reply = setup(fresh)
    assert reply.status == 201
    assert (reply.data["role"], reply.data["organisation"]["name"]) == ("owner", "Acme")
    page = sessions.own_page(reply)
    found = fresh.call("GET", "/api/v2/session", role=None, headers=page).data
    assert found["user"]["email"] == "ada@example.org"
    assert fresh.call("GET", "/api/v2/setup", role=None).data == {"needed": False}


@pytest.mark.attack("A20")
def test_the_code_works_once(fresh: Home) -> None:
    assert setup(fresh).status == 201
    again = setup(fresh, email="eve@example.org")
    assert (again.status, again.data["code"]) == (404, "not_found")
    assert sessions.create(fresh, "eve@example.org").status == 401


@pytest.mark.attack("A20")
@pytest.mark.parametrize("code", ["wrong", CODE[:-1], CODE + "x", "ü"])
def test_a_wrong_code_makes_nobody(fresh: Home, code: str) -> None:
    reply = setup(fresh, code=code)
    assert (reply.status, reply.data["field"]) == (403, "code")
    assert fresh.call("GET", "/api/v2/setup", role=None).data == {"needed": True}
    assert setup(fresh).status == 201


@pytest.mark.attack("A20")
@pytest.mark.parametrize(
    ("path", "status"),
    [("users", 401), ("users/invitations", 401), ("tokens", 401), ("sign-up", 404)],
)
def test_nobody_signs_up_by_themselves(fresh: Home, path: str, status: int) -> None:
    body = {"email": "eve@example.org", "password": PASSWORD, "role": "owner"}
    assert fresh.call("POST", f"/api/v2/{path}", body, role=None).status == status
    assert sessions.create(fresh, "eve@example.org").status == 401
    assert fresh.call("GET", "/api/v2/setup", role=None).data == {"needed": True}


def test_without_a_printed_code_none_fits(fresh: Home) -> None:
    fresh.server.machine.setup_code = None
    assert setup(fresh, code="None").status == 403


@pytest.mark.attack("A08")
@pytest.mark.parametrize(
    "password", ["short", "dragonmonkey123456", "linlog-annotation", "Ada@example.org"]
)
def test_a_refused_owner_leaves_no_organisation(fresh: Home, password: str) -> None:
    reply = setup(fresh, password=password)
    assert (reply.status, reply.data["field"]) == (422, "password")
    assert fresh.call("GET", "/api/v2/setup", role=None).data == {"needed": True}
    assert setup(fresh).status == 201


@pytest.mark.attack("A20")
def test_a_folder_that_has_an_owner_takes_no_other(server: Server, template: Template) -> None:
    server.machine.setup_code = CODE
    home = Home(server, "", {"manager": template.token})
    assert setup(home).status == 404
