"""One server for all these tests; each has an organisation of its own in it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from linlog import LinLogClient
from tests.conftest import Server, Template, running
from tests.factories import organisations
from tests.factories.organisations import Home


@pytest.fixture(scope="session")
def shared(template: Template, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A server without workers: `work` does what waits."""
    with running(template, tmp_path_factory.mktemp("shared") / "data") as found:
        yield found


@pytest.fixture
def home(shared: Server) -> Home:
    """An organisation of this test alone."""
    return organisations.create(shared)


@pytest.fixture
def client(home: Home) -> LinLogClient:
    """A manager's client of that organisation."""
    return home.client()
