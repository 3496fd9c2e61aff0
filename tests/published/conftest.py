"""One server for all these tests, with an organisation for each; old clients on a line to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

import pytest

from linlog.client.transports import Request
from tests.conftest import ORIGIN, Server, Template, running
from tests.factories import organisations
from tests.factories.organisations import Home
from tests.published import clients
from tests.published.clients import V1, V2, V4, Client, Line, Trainer

C = TypeVar("C", bound=Client)


@pytest.fixture(scope="session")
def shared(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without workers: `work` does what waits."""
    with running(template, tmp_path_factory.mktemp("published") / "data") as found:
        yield found


@pytest.fixture
def home(shared: Server) -> Home:
    """An organisation of this test alone."""
    return organisations.create(shared)


@pytest.fixture
def line(shared: Server) -> Line:
    """A line to the server in this process."""

    def send(
        method: str, path: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[int, Mapping[str, str], bytes]:
        found = shared.transport.send(Request(method, ORIGIN + path, headers, body))
        return found.status, found.headers, found.body

    return send


@pytest.fixture
def old(home: Home, line: Line) -> Callable[..., Any]:
    """A client of a version, with a token of a role."""

    def make(kind: type[C], role: str = "manager", **more: Any) -> C:
        found: C = kind.of_token(line, home.token(role), **more)
        return found

    return make


@pytest.fixture(params=clients.ALL, ids=lambda kind: kind.__name__)
def any_old(request: pytest.FixtureRequest, old: Callable[..., Any]) -> Client:
    """A client of each version."""
    return old(request.param)


@pytest.fixture(params=clients.WRITERS, ids=lambda kind: kind.__name__)
def writer(request: pytest.FixtureRequest, old: Callable[..., Any]) -> V2:
    """A client of each version that writes."""
    found: V2 = old(request.param)
    return found


@pytest.fixture
def last(old: Callable[..., Any]) -> V4:
    """A client of the last version."""
    return old(V4)


@pytest.fixture
def trainer(old: Callable[..., Any]) -> Trainer:
    """The trainer of the first version, begun."""
    found = Trainer(old(V1))
    model = found.client.post("models", {"name": "Digits"})
    found.init(model["id"], "first")
    return found
