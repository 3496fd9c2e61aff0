"""Databases that are migrated once, and copied for each test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from linlog.server import databases, migrations
from linlog.server.databases._protocol import Database
from tests.postgresql import Postgresql


@pytest.fixture(scope="module", params=databases.TABLE)
def migrated(request: pytest.FixtureRequest, tmp_path_factory) -> str:
    """The address of a migrated database that nobody writes to."""
    if request.param == "postgresql":
        server: Postgresql = request.getfixturevalue("postgresql")
        url = server.url(server.create())
    else:
        url = f"sqlite:///{tmp_path_factory.mktemp('databases') / 'linlog.sqlite3'}"
    database = databases.open_database(url, threads=2)
    migrations.migrate(database)
    database.close()
    return database.url


@contextmanager
def copied(url: str, folder: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a copy of a database that nobody is connected to."""
    if url.startswith("postgresql"):
        server: Postgresql = request.getfixturevalue("postgresql")
        name = server.create(template=url.rpartition("/")[2])
        yield server.url(name)
        server.drop(name)
    else:
        place = folder / "linlog.sqlite3"
        place.write_bytes(Path(url.removeprefix("sqlite:///")).read_bytes())
        yield f"sqlite:///{place}"


@pytest.fixture
def database(migrated: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Database]:
    """A migrated database of this test."""
    with copied(migrated, tmp_path, request) as url:
        opened = databases.open_database(url, threads=4)
        yield opened
        opened.close()
